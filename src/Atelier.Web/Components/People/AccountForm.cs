// What stands in a form about an account, as it was typed, and what is wrong with it. Passwords are never shown again.
using Atelier.Accounts;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.People;

/// <summary>A form's fields and problems.</summary>
public sealed record AccountForm
{
    /// <summary>The key of what is wrong with the form as a whole.</summary>
    public const string Whole = "form";

    /// <summary>What was typed, by the field's name.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = new Dictionary<string, string>();

    /// <summary>What is wrong, by the field's name.</summary>
    public IReadOnlyDictionary<string, string> Problems { get; init; } = new Dictionary<string, string>();

    /// <summary>What stands in a field.</summary>
    public string Field(string name) => Fields.GetValueOrDefault(name, "");

    /// <summary>What is wrong with a field, or null.</summary>
    public string? Problem(string name) => Problems.GetValueOrDefault(name);

    /// <summary>The same with a field filled in.</summary>
    public AccountForm With(string name, string value) => this with { Fields = new Dictionary<string, string>(Fields) { [name] = value } };

    /// <summary>The same with what is wrong.</summary>
    public AccountForm Refused(IEnumerable<AccountProblem> problems) => this with
    {
        Problems = problems.GroupBy(problem => problem.Field, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First().Message, StringComparer.Ordinal),
    };

    /// <summary>The same with one thing wrong.</summary>
    public AccountForm Refused(string field, string message) => Refused([new AccountProblem(field, message)]);

    /// <summary>A form that was sent.</summary>
    public static async Task<AccountForm> ReadAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        return new AccountForm { Fields = form.ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.Ordinal) };
    }

    /// <summary>A form filled in from an address.</summary>
    public static AccountForm OfQuery(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        return new AccountForm { Fields = http.Request.Query.ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.Ordinal) };
    }
}

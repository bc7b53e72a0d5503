// The names of roles and scopes in the database, the API and the pages.
namespace Atelier.Accounts;

/// <summary>Names of roles.</summary>
public static class RoleNames
{
    /// <summary>All of them, the least first.</summary>
    public static IReadOnlyList<string> All { get; } = ["user", "pro", "moderator", "admin"];

    /// <summary>A role's name.</summary>
    public static string Of(Role role) => All[(int)role];

    /// <summary>The role of a name.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static Role Parse(string name) => TryParse(name, out var role) ? role : throw new ArgumentException($"There is no role '{name}'.", nameof(name));

    /// <summary>The role of a name, if there is one.</summary>
    public static bool TryParse(string? name, out Role role)
    {
        var index = name is null ? -1 : All.ToList().IndexOf(name);
        role = index < 0 ? Role.User : (Role)index;
        return index >= 0;
    }
}

/// <summary>Names of scopes.</summary>
public static class ScopeNames
{
    private static readonly (Scopes Scope, string Name)[] Names = [(Scopes.Read, "read"), (Scopes.Write, "write"), (Scopes.Operate, "operate")];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Names.Select(pair => pair.Name)];

    /// <summary>The names of some scopes, separated by spaces.</summary>
    public static string Of(Scopes scopes) => string.Join(' ', Names.Where(pair => scopes.HasFlag(pair.Scope)).Select(pair => pair.Name));

    /// <summary>The scopes of some names; null where one is unknown.</summary>
    public static Scopes? Parse(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var scopes = Scopes.None;
        foreach (var name in names)
        {
            if (Array.FindIndex(Names, pair => pair.Name == name) is var index && index < 0)
                return null;
            scopes |= Names[index].Scope;
        }
        return scopes;
    }
}

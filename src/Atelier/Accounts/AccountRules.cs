// What names, addresses and passwords may look like: checked before anything is recorded.
using System.Net.Mail;
using System.Text.RegularExpressions;

namespace Atelier.Accounts;

/// <summary>What is wrong with a field.</summary>
/// <param name="Field">The field's name.</param>
/// <param name="Message">A sentence that says what to do.</param>
public sealed record AccountProblem(string Field, string Message);

/// <summary>What an account says of itself.</summary>
/// <param name="Username">3 to 30 of a-z, A-Z, 0-9 and _.</param>
/// <param name="FullName">At most <see cref="AccountRules.LongestName"/> characters.</param>
/// <param name="Bio">At most <see cref="AccountRules.LongestBio"/> characters.</param>
/// <param name="Website">An http or https address; null for none.</param>
/// <param name="ShowsNsfw">Whether pictures that are not safe for work are shown without a blur.</param>
public sealed record ProfileChange(string Username, string FullName, string Bio, string? Website, bool ShowsNsfw);

/// <summary>The rules.</summary>
public static partial class AccountRules
{
    /// <summary>Fewest characters of a password.</summary>
    public const int ShortestPassword = 10;

    /// <summary>Most characters of a password: more would only be work for the hash.</summary>
    public const int LongestPassword = 200;

    /// <summary>Most characters of an address.</summary>
    public const int LongestEmail = 254;

    /// <summary>Fewest and most characters of a username.</summary>
    public const int ShortestUsername = 3, LongestUsername = 30;

    /// <summary>Most characters of a full name, a biography and a website's address.</summary>
    public const int LongestName = 80, LongestBio = 500, LongestWebsite = 200;

    /// <summary>What is said of an address that somebody has already.</summary>
    public static readonly AccountProblem EmailTaken = new("email", "This address has an account. Sign in, or reset the password.");

    // Names that would be taken for the installation's own voice.
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        Account.LocalId, "admin", "administrator", "api", "atelier", "everyone", "help", "me", "moderator", "nobody", "null", "operator", "root",
        "security", "settings", "staff", "support", "system", "undefined",
    };

    /// <summary>What is wrong with an address.</summary>
    public static AccountProblem? OfEmail(string email) =>
        email.Length is > 0 and <= LongestEmail && !email.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter))
            && MailAddress.TryCreate(email, out var parsed) && parsed.Address == email && parsed.DisplayName.Length == 0
            ? null
            : new AccountProblem("email", "Write an email address, such as ada@example.org.");

    /// <summary>What is wrong with a username.</summary>
    public static AccountProblem? OfUsername(string username) =>
        !Username().IsMatch(username)
            ? new AccountProblem("username", $"Use {ShortestUsername} to {LongestUsername} letters (a–z), digits or underscores.")
            : Reserved.Contains(username) ? new AccountProblem("username", "This name is reserved. Choose another.") : null;

    /// <summary>What is wrong with a password.</summary>
    public static AccountProblem? OfPassword(string password, string? email, string? username)
    {
        if (password.Length < ShortestPassword)
            return new AccountProblem("password", $"Use at least {ShortestPassword} characters. A few words in a row are easy to remember.");
        if (password.Length > LongestPassword)
            return new AccountProblem("password", $"Use at most {LongestPassword} characters.");
        if (Same(password, email) || Same(password, username) || Same(password, email?.Split('@')[0]))
            return new AccountProblem("password", "Your own address or name is the first thing others would try. Choose something else.");
        return password.Distinct().Count() < 4 ? new AccountProblem("password", "Use more than the same few characters.") : null;
    }

    /// <summary>Everything that is wrong with a profile.</summary>
    public static IReadOnlyList<AccountProblem> OfProfile(ProfileChange profile, string presentUsername)
    {
        var problems = new List<AccountProblem>();
        // Who bears a name keeps it, whatever the rules have become.
        if (profile.Username != presentUsername && OfUsername(profile.Username) is { } name)
            problems.Add(name);
        if (profile.FullName.Length > LongestName || profile.FullName.Any(char.IsControl))
            problems.Add(new AccountProblem("full_name", $"Use at most {LongestName} characters on one line."));
        if (profile.Bio.Length > LongestBio || profile.Bio.Any(letter => char.IsControl(letter) && letter is not ('\n' or '\r')))
            problems.Add(new AccountProblem("bio", $"Use at most {LongestBio} characters."));
        if (profile.Website is { } website && !IsWebsite(website))
            problems.Add(new AccountProblem("website", "Write an address that begins with https:// or http://."));
        return problems;
    }

    private static bool IsWebsite(string text) =>
        text.Length <= LongestWebsite && !text.Any(char.IsControl) && Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp) && url.UserInfo.Length == 0 && url.Host.Length > 0;

    private static bool Same(string password, string? other) => string.Equals(password, other, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"\A[A-Za-z0-9_]{3,30}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Username();
}

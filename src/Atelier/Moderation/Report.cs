// What a reader told moderators about a picture or an account, and what they decided. A row is the truth.
namespace Atelier.Moderation;

/// <summary>What a report is about.</summary>
public enum ReportSubject
{
    /// <summary>A generation and its picture.</summary>
    Generation,

    /// <summary>An account.</summary>
    Account,
}

/// <summary>What a moderator decides.</summary>
public enum Decision
{
    /// <summary>All is well with it: every open report of it is closed.</summary>
    Keep,

    /// <summary>The picture is hidden from everybody but its owner; every open report of it is closed.</summary>
    Hide,

    /// <summary>The picture is marked as not safe for work; every open report of it is closed.</summary>
    MarkNsfw,

    /// <summary>The account, or the owner of the picture, is banned, and the picture hidden; every open report of it is closed.</summary>
    Ban,

    /// <summary>This one report is no reason to do anything; others of the same stay open.</summary>
    Dismiss,

    /// <summary>The account's name, bio, website and avatar are taken away, and it may choose new ones; every open report of it is closed.</summary>
    ClearProfile,
}

/// <summary>Reasons for reports and hiding, and names of decisions, as the database and the API have them.</summary>
public static class ReportNames
{
    /// <summary>Why something is reported: its name, and what a reader chooses by. The list is closed.</summary>
    public static IReadOnlyList<(string Name, string Title)> Reasons { get; } =
    [
        ("minors", "It puts a child in danger"),
        ("sexual", "Sexual, and not marked so"),
        ("violence", "Cruelty or gore"),
        ("hate", "Hatred against people"),
        ("harassment", "It harasses somebody"),
        ("infringement", "It belongs to somebody else"),
        ("spam", "Spam or deceit"),
        ("other", "Something else"),
    ];

    /// <summary>The decisions there are.</summary>
    public static IReadOnlyList<string> Decisions { get; } = ["keep", "hide", "mark_nsfw", "ban", "dismiss", "clear_profile"];

    /// <summary>What can be reported.</summary>
    public static IReadOnlyList<string> Subjects { get; } = ["generation", "account"];

    /// <summary>Whether a reason is one of the list.</summary>
    public static bool IsReason(string? name) => Reasons.Any(reason => reason.Name == name);

    /// <summary>A reason in words for people.</summary>
    public static string TitleOf(string reason) =>
        Reasons.FirstOrDefault(known => known.Name == reason) is { Title: { } title } ? title : reason;

    /// <summary>A decision's name.</summary>
    public static string Of(Decision decision) => Decisions[(int)decision];

    /// <summary>The decision of a name; null where there is none.</summary>
    public static Decision? ParseDecision(string? name) => Index(Decisions, name) is { } index ? (Decision)index : null;

    /// <summary>The name of a kind of subject.</summary>
    public static string Of(ReportSubject subject) => Subjects[(int)subject];

    /// <summary>The kind of subject of a name.</summary>
    public static ReportSubject ParseSubject(string name) => name == "account" ? ReportSubject.Account : ReportSubject.Generation;

    private static int? Index(IReadOnlyList<string> names, string? name)
    {
        for (var index = 0; index < names.Count; index++)
        {
            if (names[index] == name)
                return index;
        }
        return null;
    }
}

/// <summary>A report.</summary>
public sealed record Report
{
    /// <summary>UUIDv7 as 32 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>The account that reported.</summary>
    public required string Reporter { get; init; }

    /// <summary>What kind of thing is reported.</summary>
    public required ReportSubject SubjectKind { get; init; }

    /// <summary>The generation's or the account's id.</summary>
    public required string Subject { get; init; }

    /// <summary>One of <see cref="ReportNames.Reasons"/>.</summary>
    public required string Reason { get; init; }

    /// <summary>What the reporter said; plain text, empty for nothing.</summary>
    public required string Words { get; init; }

    /// <summary>When it was reported.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was decided; null while it is open.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>Who decided.</summary>
    public string? ResolvedBy { get; init; }

    /// <summary>What was decided.</summary>
    public Decision? Decision { get; init; }

    /// <summary>What the moderator wrote beside it.</summary>
    public string Note { get; init; } = "";
}

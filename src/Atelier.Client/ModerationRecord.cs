// What the API takes and tells about reports, bans, words of prompts and the audit log.
namespace Atelier.Client;

/// <summary>A report to file.</summary>
/// <param name="Reason"><c>minors</c>, <c>sexual</c>, <c>violence</c>, <c>hate</c>, <c>harassment</c>, <c>infringement</c>, <c>spam</c> or <c>other</c>.</param>
/// <param name="Words">What there is to say, at most 1,000 characters; absent for nothing.</param>
public sealed record ReportRequest(string Reason, string? Words = null);

/// <summary>A report.</summary>
public sealed record ReportRecord
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Who reported: a username, or the id of an account that is gone.</summary>
    public required string Reporter { get; init; }

    /// <summary><c>generation</c> or <c>account</c>.</summary>
    public required string SubjectKind { get; init; }

    /// <summary>The generation's id, or the account's username.</summary>
    public required string Subject { get; init; }

    /// <summary>Why it was reported.</summary>
    public required string Reason { get; init; }

    /// <summary>What the reporter said; empty for nothing.</summary>
    public required string Words { get; init; }

    /// <summary>When it was reported.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was decided; null while it is open.</summary>
    public required DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>Who decided; null while it is open.</summary>
    public required string? ResolvedBy { get; init; }

    /// <summary><c>keep</c>, <c>hide</c>, <c>mark_nsfw</c>, <c>ban</c>, <c>clear_profile</c> or <c>dismiss</c>; null while it is open.</summary>
    public required string? Decision { get; init; }

    /// <summary>What the moderator wrote beside it.</summary>
    public required string Note { get; init; }
}

/// <summary>A page of reports.</summary>
/// <param name="Items">The reports: open ones the oldest first, decided ones the latest first.</param>
/// <param name="NextAfter">What to ask for as <c>after</c> for the next page; null on the last.</param>
public sealed record ReportPage(IReadOnlyList<ReportRecord> Items, string? NextAfter);

/// <summary>The decision about a report.</summary>
/// <param name="Decision">
/// <c>keep</c> (all is well), <c>hide</c>, <c>mark_nsfw</c>, <c>ban</c> (the owner, and hide), <c>clear_profile</c> (of an account: its name, bio, website and avatar go), or <c>dismiss</c> (this one report only).
/// </param>
/// <param name="Note">Why, at most 500 characters; a banned person reads it. Absent for nothing.</param>
public sealed record ReportResolution(string Decision, string? Note = null);

/// <summary>Why something is done.</summary>
/// <param name="Reason">In words, at most 500 characters.</param>
public sealed record BanRequest(string? Reason = null);

/// <summary>Why a picture is hidden.</summary>
/// <param name="Reason">One of the reasons of reports; absent for <c>other</c>.</param>
public sealed record HideRequest(string? Reason = null);

/// <summary>The role to give.</summary>
/// <param name="Role"><c>user</c>, <c>pro</c>, <c>moderator</c> or <c>admin</c>.</param>
public sealed record RoleRequest(string Role);

/// <summary>How an account stands.</summary>
/// <param name="Username">Its username.</param>
/// <param name="Role">Its role.</param>
/// <param name="BannedAt">Since when it may not be used; null where it may.</param>
/// <param name="BanReason">Why; null where it may be used.</param>
public sealed record AccountStandingRecord(string Username, string Role, DateTimeOffset? BannedAt, string? BanReason);

/// <summary>An act of a moderator or an operator.</summary>
public sealed record AuditRecord
{
    /// <summary>Ascending in the order of the acts.</summary>
    public required long Id { get; init; }

    /// <summary>Who acted: a username, or the id of an account that is gone.</summary>
    public required string Actor { get; init; }

    /// <summary>What was done, such as <c>picture.hide</c>.</summary>
    public required string Action { get; init; }

    /// <summary>What it was done to, such as <c>generation</c>.</summary>
    public required string SubjectKind { get; init; }

    /// <summary>Which one.</summary>
    public required string Subject { get; init; }

    /// <summary>What held before, as JSON in a text; null where nothing did.</summary>
    public required string? Before { get; init; }

    /// <summary>What held afterwards, as JSON in a text; null where nothing did.</summary>
    public required string? After { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>A page of the audit log.</summary>
/// <param name="Items">The acts, the latest first.</param>
/// <param name="NextBefore">What to ask for as <c>before</c> for the next page; null on the last.</param>
public sealed record AuditPage(IReadOnlyList<AuditRecord> Items, long? NextBefore);

/// <summary>A word of prompts that does something.</summary>
/// <param name="Word">As it is compared: lower case, without accents; several words are parted by one space.</param>
/// <param name="Rule"><c>block</c> (the prompt is refused) or <c>nsfw</c> (the picture is marked).</param>
/// <param name="Note">What people are told beside it; empty for nothing.</param>
public sealed record PromptWordRecord(string Word, string Rule, string Note);

/// <summary>The list of words.</summary>
/// <param name="Items">In the order of the alphabet.</param>
public sealed record PromptWordList(IReadOnlyList<PromptWordRecord> Items);

/// <summary>What a word is to do.</summary>
/// <param name="Rule"><c>block</c> or <c>nsfw</c>.</param>
/// <param name="Note">What people are told beside it, at most 200 characters; absent for nothing.</param>
public sealed record PromptWordChange(string Rule, string? Note = null);

/// <summary>Something that an operator should see to.</summary>
/// <param name="Id">Ascending in the order in which it happened.</param>
/// <param name="Kind">What happened, such as <c>provider.key_benched</c>.</param>
/// <param name="Provider">At which provider.</param>
/// <param name="Key">With which of its keys.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="At">When.</param>
/// <param name="Until">When it ends by itself; null where somebody has to see to it.</param>
/// <param name="Current">Whether it still holds.</param>
public sealed record AlertRecord(long Id, string Kind, string Provider, string Key, string Reason, DateTimeOffset At, DateTimeOffset? Until, bool Current);

/// <summary>The latest alerts.</summary>
/// <param name="Items">Those that still hold first, then the latest first.</param>
public sealed record AlertList(IReadOnlyList<AlertRecord> Items);

/// <summary>What the operator decided about a model.</summary>
/// <param name="Model">The model.</param>
/// <param name="Enabled">Whether it can be asked for; null where nothing was decided, which means yes.</param>
/// <param name="Credits">What a picture of standard quality costs in credits; null leaves it to the catalogue.</param>
public sealed record ModelSettingsRecord(string Model, bool? Enabled, long? Credits);

/// <summary>What to change about a model: fields that are absent stay, null takes the decision back.</summary>
/// <param name="Enabled">Whether it can be asked for.</param>
/// <param name="Credits">What a picture of standard quality costs in credits, 0 to 100,000.</param>
public sealed record ModelSettingsChange(bool? Enabled = null, long? Credits = null);

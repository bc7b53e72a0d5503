// What the API tells about credits.
namespace Atelier.Client;

/// <summary>What a person has to spend.</summary>
public sealed record CreditRecord
{
    /// <summary>Whether pictures cost credits here. Where not, all else is 0.</summary>
    public required bool Enabled { get; init; }

    /// <summary>Credits that can be spent now: bonus and others together.</summary>
    public required long Available { get; init; }

    /// <summary>How many of those are bonus credits, which are spent first.</summary>
    public required long Bonus { get; init; }

    /// <summary>Credits set aside for unfinished pictures. They are paid with the picture, and come back without one.</summary>
    public required long Held { get; init; }

    /// <summary>When the next bonus credits expire; null where none do.</summary>
    public required DateTimeOffset? NextExpiry { get; init; }

    /// <summary>Where to go from here.</summary>
    public required CreditLinks Links { get; init; }
}

/// <summary>Addresses around credits, relative to the server.</summary>
/// <param name="History">What happened to them (GET).</param>
/// <param name="Prices">The models with the price of each quality (GET).</param>
public sealed record CreditLinks(string History, string Prices);

/// <summary>A page of a history, the newest first.</summary>
/// <param name="Items">What happened.</param>
/// <param name="NextCursor">What to give as <c>cursor</c> for the next page; null on the last page.</param>
public sealed record CreditHistory(IReadOnlyList<CreditEvent> Items, string? NextCursor);

/// <summary>One transaction of the ledger.</summary>
public sealed record CreditEvent
{
    /// <summary>32 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>
    /// <c>welcome</c>, <c>grant</c> and <c>take</c> by administrators, <c>hold</c> for a picture, <c>capture</c> when it is completed or
    /// <c>release</c> when it is not, <c>expire</c>, or <c>waive</c> for a picture that costs nothing by way of exception.
    /// </summary>
    public required string Kind { get; init; }

    /// <summary>By how much what can be spent changed: negative for a hold, 0 for a capture, which was held before.</summary>
    public required long Change { get; init; }

    /// <summary>How many credits moved.</summary>
    public required long Amount { get; init; }

    /// <summary>For which generation; null for what is about none.</summary>
    public required string? Generation { get; init; }

    /// <summary>A note for people; may be empty.</summary>
    public required string Note { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>Credits that an administrator gives or takes.</summary>
public sealed record CreditGrant
{
    /// <summary>How many, up to 1,000,000,000; negative for taking. Not 0.</summary>
    public required long Amount { get; init; }

    /// <summary>Whether they are bonus credits, which are spent first and may expire. Default: no.</summary>
    public bool? Bonus { get; init; }

    /// <summary>Days after which bonus credits expire, 1 to 3,650; absent for never.</summary>
    public int? ExpiresInDays { get; init; }

    /// <summary>Why, for the person's history; at most 200 characters.</summary>
    public string? Note { get; init; }
}

/// <summary>What a generation holds or has cost of its owner's credits.</summary>
/// <param name="Held">Set aside for it now.</param>
/// <param name="Charged">Paid for it.</param>
public sealed record GenerationCredits(long Held, long Charged);

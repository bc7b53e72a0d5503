// Whether pictures cost credits here, and what a new account gets. Read at start and never changed.
namespace Atelier.Credits;

/// <summary>How credits work here.</summary>
public sealed record CreditOptions
{
    /// <summary>Whether pictures cost credits. Default: no.</summary>
    public bool Enabled { get; init; }

    /// <summary>Bonus credits of a new account, 0 or more. Default: 10.</summary>
    public long OnSignUp { get; init; } = 10;

    /// <summary>How long bonus credits last; null for ever. Default: for ever.</summary>
    public TimeSpan? BonusFor { get; init; }
}

// The names of the ledger's accounts: three for each person, three for the house. Pure names; nothing here survives or needs to.
namespace Atelier.Credits;

/// <summary>Accounts of the ledger. What leaves one arrives in another, so that all of them together are always worth nothing.</summary>
public static class LedgerAccount
{
    /// <summary>The house's: where credits come from. Its balance is what was granted, with a minus.</summary>
    public const string Grants = "house:grants";

    /// <summary>The house's: what completed pictures have cost.</summary>
    public const string Revenue = "house:revenue";

    /// <summary>The house's: bonus credits that expired unspent.</summary>
    public const string Expired = "house:expired";

    /// <summary>A person's credits that never expire.</summary>
    public static string Credit(string accountId) => $"user:{accountId}:credit";

    /// <summary>A person's bonus credits, which are spent first.</summary>
    public static string Bonus(string accountId) => $"user:{accountId}:bonus";

    /// <summary>
    /// What a person's unfinished pictures will cost. One account for each person rather than one for all, because everybody's pictures
    /// would wait for each other at that one row.
    /// </summary>
    public static string Held(string accountId) => $"user:{accountId}:held";
}

// Translates balances and histories into what people are told, the same by HTTP and on the command line. A pure translation.
using Atelier.Client;
using Atelier.Credits;
using Atelier.Web.Endpoints;

namespace Atelier.Web;

/// <summary>The contract's view of credits.</summary>
public static class CreditRecords
{
    private static readonly CreditLinks Links = new($"{ApiRoutes.Credits}/history", $"{ApiRoutes.Root}/models");

    /// <summary>The record of a balance.</summary>
    public static CreditRecord Of(Balance balance, bool enabled)
    {
        ArgumentNullException.ThrowIfNull(balance);
        return new CreditRecord
        {
            Enabled = enabled,
            Available = balance.Available,
            Bonus = balance.Bonus,
            Held = balance.Held,
            NextExpiry = balance.NextExpiry,
            Links = Links,
        };
    }

    /// <summary>The record of what happened.</summary>
    public static CreditEvent Of(LedgerEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        return new CreditEvent
        {
            Id = happened.Id,
            Kind = LedgerKinds.Of(happened.Kind),
            Change = happened.Change,
            Amount = happened.Amount,
            Generation = happened.GenerationId,
            Note = happened.Note,
            At = happened.At,
        };
    }
}

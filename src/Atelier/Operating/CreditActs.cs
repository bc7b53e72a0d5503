// Gives credits and takes them back in an administrator's name. The entry of the ledger and the line in the audit log are one transaction.
using Atelier.Credits;
using Atelier.Durable;
using Atelier.Moderation;

namespace Atelier.Operating;

/// <summary>Grants that are written down.</summary>
public sealed class CreditActs(Database database, Ledger ledger)
{
    /// <summary>Gives or takes credits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The amount is 0 or too large, or the note too long.</exception>
    public Task<GrantResult> GrantAsync(CreditGrant grant, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(grant);
        return database.TransactAsync(async transaction =>
        {
            var result = await ledger.GrantAsync(transaction, grant, cancellationToken);
            if (result == GrantResult.Done)
            {
                AuditLog.Append(transaction, new Act(
                    grant.Actor, grant.Amount > 0 ? "credits.grant" : "credits.take", "account", grant.AccountId, After: new { grant.Amount, grant.Bonus, grant.Note }));
            }
            return result;
        }, cancellationToken);
    }
}

// Changes a generation's status into or out of an end, with the ledger's step that goes with it: both in the caller's transaction, so neither without the other.
using Atelier.Credits;
using Atelier.Durable;

namespace Atelier.Generating;

internal static class StatusChange
{
    /// <summary>Runs an update of one generation and answers what it holds; null where the update's condition did not meet it.</summary>
    /// <param name="transaction">The caller's transaction.</param>
    /// <param name="update">An UPDATE of generations without RETURNING.</param>
    /// <param name="args">Its arguments.</param>
    public static async Task<Hold?> TakeAsync(Transaction transaction, string update, object args) =>
        await transaction.QuerySingleOrDefaultAsync<Row>(update + " RETURNING id, owner, credits, holds", args) is { } row
            ? new Hold(row.Owner, row.Id, row.Holds, row.Credits)
            : null;

    /// <summary>The same for an end without a picture: gives back what was held.</summary>
    public static async Task<bool> EndUnpaidAsync(Transaction transaction, string reason, DateTimeOffset now, string update, object args)
    {
        if (await TakeAsync(transaction, update, args) is not { } hold)
            return false;
        await hold.ReleaseAsync(transaction, reason, now);
        return true;
    }

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string Owner { get; init; } = "";
        public long Credits { get; init; }
        public int Holds { get; init; }
    }
}

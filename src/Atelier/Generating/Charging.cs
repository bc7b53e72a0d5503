// Puts a generation that has ended back into the queue, at what it costs now. The new hold is in the transaction of the new status.
using Atelier.Catalogue;
using Atelier.Credits;
using Atelier.Durable;

namespace Atelier.Generating;

/// <summary>Charges for generations that are queued again.</summary>
public sealed class Charging(ModelCatalogue catalogue, PriceList prices)
{
    private const string Waived = "An operator queued it again; the balance did not suffice, so it costs nothing.";

    /// <summary>What a generation would cost if it were queued now.</summary>
    public async ValueTask<long> PriceOfAsync(Generation generation, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(generation);
        return catalogue.Find(generation.Model) is { } model
            ? await prices.ChargeForAsync(model, generation.Quality, generation.Width, generation.Height, cancellationToken)
            : 0;
    }

    /// <summary>Queues it again for its owner, who pays. What is missing, where that is too little: then the transaction must not be committed.</summary>
    /// <exception cref="InvalidOperationException">It is neither failed nor canceled.</exception>
    internal async Task<CreditShortage?> RetryAsync(Transaction transaction, Generation generation, long jobId, DateTimeOffset now, CancellationToken ct)
    {
        var hold = await GenerationStore.RequeueAsync(transaction, generation.Id, jobId, await PriceOfAsync(generation, ct))
            ?? throw new InvalidOperationException($"Generation {generation.Id} changed within its own transaction.");
        return await Hold.TakeAsync(transaction, [hold], now, ct);
    }

    /// <summary>Queues it again for an operator: its owner pays if he can.</summary>
    internal async Task ReviveAsync(Transaction transaction, string id, long jobId, DateTimeOffset now, CancellationToken ct)
    {
        if (await GenerationStore.FindAsync(transaction, id) is not { } generation
            || await GenerationStore.RequeueAsync(transaction, id, jobId, await PriceOfAsync(generation, ct)) is not { } hold
            || await Hold.TakeAsync(transaction, [hold], now, ct) is null)
            return;
        GenerationStore.Waive(transaction, id);
        Hold.Waive(transaction, hold, Waived, now);
    }
}

/// <summary>Undoes the transaction in which credits turned out to be too few.</summary>
internal sealed class TooFewCreditsException(CreditShortage shortage) : Exception($"{shortage.Price} credits are needed, {shortage.Available} are there.")
{
    public CreditShortage Shortage { get; } = shortage;
}

// Keeps prices fresh and writes down what has expired. Both only copy or confirm what the database holds already: a crash costs nothing.
using Atelier.Credits;
using Atelier.Durable;
using Microsoft.Extensions.Logging;

namespace Atelier.Web;

/// <summary>The loops of credits. They rest where pictures cost none.</summary>
internal sealed partial class CreditMaintenance(PriceList prices, Ledger ledger, JobQueue queue, TimeProvider time, ILogger<CreditMaintenance> log)
{
    /// <summary>How long a price that another process changed may stay unnoticed.</summary>
    public static readonly TimeSpan PricePeriod = TimeSpan.FromSeconds(5);

    // Expired credits cannot be spent anyway; this is for the books.
    private static readonly TimeSpan ExpiryPeriod = TimeSpan.FromMinutes(10);

    /// <summary>Reads the operator's prices again and again.</summary>
    public Task KeepPricesAsync(CancellationToken cancellationToken) =>
        RepeatAsync(PricePeriod, () => prices.RefreshAsync(cancellationToken), cancellationToken);

    /// <summary>Writes down what has expired; one process of all at a time.</summary>
    public Task ExpireAsync(CancellationToken cancellationToken) => RepeatAsync(ExpiryPeriod, async () =>
    {
        if (await queue.TakeTurnAsync("credits.expire", ExpiryPeriod / 2, cancellationToken))
            await ledger.ExpireAsync(cancellationToken);
    }, cancellationToken);

    private async Task RepeatAsync(TimeSpan period, Func<Task> work, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(period, time);
        do
        {
            try
            {
                if (prices.Enabled)
                    await work();
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(failure);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    [LoggerMessage(1021, LogLevel.Warning, "A round of the credits' maintenance failed and will be repeated")]
    private partial void LogFailed(Exception failure);
}

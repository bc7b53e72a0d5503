// Forgets what nobody needs: deletions that can no longer be undone, old idempotency keys, and then the blobs that nothing uses. Every step repeats safely.
using Atelier.Gallery;
using Atelier.Generating;
using Atelier.Notifying;
using Atelier.Storage;
using Microsoft.Extensions.Logging;

namespace Atelier.Web;

/// <summary>Purges deleted generations and sweeps orphan blobs, at start and then every hour.</summary>
public sealed partial class StorageMaintenance(
    DeletedGenerations deleted, NotificationStore notifications, Views views, BlobSweep sweep, TimeProvider time, ILogger<StorageMaintenance> log)
{
    /// <summary>How long an idempotency key is remembered.</summary>
    public static readonly TimeSpan KeysKeptFor = TimeSpan.FromDays(1);

    /// <summary>How long a notification is kept.</summary>
    public static readonly TimeSpan NotificationsKeptFor = TimeSpan.FromDays(90);

    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    /// <summary>Keeps house until canceled. A failed round is logged and tried again at the next.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                await RunOnceAsync(cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(e);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>One round.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var purged = await deleted.PurgeAsync(time.GetUtcNow() - KeysKeptFor, cancellationToken);
        await notifications.PruneAsync(time.GetUtcNow() - NotificationsKeptFor, cancellationToken);
        await views.PruneAsync(cancellationToken);
        var report = await sweep.RunAsync(cancellationToken);
        LogRound(purged, report.Deleted);
    }

    [LoggerMessage(1011, LogLevel.Debug, "Purged {Generations} deleted generations and swept {Blobs} orphan blobs")]
    private partial void LogRound(int generations, long blobs);

    [LoggerMessage(1012, LogLevel.Warning, "A round of storage maintenance failed and will be repeated")]
    private partial void LogFailed(Exception error);
}

// Deletes blobs that nothing refers to; stopping or crashing at any point only leaves some for the next sweep.
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Logging;

namespace Atelier.Storage;

/// <summary>How a sweep goes about it.</summary>
public sealed record BlobSweepOptions
{
    /// <summary>
    /// Blobs and leftovers younger than this are spared: a picture is put shortly before the transaction that refers to it commits.
    /// One minute to 30 days; one hour by default. Must exceed the longest time between a put and its commit.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan GraceAge { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How many keys are asked about at once: 1 to 10,000; 500 by default.</summary>
    [Range(1, 10_000)]
    public int BatchSize { get; init; } = 500;
}

/// <summary>What a sweep found and did.</summary>
/// <param name="Seen">Blobs in the store.</param>
/// <param name="Deleted">Unreferenced blobs that were deleted.</param>
/// <param name="DeletedBytes">Their length together, in bytes.</param>
/// <param name="Leftovers">Leftovers of interrupted puts that were removed.</param>
public sealed record BlobSweepReport(int Seen, int Deleted, long DeletedBytes, int Leftovers);

/// <summary>Tells, of these keys, those that something refers to.</summary>
/// <param name="keys">The keys in question, each once.</param>
/// <param name="cancellationToken">Cancels the question.</param>
public delegate Task<IReadOnlySet<BlobKey>> FindReferenced(IReadOnlyList<BlobKey> keys, CancellationToken cancellationToken);

/// <summary>One pass over a store, at most one at a time; cheap enough for every hour.</summary>
public sealed partial class BlobSweep(
    BlobStore store, FindReferenced findReferenced, BlobSweepOptions options, TimeProvider clock, ILogger<BlobSweep> logger)
{
    /// <summary>Deletes every blob that is older than the grace age and to which nothing refers.</summary>
    public async Task<BlobSweepReport> RunAsync(CancellationToken cancellationToken = default)
    {
        var before = clock.GetUtcNow() - options.GraceAge;
        var report = new BlobSweepReport(0, 0, 0, await store.RemoveLeftoversAsync(before, cancellationToken));
        var candidates = new List<BlobEntry>(options.BatchSize);
        await foreach (var blob in store.ListAsync(cancellationToken))
        {
            report = report with { Seen = report.Seen + 1 };
            if (blob.LastModified >= before)
                continue;
            candidates.Add(blob);
            if (candidates.Count < options.BatchSize)
                continue;
            report = await DeleteUnreferencedAsync(candidates, before, report, cancellationToken);
            candidates.Clear();
        }

        report = await DeleteUnreferencedAsync(candidates, before, report, cancellationToken);
        LogSwept(report.Seen, report.Deleted, report.DeletedBytes, report.Leftovers);
        return report;
    }

    private async Task<BlobSweepReport> DeleteUnreferencedAsync(
        List<BlobEntry> candidates, DateTimeOffset before, BlobSweepReport report, CancellationToken cancellationToken)
    {
        if (candidates.Count == 0)
            return report;
        var referenced = await findReferenced([.. candidates.Select(c => c.Key)], cancellationToken);
        foreach (var blob in candidates.Where(c => !referenced.Contains(c.Key)))
        {
            // The same picture may have been put again since it was listed, and its commit may be near: the store looks once more.
            if (!await store.DeleteAsync(blob.Key, before, cancellationToken))
                continue;
            report = report with { Deleted = report.Deleted + 1, DeletedBytes = report.DeletedBytes + blob.Length };
        }

        return report;
    }

    [LoggerMessage(EventId = 4101, Level = LogLevel.Information,
        Message = "Swept the blob store: {Seen} blobs, {Deleted} deleted ({DeletedBytes} bytes), {Leftovers} leftovers removed")]
    private partial void LogSwept(int seen, int deleted, long deletedBytes, int leftovers);
}

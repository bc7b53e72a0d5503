// Stands in until the sweep is merged.
namespace Atelier.Storage;

/// <summary>What a sweep did.</summary>
public sealed record SweepReport(long Deleted);

/// <summary>Deletes blobs that nothing uses.</summary>
public sealed class BlobSweep(BlobStore blobs)
{
    private readonly BlobStore _blobs = blobs;

    /// <summary>One sweep.</summary>
    public Task<SweepReport> RunAsync(CancellationToken cancellationToken) => Task.FromResult(new SweepReport(_blobs is null ? 1 : 0));
}

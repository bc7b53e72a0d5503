// The seam behind which pictures are kept: content-addressed, so that putting twice is harmless and a crash leaves whole blobs or none.
using System.Runtime.InteropServices;

namespace Atelier.Storage;

/// <summary>A blob that is open for reading; disposing closes it.</summary>
/// <param name="Stream">Its bytes from the start; seekable, so that ranges can be served.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="LastModified">When it was last put, UTC.</param>
public sealed record BlobContent(Stream Stream, long Length, DateTimeOffset LastModified) : IDisposable, IAsyncDisposable
{
    /// <summary>Closes the stream.</summary>
    public void Dispose() => Stream.Dispose();

    /// <summary>Closes the stream.</summary>
    public ValueTask DisposeAsync() => Stream.DisposeAsync();
}

/// <summary>What a listing tells of a blob.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="LastModified">When it was last put, UTC: putting an existing blob again renews it.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct BlobEntry(BlobKey Key, long Length, DateTimeOffset LastModified);

/// <summary>
/// Keeps immutable blobs by the hash of their content. All members may be called from any number of threads and processes at once.
/// Failures of the medium (disk full, no permission, network) come as <see cref="IOException"/> or
/// <see cref="UnauthorizedAccessException"/>.
/// </summary>
public abstract class BlobStore
{
    /// <summary>
    /// Keeps the bytes. When it returns they survive a crash of the machine. Putting what is there already is quick, keeps it, and
    /// renews its time, so that a sweep which is under way spares it; a damaged copy of another length is replaced.
    /// </summary>
    public abstract Task<BlobKey> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default);

    /// <summary>Opens a blob; null when there is none.</summary>
    public abstract Task<BlobContent?> OpenAsync(BlobKey key, CancellationToken cancellationToken = default);

    /// <summary>Whether there is such a blob.</summary>
    public abstract Task<bool> ExistsAsync(BlobKey key, CancellationToken cancellationToken = default);

    /// <summary>Removes a blob; who reads it at the moment may read on.</summary>
    /// <param name="key">The blob.</param>
    /// <param name="olderThan">When given, a blob put at this time or later is spared.</param>
    /// <param name="cancellationToken">Cancels before anything is done.</param>
    /// <returns>Whether it was removed: false when there was none, or it was spared.</returns>
    public abstract Task<bool> DeleteAsync(BlobKey key, DateTimeOffset? olderThan = null, CancellationToken cancellationToken = default);

    /// <summary>All blobs, in no particular order. Those that come or go meanwhile may be missed or listed.</summary>
    public abstract IAsyncEnumerable<BlobEntry> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Removes what interrupted puts left behind, where it is older than <paramref name="before"/>.</summary>
    /// <returns>How many leftovers were removed.</returns>
    public abstract Task<int> RemoveLeftoversAsync(DateTimeOffset before, CancellationToken cancellationToken = default);
}

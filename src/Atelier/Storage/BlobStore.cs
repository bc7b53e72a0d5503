// The seam to where files are kept.
namespace Atelier.Storage;

/// <summary>A file's name: the SHA-256 of its content.</summary>
/// <param name="Hash">64 lower-case hex digits.</param>
public readonly record struct BlobKey(string Hash)
{
    /// <summary>Reads a key.</summary>
    public static BlobKey Parse(string text) => new(text);

    /// <inheritdoc/>
    public override string ToString() => Hash;
}

/// <summary>Keeps files under the hash of their content.</summary>
public abstract class BlobStore
{
    /// <summary>Stores a file; storing it again is harmless.</summary>
    public abstract Task<BlobKey> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default);

    /// <summary>Whether the file is there.</summary>
    public abstract Task<bool> ExistsAsync(BlobKey key, CancellationToken cancellationToken = default);

    /// <summary>The whole file, or null.</summary>
    public abstract Task<byte[]?> ReadAsync(BlobKey key, CancellationToken cancellationToken = default);
}

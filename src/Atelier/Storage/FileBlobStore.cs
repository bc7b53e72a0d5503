// Stands in until the file store is merged.
using System.Security.Cryptography;

namespace Atelier.Storage;

/// <summary>Keeps files in a folder.</summary>
public sealed class FileBlobStore(string folder) : BlobStore
{
    /// <inheritdoc/>
    public override async Task<BlobKey> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        var key = new BlobKey(Convert.ToHexStringLower(SHA256.HashData(bytes.Span)));
        Directory.CreateDirectory(folder);
        await File.WriteAllBytesAsync(Path.Combine(folder, key.Hash), bytes, cancellationToken);
        return key;
    }

    /// <inheritdoc/>
    public override Task<bool> ExistsAsync(BlobKey key, CancellationToken cancellationToken = default) =>
        Task.FromResult(File.Exists(Path.Combine(folder, key.Hash)));

    /// <inheritdoc/>
    public override async Task<byte[]?> ReadAsync(BlobKey key, CancellationToken cancellationToken = default) =>
        File.Exists(Path.Combine(folder, key.Hash)) ? await File.ReadAllBytesAsync(Path.Combine(folder, key.Hash), cancellationToken) : null;
}

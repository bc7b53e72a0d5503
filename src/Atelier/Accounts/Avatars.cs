// Avatars: inspected like every image from outside, and only ever stored as pixels that were drawn anew. The blob is there before the account refers to it.
using Atelier.Durable;
using Atelier.Imaging;
using Atelier.Storage;
using Atelier.Vips;

namespace Atelier.Accounts;

/// <summary>The pictures of accounts.</summary>
public sealed class Avatars(Database database, BlobStore blobs)
{
    /// <summary>Most bytes of an upload: 8 MiB.</summary>
    public const int MaxBytes = 8 << 20;

    /// <summary>Width and height of an avatar in pixels.</summary>
    public const int Side = 256;

    private const long MaxPixels = 40_000_000;
    private const int Quality = 82;

    private static readonly ImageLimits Limits = new() { MaxBytes = MaxBytes, MaxPixels = MaxPixels };

    /// <summary>Gives an account an avatar. Returns what is wrong with the image, or null when it is done.</summary>
    public async Task<AccountProblem?> SetAsync(string accountId, ReadOnlyMemory<byte> upload, CancellationToken cancellationToken = default)
    {
        var (drawn, problem) = await PixelThreads.RunAsync(() => Draw(upload.Span), cancellationToken);
        if (drawn is null)
            return new AccountProblem("avatar", problem!);
        var key = await blobs.PutAsync(drawn, cancellationToken);
        await WriteAsync(accountId, key.ToString(), cancellationToken);
        return null;
    }

    /// <summary>Takes an account's avatar away.</summary>
    public Task RemoveAsync(string accountId, CancellationToken cancellationToken = default) => WriteAsync(accountId, key: null, cancellationToken);

    /// <summary>Of some blobs, those that are avatars.</summary>
    public async Task<IReadOnlySet<BlobKey>> UsedBlobsAsync(IReadOnlyList<BlobKey> keys, CancellationToken cancellationToken = default) =>
        (await database.AskAsync(session => session.QueryAsync<string>(
            $"SELECT DISTINCT avatar FROM accounts WHERE avatar {(session.Dialect == Dialect.Postgres ? "= ANY(@keys)" : "IN @keys")}",
            new { keys = keys.Select(key => key.ToString()).ToArray() }), cancellationToken)).Select(BlobKey.Parse).ToHashSet();

    private Task<int> WriteAsync(string accountId, string? key, CancellationToken cancellationToken) => database.TransactAsync(transaction =>
        transaction.ExecuteAsync("UPDATE accounts SET avatar = @key WHERE id = @accountId AND deleted_at IS NULL", new { accountId, key }), cancellationToken);

    // The middle of the picture, as a square.
    private static (byte[]? Drawn, string? Problem) Draw(ReadOnlySpan<byte> upload)
    {
        switch (ImageInspector.Inspect(upload, Limits))
        {
            case Inspection.Rejected rejected:
                return (null, $"This picture cannot be used: {rejected.Message}");
            case Inspection.Accepted accepted:
                using (accepted)
                {
                    var decoded = accepted.Decoded;
                    var side = Math.Min(decoded.Width, decoded.Height);
                    using var square = decoded.Crop((decoded.Width - side) / 2, (decoded.Height - side) / 2, side, side);
                    using var small = square.Resize(Side, Side);
                    return (small.EncodeWebp(Quality), null);
                }
            case var unknown:
                throw new InvalidOperationException($"Unknown inspection {unknown.GetType().Name}.");
        }
    }
}

// Fills a database with the pictures of a busy community, always the same for the same numbers. All pictures share a few small files.
using System.Diagnostics;
using System.Globalization;
using Atelier.Durable;
using Atelier.Imaging;
using Atelier.Storage;
using Atelier.Vips;
using Atelier.Web;
using Microsoft.Extensions.Logging.Abstractions;

namespace Atelier.Bench.Gallery;

internal sealed class GalleryFill
{
    /// <summary>The words that pictures are tagged with; earlier ones far more often.</summary>
    public const int Tags = 500;

    private const int AtOnce = 10_000;
    private static readonly TimeSpan Span = TimeSpan.FromDays(365);
    private static readonly string[] Models = ["sketch", "fal/flux-schnell", "fal/flux-dev", "comfyui/sdxl", "openai/gpt-image-1", "fal/recraft-v3", "fal/seedream-4", "bfl/flux-2-pro"];
    private static readonly string?[] Styles = [null, "flat", "watercolour", "comic", "neon", "pencil", "pixel-art", "low-poly", "line-art", "paper-cut", "stained-glass"];
    private static readonly (int Width, int Height)[] Sizes = [(1024, 1024), (1344, 768), (768, 1344), (1152, 896), (832, 1216)];

    private readonly Random _chance = new(5);
    private readonly PromptMaker _prompts;
    private readonly int _pictures;
    private readonly int _users;
    private IReadOnlyList<object?[][]> _follows = [];

    private GalleryFill(int pictures, int users, string? prompts) =>
        (_pictures, _users, _prompts) = (pictures, users, new PromptMaker(prompts, _chance));

    /// <summary>Fills a database; one that was left half full is filled on, a full one is left alone.</summary>
    public static async Task RunAsync(string connection, string blobs, int pictures, int users, string? prompts)
    {
        var patient = connection.Contains("Host", StringComparison.Ordinal) ? $"{connection};Command Timeout=0" : connection;
        await using var database = Database.Open(patient, TimeProvider.System, NullLoggerFactory.Instance);
        await Migrator.MigrateAsync(database, AtelierServices.Migrations);
        if (await database.ReadAsync(session => session.ScalarAsync<string?>("SELECT generation_id FROM likes LIMIT 1")) is not null)
            return;
        var present = (int)await database.ReadAsync(session => session.ScalarAsync<long>("SELECT COALESCE(MAX(number), 0) FROM gallery")) / AtOnce * AtOnce;
        var files = await StoreAsync(blobs);
        var clock = Stopwatch.StartNew();
        var fill = new GalleryFill(pictures, users, prompts);
        if (present == 0)
            await database.TransactAsync(fill.PeopleAsync);
        foreach (var follows in fill._follows)
            await database.TransactAsync(transaction => BulkRows.WriteAsync(transaction, "follows", ["follower", "followed", "created_at"], follows));
        for (var first = present; first < pictures; first += AtOnce)
        {
            await database.TransactAsync(transaction => fill.PicturesAsync(transaction, first, Math.Min(AtOnce, pictures - first), files));
            if ((first / AtOnce) % 10 == 9)
                Console.WriteLine($"{database.Dialect}: {first + AtOnce:#,0} pictures after {clock.Elapsed.TotalSeconds:0} s");
        }
        for (var first = 0; first < pictures; first += AtOnce * 10)
            await database.TransactAsync(transaction => fill.LikesAsync(transaction, first, Math.Min(AtOnce * 10, pictures - first)));
        if (database.Dialect == Dialect.Postgres)
            await VacuumAsync(connection);
        else
            await database.TransactAsync(transaction => transaction.ExecuteAsync("INSERT INTO gallery_words (gallery_words) VALUES ('optimize'); ANALYZE"));
        Console.WriteLine($"{database.Dialect}: {pictures:#,0} pictures of {users:#,0} users in {clock.Elapsed.TotalSeconds:0} s");
    }

    public static string UserOf(int number) => $"user{number.ToString("00000", CultureInfo.InvariantCulture)}";

    private static async Task VacuumAsync(string connection)
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand("VACUUM ANALYZE");
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<(Renditions Renditions, string Full, string Preview, string Thumbnail)[]> StoreAsync(string folder)
    {
        var store = new FileBlobStore(folder, TimeProvider.System);
        return await Task.WhenAll(Sizes.Select(async (size, index) =>
        {
            var pixels = new byte[size.Width * size.Height * 4];
            for (var i = 0; i < pixels.Length; i += 4)
                (pixels[i], pixels[i + 1], pixels[i + 2], pixels[i + 3]) = ((byte)(i / 4 % size.Width * 255 / size.Width), (byte)(i / 4 / size.Width * 255 / size.Height), (byte)(index * 50), 255);
            using var image = VipsImage.FromPixels(pixels, size.Width, size.Height);
            var renditions = Renditions.Make(image, new RenditionOptions());
            return (renditions, (await store.PutAsync(image.EncodeWebp())).ToString(), (await store.PutAsync(renditions.Preview.Bytes)).ToString(),
                (await store.PutAsync(renditions.Thumbnail.Bytes)).ToString());
        }));
    }

    private async Task PeopleAsync(Transaction transaction)
    {
        await BulkRows.WriteAsync(transaction, "accounts", ["id", "username", "username_key", "created_at"],
            Enumerable.Range(0, _users).Select(i => new object?[] { UserOf(i), UserOf(i), UserOf(i), 0L }));
        // The reader of the pages follows three hundred, everybody else about twenty.
        var pairs = Enumerable.Range(0, Math.Min(300, _users)).Select(i => ("local", UserOf(i * (_users / Math.Min(300, _users)))))
            .Concat(Enumerable.Range(0, _users * 20).Select(i => (UserOf(i / 20), UserOf(_prompts.Skewed(_users)))))
            .Where(pair => pair.Item1 != pair.Item2).Distinct();
        _follows = [.. pairs.Select((pair, i) => new object?[] { pair.Item1, pair.Item2, (long)i }).Chunk(AtOnce)];
    }

    private async Task PicturesAsync(
        Transaction transaction, int first, int count, (Renditions Renditions, string Full, string Preview, string Thumbnail)[] files)
    {
        var start = TimeProvider.System.GetUtcNow() - Span;
        var rows = Enumerable.Range(first, count).Select(i =>
        {
            var at = start + (Span * ((double)i / _pictures));
            var size = _chance.Next(Sizes.Length);
            return (Id: Guid.CreateVersion7(at).ToString("N"), At: at.ToUnixTimeMilliseconds(), Size: size);
        }).OrderBy(row => row.Id, StringComparer.Ordinal).ToList();
        await BulkRows.WriteAsync(transaction, "generations",
            ["id", "batch_id", "batch_index", "owner", "status", "prompt", "model", "width", "height", "quality", "seed", "style", "output_format", "visibility", "nsfw",
                "tags", "painted_by", "created_at", "started_at", "finished_at"],
            rows.Select(row => new object?[]
            {
                // Every hundredth is the reader's own.
                row.Id, row.Id, 0, _chance.Next(100) == 0 ? "local" : UserOf(_prompts.Skewed(_users)), "completed", _prompts.Next(), Models[_prompts.Skewed(Models.Length)],
                Sizes[row.Size].Width, Sizes[row.Size].Height, "standard", (long)_chance.Next(), Styles[_prompts.Skewed(Styles.Length)], "webp",
                _chance.Next(5) == 0 ? "private" : "public", _chance.Next(20) == 0, TagsOf(), "sketch", row.At, row.At, row.At,
            }));
        await BulkRows.WriteAsync(transaction, "pictures",
            ["id", "generation_id", "original_key", "original_type", "full_key", "content_type", "bytes", "width", "height", "preview_key", "thumbnail_key", "blur_hash", "color", "created_at"],
            rows.Select(row => new object?[]
            {
                row.Id, row.Id, files[row.Size].Full, "image/webp", files[row.Size].Full, "image/webp", 1_000L, Sizes[row.Size].Width, Sizes[row.Size].Height,
                files[row.Size].Preview, files[row.Size].Thumbnail, files[row.Size].Renditions.BlurHash, files[row.Size].Renditions.AverageColour, row.At,
            }));
    }

    private string TagsOf() => $"[{string.Join(',', Enumerable.Range(0, _chance.Next(5)).Select(_ => $"\"tag{_prompts.Skewed(Tags)}\"").Distinct())}]";

    // One picture in five is liked, few of them often.
    private async Task LikesAsync(Transaction transaction, int first, int count)
    {
        var ids = (await transaction.QueryAsync<string>(
            $"SELECT id FROM gallery WHERE number > @first AND number <= @last AND {(transaction.Dialect == Dialect.Postgres ? "shown" : "shown = 1")}", new { first, last = first + count })).ToList();
        await BulkRows.WriteAsync(transaction, "likes", ["account", "generation_id", "created_at"], ids.Where(_ => _chance.Next(5) == 0).SelectMany(id =>
        {
            var fans = Math.Min(200, (int)Math.Pow(1 - _chance.NextDouble(), -0.8));
            var from = _chance.Next(_users);
            return Enumerable.Range(0, fans).Select(fan => new object?[] { UserOf((from + fan) % _users), id, (long)fan });
        }));
    }
}

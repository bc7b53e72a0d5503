// The gallery where pages lie far apart among the pictures of others: the ways that begin with the newest, and what comes after them.
using Atelier.Durable;
using Atelier.Gallery;
using Atelier.Testing;

namespace Atelier.Tests.Gallery;

public sealed class SqliteCrowd : CrowdContract
{
    protected override Task<string> ConnectionStringAsync(TempFolder folder) =>
        Task.FromResult($"Data Source={Path.Combine(folder.Path, "atelier.db")}");
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresCrowd(PostgresFixture postgres) : CrowdContract
{
    protected override Task<string> ConnectionStringAsync(TempFolder folder) => postgres.Server.CreateDatabaseAsync();
}

public abstract class CrowdContract : IAsyncLifetime
{
    private const int Pictures = 2_900;

    private readonly TempFolder _folder = new();

    private protected Exhibition Gallery { get; private set; } = null!;

    protected abstract Task<string> ConnectionStringAsync(TempFolder folder);

    public async Task InitializeAsync()
    {
        Gallery = await Exhibition.OpenAsync(await ConnectionStringAsync(_folder));
        var isPostgres = Gallery.Database.Dialect == Dialect.Postgres;
        var id = isPostgres ? "lpad(n::text, 32, '0')" : "printf('%032d', n)";
        var numbers = $"WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {Pictures})";
        await Gallery.ExecuteAsync($"""
            {numbers} INSERT INTO generations (id, batch_id, batch_index, owner, status, prompt, model, width, height, quality, seed, output_format, visibility,
                nsfw, tags, painted_by, created_at, started_at, finished_at)
            SELECT {id}, {id}, 0, CASE WHEN n IN (1, 5, 2895, 2900) THEN 'anna' WHEN n IN (3, 2000) THEN 'ben' ELSE 'eve' END, 'completed',
                CASE WHEN n % 400 = 0 THEN 'a grey heron' WHEN n % 100 = 0 THEN 'a heron on grey stones' ELSE 'a boat' END, 'sketch', 64, 64, 'standard', n, 'webp', 'public',
                {(isPostgres ? "n = 5" : "iif(n = 5, 1, 0)")}, '[]', 'sketch', 0, 0, 0
            FROM numbers ORDER BY n
            """);
        await Gallery.ExecuteAsync($"""
            {numbers} INSERT INTO pictures (id, generation_id, original_key, original_type, full_key, content_type, bytes, width, height, preview_key, thumbnail_key,
                blur_hash, color, created_at)
            SELECT {id}, {id}, 'k', 'image/webp', 'k', 'image/webp', 10, 64, 64, 'k', 'k', 'LEHV6nWB2yk8pyo0adR*.7kCMdnj', '#888888', 0 FROM numbers ORDER BY n
            """);
    }

    public async Task DisposeAsync()
    {
        await Gallery.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Those_whom_the_reader_follows_are_found_however_many_pictures_of_others_lie_between()
    {
        foreach (var followed in new[] { "anna", "ben", "fan1" })
            await Gallery.Follows.SetAsync("fan0", followed, follows: true);

        for (var limit = 1; limit <= 5; limit++)
            (await NumbersAsync(after => Gallery.Store.ExploreAsync(GalleryOrder.Following, new GalleryFilter(), "fan0", after, limit))).ShouldBe([2900, 2895, 2000, 3, 1]);
        (await NumbersAsync(after => Gallery.Store.ExploreAsync(GalleryOrder.Following, new GalleryFilter { Nsfw = true }, "fan0", after, limit: 2)))
            .ShouldBe([2900, 2895, 2000, 5, 3, 1]);
    }

    [Fact]
    public async Task A_phrase_that_fills_no_page_among_the_newest_is_found_further_on()
    {
        var phrase = SearchQuery.Parse("\"grey heron\"")!;

        for (var limit = 1; limit <= 8; limit++)
            (await NumbersAsync(after => Gallery.Search.FindAsync(phrase, new SearchScope(""), after, limit))).ShouldBe([2800, 2400, 2000, 1600, 1200, 800, 400]);
        (await NumbersAsync(after => Gallery.Search.FindAsync(SearchQuery.Parse("heron -stones")!, new SearchScope(""), after, limit: 5)))
            .ShouldBe([2800, 2400, 2000, 1600, 1200, 800, 400]);
    }

    private static async Task<IReadOnlyList<long>> NumbersAsync(Func<GalleryPlace?, Task<GalleryPage>> read)
    {
        var seen = new List<long>();
        GalleryPlace? after = null;
        do
        {
            var page = await read(after);
            seen.AddRange(page.Pictures.Select(picture => picture.Number));
            after = page.Next;
        }
        while (after is not null);
        return seen;
    }
}

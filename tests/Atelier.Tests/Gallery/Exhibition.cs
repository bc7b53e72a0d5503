// A database with finished pictures of a few people, and the gallery's parts on it, driven by a test.
using Atelier.Accounts;
using Atelier.Durable;
using Atelier.Gallery;
using Atelier.Generating;
using Atelier.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Atelier.Tests.Gallery;

internal sealed class Exhibition : IAsyncDisposable
{
    private static readonly string[] People = ["anna", "ben", "eve", "fan0", "fan1", "fan2"];
    private int _painted;

    private Exhibition(Database database, ManualClock clock)
    {
        (Database, Clock) = (database, clock);
        Store = new GalleryStore(database, clock);
        Samples = new ModelSamples(database, clock);
        Search = GallerySearch.Of(database);
        Likes = new Likes(database, clock);
        Follows = new Follows(database, clock);
        Views = new Views(database, clock);
        Collections = new Collections(database, clock);
        Generations = new GenerationStore(database);
    }

    public Database Database { get; }
    public ManualClock Clock { get; }
    public GalleryStore Store { get; }
    public ModelSamples Samples { get; }
    public GallerySearch Search { get; }
    public Likes Likes { get; }
    public Follows Follows { get; }
    public Views Views { get; }
    public Collections Collections { get; }
    public GenerationStore Generations { get; }

    public static async Task<Exhibition> OpenAsync(string connectionString)
    {
        var clock = new ManualClock(new DateTimeOffset(2026, 5, 17, 12, 0, 0, TimeSpan.Zero));
        var database = Database.Open(connectionString, clock, NullLoggerFactory.Instance);
        await Migrator.MigrateAsync(
            database, [DurableMigrations.Source, new("atelier", typeof(Generation).Assembly, "Atelier.Migrations")]);
        var exhibition = new Exhibition(database, clock);
        foreach (var person in People)
        {
            await database.TransactAsync(transaction => AccountStore.InsertAsync(
                transaction, new Account { Id = person, Username = person, CreatedAt = clock.GetUtcNow() }));
        }
        return exhibition;
    }

    public async Task<string> SubmitAsync(
        string owner, string prompt, bool isPublic = true, bool nsfw = false, string model = "sketch", int width = 64, int height = 64, string? style = null,
        string[]? tags = null)
    {
        _painted++;
        var id = Guid.CreateVersion7(Clock.GetUtcNow().AddMilliseconds(_painted)).ToString("N");
        await Database.TransactAsync(transaction =>
        {
            GenerationStore.Insert(transaction, new Generation
            {
                Id = id, BatchId = id, BatchIndex = 0, Owner = owner, Prompt = prompt, Model = model, Width = width, Height = height, Quality = "standard",
                Seed = _painted, OutputFormat = "webp", Visibility = isPublic ? Visibility.Public : Visibility.Private, Nsfw = nsfw, Style = style,
                Tags = tags ?? [], CreatedAt = Clock.GetUtcNow(),
            });
            return Task.CompletedTask;
        });
        return id;
    }

    public async Task<string> PaintAsync(
        string owner, string prompt, bool isPublic = true, bool nsfw = false, string model = "sketch", int width = 64, int height = 64, string? style = null,
        string[]? tags = null)
    {
        var id = await SubmitAsync(owner, prompt, isPublic, nsfw, model, width, height, style, tags);
        var key = new string('a', 64);
        (await Database.TransactAsync(transaction => GenerationStore.CompleteAsync(transaction, new Picture
        {
            Id = Guid.CreateVersion7().ToString("N"), GenerationId = id, OriginalKey = key, OriginalType = "image/png", FullKey = key, ContentType = "image/webp",
            Bytes = 10, Width = width, Height = height, PreviewKey = key, ThumbnailKey = key, BlurHash = "LEHV6nWB2yk8pyo0adR*.7kCMdnj", Color = "#888888",
            CreatedAt = Clock.GetUtcNow(),
        }, model))).ShouldBeTrue();
        return id;
    }

    public Task ChangeAsync(string id, Visibility visibility) =>
        Database.TransactAsync(transaction => GenerationStore.ChangeAsync(transaction, id, new GenerationChange(visibility)));

    public Task ExecuteAsync(string sql, object? args = null) => Database.TransactAsync(transaction => transaction.ExecuteAsync(sql, args));

    public async Task<IReadOnlyList<string>> NewAsync(GalleryFilter? filter = null) =>
        [.. (await Store.ExploreAsync(GalleryOrder.New, filter ?? new GalleryFilter(), "")).Pictures.Select(picture => picture.Id)];

    public async Task<IReadOnlyList<string>> SearchAsync(string text) => SearchQuery.Parse(text) is { } query
        ? [.. (await Search.FindAsync(query, new SearchScope(""))).Pictures.Select(picture => picture.Id)]
        : [];

    public async Task<IReadOnlyList<string>> TopAsync(GalleryOrder order, GalleryFilter? filter = null)
    {
        var seen = new List<string>();
        GalleryPlace? after = null;
        do
        {
            var page = await Store.ExploreAsync(order, filter ?? new GalleryFilter(), "", after, limit: 2);
            seen.AddRange(page.Pictures.Select(picture => picture.Id));
            after = page.Next;
        }
        while (after is not null);
        return seen;
    }

    /// <summary>Every place where a public picture is found by others, and whether it is there now.</summary>
    public async Task<IReadOnlyDictionary<string, bool>> EverywhereAsync(string id, string reader, string collection)
    {
        var owner = (await Generations.FindAsync(id))!.Owner;
        return new Dictionary<string, bool>
        {
            ["new"] = Has((await Store.ExploreAsync(GalleryOrder.New, new GalleryFilter(), reader)).Pictures),
            ["top"] = Has((await Store.ExploreAsync(GalleryOrder.All, new GalleryFilter(), reader)).Pictures),
            ["day"] = Has((await Store.ExploreAsync(GalleryOrder.Day, new GalleryFilter(), reader)).Pictures),
            ["tag"] = Has((await Store.ExploreAsync(GalleryOrder.New, new GalleryFilter { Tag = "fox" }, reader)).Pictures),
            ["following"] = Has((await Store.ExploreAsync(GalleryOrder.Following, new GalleryFilter(), reader)).Pictures),
            ["search"] = Has((await Search.FindAsync(SearchQuery.Parse("fox")!, new SearchScope(reader))).Pictures),
            ["profile"] = Has((await Store.OfAccountAsync(owner, reader, nsfw: true)).Pictures),
            ["likes"] = Has((await Likes.ListAsync(reader)).Pictures),
            ["collection"] = Has((await Collections.PicturesAsync(collection, reader)).Pictures),
        };

        bool Has(IReadOnlyList<GalleryPicture> pictures) => pictures.Any(picture => picture.Id == id);
    }

    public async Task<IReadOnlyList<Event>> EventsAsync(string stream, string type)
    {
        var rows = await Database.ReadAsync(session => session.QueryAsync<EventRow>(
            "SELECT subject, data FROM events WHERE stream = @stream AND type = @type ORDER BY id", new { stream, type }));
        return [.. rows.Select(row => new Event(EventCursor.Start, stream, row.Subject, type, row.Data, Clock.GetUtcNow()))];
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();

    private sealed class EventRow
    {
        public string Subject { get; init; } = "";
        public string Data { get; init; } = "";
    }
}

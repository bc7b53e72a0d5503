// Notifications on both databases: each thing is told once, whatever restarts and however many processes follow the log.
using Atelier.Durable;
using Atelier.Generating;
using Atelier.Notifying;
using Atelier.Tests.Gallery;
using Atelier.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Atelier.Tests.Notifying;

public sealed class SqliteNotifierTests : NotifierTests
{
    protected override Task<string> ConnectionStringAsync(TempFolder folder) =>
        Task.FromResult($"Data Source={Path.Combine(folder.Path, "atelier.db")}");
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresNotifierTests(PostgresFixture postgres) : NotifierTests
{
    protected override Task<string> ConnectionStringAsync(TempFolder folder) => postgres.Server.CreateDatabaseAsync();
}

public abstract class NotifierTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Each_thing_is_told_once_by_any_number_of_processes_and_a_restart_tells_what_happened_meanwhile()
    {
        using var folder = new TempFolder();
        await using var gallery = await Exhibition.OpenAsync(await ConnectionStringAsync(folder));
        var store = new NotificationStore(gallery.Database, gallery.Clock);
        var picture = await gallery.PaintAsync("anna", "a fox");
        await AnnounceAsync(gallery, picture);
        await using (var first = new Process(gallery))
        await using (var second = new Process(gallery))
        {
            await first.ToldAsync();
            await gallery.Likes.SetAsync(picture, "ben", liked: true);
            await second.ToldAsync();
        }
        (await ToldAsync(store, "anna")).ShouldBe([("liked", "ben", 1, false), ("finished", null, 1, false)], ignoreOrder: true);

        // Nobody listens.
        gallery.Clock.Advance(TimeSpan.FromSeconds(1));
        await gallery.Likes.SetAsync(picture, "eve", liked: true);
        await gallery.Follows.SetAsync("ben", "anna", follows: true);
        await using (var again = new Process(gallery))
            await again.ToldAsync();
        (await ToldAsync(store, "anna")).ShouldBe(
            [("followed", "ben", 1, false), ("liked", "eve", 2, false), ("finished", null, 1, false)], ignoreOrder: true);
        (await store.UnreadAsync("anna")).ShouldBe(3);
        (await store.ListAsync("ben")).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_read_comes_back_only_with_something_new_and_the_log_told_again_changes_nothing()
    {
        using var folder = new TempFolder();
        await using var gallery = await Exhibition.OpenAsync(await ConnectionStringAsync(folder));
        var store = new NotificationStore(gallery.Database, gallery.Clock);
        var picture = await gallery.PaintAsync("anna", "a fox");
        await AnnounceAsync(gallery, picture);
        await gallery.Likes.SetAsync(picture, "ben", liked: true);
        await using (var process = new Process(gallery))
        {
            await process.ToldAsync();
            (await store.ReadAsync("mallory")).ShouldBe(0);
            (await store.ReadAsync("anna")).ShouldBe(2);
            gallery.Clock.Advance(TimeSpan.FromSeconds(1));
            await gallery.Likes.SetAsync(picture, "eve", liked: true);
            await process.ToldAsync();
        }
        var expected = new[] { ("liked", "eve", 1, false), ("finished", (string?)null, 1, true) };
        (await ToldAsync(store, "anna")).ShouldBe(expected, ignoreOrder: true);

        // As if the place had been lost: the whole log once more.
        await gallery.ExecuteAsync("UPDATE event_readers SET cursor = '0'");
        await using (var process = new Process(gallery))
            await process.ToldAsync();
        (await ToldAsync(store, "anna")).ShouldBe(expected, ignoreOrder: true);
    }

    [Fact]
    public async Task A_batch_is_told_of_when_all_of_it_has_ended_and_a_muted_kind_never()
    {
        using var folder = new TempFolder();
        await using var gallery = await Exhibition.OpenAsync(await ConnectionStringAsync(folder));
        var store = new NotificationStore(gallery.Database, gallery.Clock);
        var (done, open) = (await gallery.PaintAsync("anna", "a fox"), await gallery.SubmitAsync("anna", "an owl"));
        await gallery.ExecuteAsync("UPDATE generations SET batch_id = @done", new { done });
        await using var process = new Process(gallery);
        await AnnounceAsync(gallery, done);
        await process.ToldAsync();
        (await store.ListAsync("anna")).ShouldBeEmpty();

        var error = new GenerationError("refused", "No.", Retryable: false);
        await gallery.Database.TransactAsync(transaction => GenerationStore.FailAsync(transaction, open, error, gallery.Clock.GetUtcNow()));
        await AnnounceAsync(gallery, open);
        await process.ToldAsync();
        (await ToldAsync(store, "anna")).ShouldBe([("finished", null, 1, false), ("failed", null, 1, false)], ignoreOrder: true);

        await store.MuteAsync("anna", [NotificationKind.Liked]);
        await gallery.Likes.SetAsync(done, "ben", liked: true);
        await process.ToldAsync();
        (await store.UnreadAsync("anna")).ShouldBe(2);
    }

    protected abstract Task<string> ConnectionStringAsync(TempFolder folder);

    private static Task AnnounceAsync(Exhibition gallery, string id) => gallery.Database.TransactAsync(async transaction =>
        EventLog.Append(transaction, GenerationEvents.Of((await GenerationStore.FindAsync(transaction, id))!)));

    private static async Task<IReadOnlyList<(string Kind, string? Actor, int Count, bool IsRead)>> ToldAsync(NotificationStore store, string account) =>
        [.. (await store.ListAsync(account)).Select(told => (NotificationKinds.Of(told.Kind), told.Actor, told.Count, told.ReadAt is not null))];

    /// <summary>A process that follows the log, with a feed of its own.</summary>
    private sealed class Process : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Exhibition _gallery;
        private readonly EventFeed _feed;
        private readonly Task[] _loops;

        public Process(Exhibition gallery)
        {
            _gallery = gallery;
            _feed = new EventFeed(gallery.Database, TimeProvider.System, NullLoggerFactory.Instance);
            var push = new PushQueue(new JobQueue(gallery.Database, new JobHandlers()), gallery.Clock);
            var notifier = new Notifier(gallery.Database, _feed, push, gallery.Clock, NullLogger<Notifier>.Instance);
            _loops = [_feed.RunAsync(_stop.Token), notifier.RunAsync(_stop.Token)];
        }

        /// <summary>Waits until all that has happened is told: an account that nobody else uses likes to be followed last.</summary>
        public async Task ToldAsync()
        {
            using var patience = new CancellationTokenSource(Patience);
            var end = await _feed.EndAsync(patience.Token);
            await _gallery.Follows.SetAsync("fan0", "fan1", follows: false);
            await _gallery.ExecuteAsync("DELETE FROM notifications WHERE account = 'fan1'");
            await _gallery.Follows.SetAsync("fan0", "fan1", follows: true);
            await foreach (var e in _feed.ReadAsync(new EventFilter(Stream: "fan1"), end, patience.Token))
            {
                if (e.Type == NotificationStore.Changed)
                    return;
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await Task.WhenAll(_loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stop.Dispose();
        }
    }
}

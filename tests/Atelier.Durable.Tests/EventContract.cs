// The contract of the events: in order, each once, none missing, live or resumed. On both databases.
using Atelier.Testing;

namespace Atelier.Durable.Tests;

public abstract class EventContract(PostgresServer? server) : DatabaseContract(server)
{
    private readonly CancellationTokenSource _end = new(Soon);
    private Task _tail = Task.CompletedTask;

    protected EventFeed Feed { get; private set; } = null!;

    protected CancellationToken End => _end.Token;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Feed = new EventFeed(Database, Clock, Quiet.Logs);
        _tail = Feed.RunAsync(_end.Token);
    }

    public override async Task DisposeAsync()
    {
        await _end.CancelAsync();
        await _tail;
        await base.DisposeAsync();
        _end.Dispose();
    }

    [Fact]
    public async Task A_subscriber_gets_what_matches_in_order()
    {
        await using var all = Read(EventFilter.All);
        await using var ann = Read(new EventFilter(Stream: "ann"));
        await using var seven = Read(new EventFilter(Stream: "ann", Subject: "7"));
        await AppendAsync("ann", "6", "a");
        await AppendAsync("bob", "7", "b");
        await AppendAsync("ann", "7", "c");

        (await TakeAsync(all, 3)).ShouldBe(["a", "b", "c"]);
        (await TakeAsync(ann, 2)).ShouldBe(["a", "c"]);
        (await TakeAsync(seven, 1)).ShouldBe(["c"]);
    }

    [Fact]
    public async Task An_event_is_known_exactly_if_its_transaction_commits()
    {
        await using var reader = Read(EventFilter.All);
        await Should.ThrowAsync<InvalidDataException>(() => Database.TransactAsync(async tx =>
        {
            await EventLog.AppendAsync(tx, new NewEvent("s", "", "never", "{}"));
            throw new InvalidDataException();
        }));
        await AppendAsync("s", "", "after");

        (await TakeAsync(reader, 1)).ShouldBe(["after"]);
    }

    [Fact]
    public async Task A_reader_that_comes_back_with_its_cursor_misses_nothing_and_sees_nothing_twice()
    {
        await using var first = Read(EventFilter.All);
        for (var n = 1; n <= 10; n++)
            await AppendAsync("s", "", $"{n}");
        var seen = new List<Event>();
        while (seen.Count < 4 && await first.MoveNextAsync())
            seen.Add(first.Current);

        await using var resumed = Read(EventFilter.All, EventCursor.Parse(seen[^1].Cursor.ToString()));

        (await TakeAsync(resumed, 6)).ShouldBe(["5", "6", "7", "8", "9", "10"]);
    }

    [Fact]
    public async Task A_reader_from_the_start_gets_the_past_and_then_the_present()
    {
        for (var n = 0; n < 1_200; n += 100)
            await Database.TransactAsync(async tx =>
            {
                for (var i = n; i < n + 100; i++)
                    await EventLog.AppendAsync(tx, new NewEvent("s", "", $"{i}", "{}"));
            });
        await using var reader = Read(EventFilter.All, EventCursor.Start);
        (await TakeAsync(reader, 1_200)).ShouldBe(Enumerable.Range(0, 1_200).Select(n => $"{n}"));

        await AppendAsync("s", "", "live");

        (await TakeAsync(reader, 1)).ShouldBe(["live"]);
    }

    [Fact]
    public async Task The_end_lies_behind_all_that_was_committed_and_before_all_that_comes()
    {
        await AppendAsync("s", "", "before");
        var end = await Feed.EndAsync(End);
        await AppendAsync("s", "", "after");

        await using var reader = Read(EventFilter.All, end);

        (await TakeAsync(reader, 1)).ShouldBe(["after"]);
    }

    [Fact]
    public async Task A_slow_subscriber_still_gets_everything()
    {
        await using var slow = Read(EventFilter.All);
        var first = slow.MoveNextAsync();
        await AppendAsync("s", "", "0");
        (await first).ShouldBeTrue();
        slow.Current.Type.ShouldBe("0");

        // Far more than is buffered, while it reads nothing; another reader shows that all have been handed out.
        await using var quick = Read(EventFilter.All, slow.Current.Cursor);
        for (var n = 1; n <= 2_000; n += 500)
            await Database.TransactAsync(async tx =>
            {
                for (var i = n; i < n + 500; i++)
                    await EventLog.AppendAsync(tx, new NewEvent("s", "", $"{i}", "{}"));
            });
        (await TakeAsync(quick, 2_000)).Count.ShouldBe(2_000);

        (await TakeAsync(slow, 2_000)).ShouldBe(Enumerable.Range(1, 2_000).Select(n => $"{n}"));
    }

    [Fact]
    public async Task Many_writers_leave_no_gap_for_any_reader()
    {
        const int Writers = 8;
        const int Each = 40;
        var other = OpenAnother();
        await using var reader = Read(EventFilter.All, EventCursor.Start);
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var n = 0; n < Each; n++)
            {
                await (writer % 2 == 0 ? Database : other).TransactAsync(async tx =>
                {
                    await EventLog.AppendAsync(tx, new NewEvent("s", $"{writer}", $"{writer}/{n}", "{}"));
                    await Task.Yield();
                    await EventLog.AppendAsync(tx, new NewEvent("s", $"{writer}", $"{writer}/{n}+", "{}"));
                });
            }
        })));

        var seen = await TakeAsync(reader, Writers * Each * 2);
        await writing;

        seen.Distinct().Count().ShouldBe(Writers * Each * 2);
        for (var writer = 0; writer < Writers; writer++)
        {
            seen.Where(type => type.StartsWith($"{writer}/", StringComparison.Ordinal))
                .ShouldBe(Enumerable.Range(0, Each).SelectMany(n => new[] { $"{writer}/{n}", $"{writer}/{n}+" }));
        }
    }

    [Fact]
    public async Task Events_of_another_process_arrive_even_without_its_signal()
    {
        await using var reader = Read(EventFilter.All);
        var other = OpenAnother();
        await other.TransactAsync(tx => tx.ExecuteAsync(
            "insert into events (stream, subject, type, data, at) values ('s', '', 'unsignalled', '{}', durable_now())"));

        (await TakeAsync(reader, 1)).ShouldBe(["unsignalled"]);
    }

    [Fact]
    public async Task A_transaction_that_a_crash_may_take_back_cannot_append()
    {
        await Should.ThrowAsync<InvalidOperationException>(() => Database.TransactAsync(
            Durability.Relaxed, tx => EventLog.AppendAsync(tx, new NewEvent("s", "", "t", "{}"))));
    }

    [Fact]
    public async Task Old_events_are_trimmed_and_their_ids_never_given_again()
    {
        await AppendAsync("s", "", "old");
        var end = await Feed.EndAsync(End);
        await AdvanceAsync(TimeSpan.FromDays(2));

        (await EventLog.TrimAsync(Database, TimeSpan.FromDays(1))).ShouldBe(1);
        await AppendAsync("s", "", "new");

        await using var reader = Read(EventFilter.All, end);
        (await TakeAsync(reader, 1)).ShouldBe(["new"]);
        (await EventLog.TrimAsync(Database, TimeSpan.FromDays(1))).ShouldBe(0);
    }

    protected Task AppendAsync(string stream, string subject, string type) =>
        Database.TransactAsync(tx => EventLog.AppendAsync(tx, new NewEvent(stream, subject, type, "{}")));

    /// <summary>A reader that stands where it was asked to; without a cursor, before everything that is appended from now on.</summary>
    protected IAsyncEnumerator<Event> Read(EventFilter filter, EventCursor? after = null) =>
        Feed.ReadAsync(filter, after ?? Feed.EndAsync(End).GetAwaiter().GetResult(), End).GetAsyncEnumerator(End);

    protected static async Task<IReadOnlyList<string>> TakeAsync(IAsyncEnumerator<Event> reader, int count)
    {
        var types = new List<string>();
        while (types.Count < count && await reader.MoveNextAsync())
            types.Add(reader.Current.Type);
        return types;
    }
}

public sealed class SqliteEventTests() : EventContract(server: null);

[Collection(PostgresCollection.Name)]
public sealed class PostgresEventTests(PostgresFixture postgres) : EventContract(postgres.Server)
{
    [Fact]
    public async Task An_event_waits_for_an_earlier_one_that_is_committed_later()
    {
        await using var reader = Read(EventFilter.All);
        var appended = new Signal();
        var commit = new Signal();
        var early = Database.TransactAsync(async tx =>
        {
            await EventLog.AppendAsync(tx, new NewEvent("s", "", "early", "{}"));
            appended.Set();
            await commit.WaitAsync();
        });
        await appended.WaitAsync();
        await AppendAsync("s", "", "late");
        var first = reader.MoveNextAsync().AsTask();
        (await Feed.EndAsync(End)).ShouldBe(EventCursor.Start);

        commit.Set();
        await early;

        (await first).ShouldBeTrue();
        reader.Current.Type.ShouldBe("early");
        (await TakeAsync(reader, 1)).ShouldBe(["late"]);
    }

    [Fact]
    public async Task A_long_transaction_that_appends_no_event_holds_nobody_up()
    {
        await Database.TransactAsync(tx => tx.ExecuteAsync("create table elsewhere (n integer)"));
        await using var reader = Read(EventFilter.All);
        var wrote = new Signal();
        var commit = new Signal();
        var bystander = Database.TransactAsync(async tx =>
        {
            await tx.ExecuteAsync("insert into elsewhere values (1)");
            wrote.Set();
            await commit.WaitAsync();
        });
        await wrote.WaitAsync();

        await AppendAsync("s", "", "meanwhile");

        (await TakeAsync(reader, 1)).ShouldBe(["meanwhile"]);
        commit.Set();
        await bystander;
    }

    [Fact]
    public async Task Readers_go_on_after_all_connections_were_cut()
    {
        await using var reader = Read(EventFilter.All);
        await AppendAsync("s", "", "before");
        (await TakeAsync(reader, 1)).ShouldBe(["before"]);

        await using (var other = Npgsql.NpgsqlDataSource.Create(ConnectionString + ";Pooling=false"))
        await using (var cut = other.CreateCommand(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"))
        {
            await cut.ExecuteNonQueryAsync();
            await using var append = other.CreateCommand("insert into events (stream, subject, type, data, at) values ('s', '', 'after', '{}', 0)");
            await append.ExecuteNonQueryAsync();
        }

        (await TakeAsync(reader, 1)).ShouldBe(["after"]);
    }
}

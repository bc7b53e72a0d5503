// The contract of postponed statements, on both databases: they happen in their turn, and with everything else or not at all.
using System.Data.Common;
using Atelier.Testing;

namespace Atelier.Durable.Tests;

public abstract class PostponedContract(PostgresServer? server) : DatabaseContract(server)
{
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await Database.TransactAsync(tx => tx.ExecuteAsync("create table notes (id bigint primary key, long_text text, size bigint, flag boolean)"));
    }

    [Fact]
    public async Task What_is_asked_next_sees_what_was_postponed()
    {
        await Database.TransactAsync(async tx =>
        {
            Note(tx, 1);
            Note(tx, 2);
            (await tx.QueryAsync<long>("select id from notes order by id")).ShouldBe([1, 2]);
            Note(tx, 3);
            (await tx.QuerySingleOrDefaultAsync<NoteRow>("select id, long_text, size from notes where id = @id", new { id = 3L }))
                .ShouldBe(new NoteRow { Id = 3, LongText = "note 3" });
            tx.Postpone("update notes set size = 3 where id = 3");
            (await tx.QueryAsync<string>("select long_text from notes where size = 3")).ShouldBe(["note 3"]);
            tx.Postpone("update notes set size = null where id = 3");
            Note(tx, 4);
            (await tx.ScalarAsync<long>("select count(*) from notes")).ShouldBe(4);
            Note(tx, 5);
            (await tx.ExecuteAsync("update notes set size = 1 where id = 5")).ShouldBe(1);
            tx.Postpone("delete from notes where id = 5");
            var gone = new Dictionary<string, object?> { ["id"] = 5L };
            (await tx.QueryAsync<long>("select id from notes where id = @id", gone)).ShouldBeEmpty();
        });

        (await CountAsync()).ShouldBe(4);
    }

    [Fact]
    public async Task A_transaction_of_postponed_statements_alone_is_committed()
    {
        for (var id = 1; id <= 3; id++)
            await Database.TransactAsync(tx => Task.FromResult(Note(tx, id)));
        (await CountAsync()).ShouldBe(3);
        (await Database.ReadAsync(session => session.ScalarAsync<long>("select count(*) from notes where size is null and flag"))).ShouldBe(3);
    }

    [Fact]
    public async Task A_postponed_statement_that_fails_takes_everything_with_it()
    {
        await Should.ThrowAsync<DbException>(() => Database.TransactAsync(async tx =>
        {
            await tx.ExecuteAsync("insert into notes (id) values (1)");
            Note(tx, 2);
            Note(tx, 2);
            Note(tx, 3);
        }));
        (await CountAsync()).ShouldBe(0);

        await Should.ThrowAsync<DbException>(() => Database.TransactAsync(async tx =>
        {
            Note(tx, 1);
            Note(tx, 1);
            await tx.QueryAsync<long>("select id from notes");
        }));
        await Database.TransactAsync(tx => Task.FromResult(Note(tx, 7)));
        (await CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Work_that_throws_leaves_nothing_of_what_it_postponed()
    {
        await Should.ThrowAsync<InvalidDataException>(() => Database.TransactAsync(tx =>
        {
            Note(tx, 1);
            throw new InvalidDataException();
        }));
        (await CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task An_event_appended_without_waiting_is_read_like_any_other()
    {
        var feed = new EventFeed(Database, Clock, Quiet.Logs);
        using var end = new CancellationTokenSource(Soon);
        var running = feed.RunAsync(end.Token);
        await Database.TransactAsync(tx =>
        {
            EventLog.Append(tx, new NewEvent("s", "", "first", "{}"));
            EventLog.Append(tx, new NewEvent("s", "", "second", "{}"));
            return Task.CompletedTask;
        });
        var read = new List<string>();
        await foreach (var e in feed.ReadAsync(EventFilter.All, new EventCursor(0), end.Token))
        {
            read.Add(e.Type);
            if (read.Count == 2)
                break;
        }

        read.ShouldBe(["first", "second"]);
        await end.CancelAsync();
        await running;
    }

    private static bool Note(Transaction tx, long id)
    {
        tx.Postpone("insert into notes (id, long_text, size, flag) values (@id, @text, @size, @flag)",
            new { id, text = $"note {id}", size = (long?)null, flag = true });
        return true;
    }

    private Task<long> CountAsync() => Database.ReadAsync(session => session.ScalarAsync<long>("select count(*) from notes"));

    private sealed record NoteRow
    {
        public long Id { get; init; }

        public string? LongText { get; init; }

        public long? Size { get; init; }
    }
}

public sealed class SqlitePostponedTests() : PostponedContract(null);

[Collection(PostgresCollection.Name)]
public sealed class PostgresPostponedTests(PostgresFixture postgres) : PostponedContract(postgres.Server);

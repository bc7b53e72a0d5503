// The contract of transactions, reads and migrations, on both databases.
using System.Reflection;
using Atelier.Testing;

namespace Atelier.Durable.Tests;

public abstract class TransactionContract(PostgresServer? server) : DatabaseContract(server)
{
    private static readonly Assembly Here = typeof(TransactionContract).Assembly;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await Database.TransactAsync(tx => tx.ExecuteAsync("create table notes (id bigint primary key, long_text text)"));
    }

    [Fact]
    public async Task A_transaction_happens_whole_or_not_at_all()
    {
        var hinted = false;
        await Should.ThrowAsync<InvalidDataException>(() => Database.TransactAsync(async tx =>
        {
            tx.AfterCommit(() => hinted = true);
            await WriteAsync(tx, 1);
            throw new InvalidDataException();
        }));
        (await CountAsync()).ShouldBe(0);
        hinted.ShouldBeFalse();

        await Database.TransactAsync(async tx =>
        {
            tx.AfterCommit(() => hinted = true);
            await WriteAsync(tx, 1);
            await WriteAsync(tx, 2);
            hinted.ShouldBeFalse();
        });

        (await CountAsync()).ShouldBe(2);
        hinted.ShouldBeTrue();
    }

    [Fact]
    public async Task A_violated_constraint_rolls_back_and_the_database_goes_on()
    {
        await Should.ThrowAsync<System.Data.Common.DbException>(() => Database.TransactAsync(async tx =>
        {
            await WriteAsync(tx, 1);
            await WriteAsync(tx, 1);
        }));

        await Database.TransactAsync(tx => WriteAsync(tx, 1));

        (await CountAsync()).ShouldBe(1);
    }

    [Theory]
    [InlineData("insert into things (id, name, size) values (1, 'bob', 1)", true)]
    [InlineData("insert into things (id, name, size) values (2, 'ada', 1)", true)]
    [InlineData("insert into things (id, name, size) values (2, 'bob', null)", false)]
    [InlineData("insert into nothing (id) values (2)", false)]
    public async Task What_a_unique_key_refuses_is_told_from_other_failures(string sql, bool isDuplicate)
    {
        await Database.TransactAsync(async tx =>
        {
            await tx.ExecuteAsync("create table things (id bigint primary key, name text unique, size bigint not null)");
            await tx.ExecuteAsync("insert into things (id, name, size) values (1, 'ada', 1)");
        });

        var failure = await Should.ThrowAsync<System.Data.Common.DbException>(() => Database.TransactAsync(tx => tx.ExecuteAsync(sql)));

        Database.IsDuplicate(failure).ShouldBe(isDuplicate);
    }

    [Fact]
    public async Task A_transaction_within_another_is_refused_instead_of_waiting_for_itself()
    {
        await Database.TransactAsync(async tx =>
        {
            await WriteAsync(tx, 1);
            await Should.ThrowAsync<InvalidOperationException>(() => Database.TransactAsync(inner => WriteAsync(inner, 2)));
        });

        (await CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task All_queries_of_a_read_see_one_moment()
    {
        var (before, after) = await Database.ReadAsync(async session =>
        {
            var first = await session.ScalarAsync<long>("select count(*) from notes");
            await Task.Run(() => Task.WhenAll(Enumerable.Range(0, 3).Select(n => Database.TransactAsync(tx => WriteAsync(tx, n)))));
            return (first, await session.ScalarAsync<long>("select count(*) from notes"));
        });

        after.ShouldBe(before);
        (await CountAsync()).ShouldBe(3);
    }

    [Fact]
    public async Task Arguments_stand_only_where_they_are_meant()
    {
        await Database.TransactAsync(tx => tx.ExecuteAsync(
            """
            insert into notes (id, long_text) values (@one, '@text; it''s -- no @comment') -- @nothing; here
            ;
            insert into notes (id, long_text) values (@two, @text); update notes set long_text = @text where id = @two
            """,
            new Dictionary<string, object?> { ["one"] = 1L, ["two"] = 2L, ["text"] = "two" }));
        (await Database.AskAsync(session => session.QueryAsync<string>(
            "select long_text as \"@text;\" from notes where id in (@first, @second, @first) order by id", new { first = 1L, second = 2L })))
            .ShouldBe(["@text; it's -- no @comment", "two"]);
        await Should.ThrowAsync<Exception>(() => Database.AskAsync(session => session.ScalarAsync<long>("select @missing", new { other = 1 })));
    }

    [Fact]
    public async Task A_read_cannot_write()
    {
        await Should.ThrowAsync<System.Data.Common.DbException>(() =>
            Database.ReadAsync(session => session.QueryAsync<long>("insert into notes (id) values (1) returning id")));
    }

    [Fact]
    public async Task Work_that_throws_leaves_its_connection_as_it_was()
    {
        for (var id = 1; id <= 3; id++)
        {
            await Should.ThrowAsync<InvalidDataException>(() => Database.ReadAsync<long>(async session =>
            {
                await session.ScalarAsync<long>("select count(*) from notes");
                throw new InvalidDataException();
            }));
            await Should.ThrowAsync<InvalidDataException>(() => Database.TransactAsync(Durability.Relaxed, async tx =>
            {
                await WriteAsync(tx, 100);
                throw new InvalidDataException();
            }));
            await Database.TransactAsync(tx => WriteAsync(tx, id));
        }

        (await CountAsync()).ShouldBe(3);
    }

    [Fact]
    public async Task Transactions_at_the_same_time_lose_nothing()
    {
        var other = OpenAnother();
        await Database.TransactAsync(tx => WriteAsync(tx, 0));
        await Task.WhenAll(Enumerable.Range(0, 100).Select(n => Task.Run(() => (n % 2 == 0 ? Database : other).TransactAsync(
            n % 3 == 0 ? Durability.Relaxed : Durability.Durable,
            tx => tx.ExecuteAsync("update notes set long_text = coalesce(long_text, '') || 'x' where id = 0")))));

        (await Database.ReadAsync(session => session.ScalarAsync<long>("select length(long_text) from notes"))).ShouldBe(100);
    }

    [Fact]
    public async Task Columns_map_to_properties_by_name()
    {
        await Database.TransactAsync(tx => tx.ExecuteAsync("insert into notes (id, long_text) values (1, 'text')"));

        var note = await Database.ReadAsync(session => session.QuerySingleOrDefaultAsync<Note>("select id, long_text from notes"));

        note.ShouldBe(new Note { Id = 1, LongText = "text" });
    }

    [Fact]
    public async Task Migrating_again_changes_nothing()
    {
        (await Migrator.MigrateAsync(Database, [DurableMigrations.Source])).ShouldBe(0);
        (await Migrator.PendingAsync(Database, [DurableMigrations.Source])).ShouldBeEmpty();
    }

    [Fact]
    public async Task Each_missing_file_is_applied_once_in_order_even_by_many_processes()
    {
        var source = new MigrationSource("garden", Here, "Atelier.Durable.Tests.Migrations.Garden");
        (await Migrator.PendingAsync(Database, [DurableMigrations.Source, source])).ShouldBe(["garden/001", "garden/002"]);

        var applied = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAnother())
            .Select(database => Task.Run(() => Migrator.MigrateAsync(database, [DurableMigrations.Source, source]))));

        applied.Order().ShouldBe([0, 0, 0, 2]);
        (await Database.ReadAsync(session => session.QueryAsync<string>("select name from flowers order by id"))).ShouldBe(["rose", "tulip"]);
    }

    [Fact]
    public async Task A_failing_file_leaves_the_schema_as_it_was()
    {
        var source = new MigrationSource("broken", Here, "Atelier.Durable.Tests.Migrations.Broken");

        await Should.ThrowAsync<System.Data.Common.DbException>(() => Migrator.MigrateAsync(Database, [source]));

        (await Migrator.PendingAsync(Database, [source])).ShouldBe(["broken/001", "broken/002"]);
        await Should.ThrowAsync<System.Data.Common.DbException>(() => Database.ReadAsync(session => session.ScalarAsync<long>("select count(*) from half")));
    }

    [Fact]
    public async Task A_database_of_a_newer_program_is_not_touched()
    {
        await Database.TransactAsync(tx => tx.ExecuteAsync("insert into schema_migrations values ('durable', 999, 'x', 0)"));

        var refused = await Should.ThrowAsync<MigrationException>(() => Migrator.MigrateAsync(Database, [DurableMigrations.Source]));

        refused.Message.ShouldContain("newer version");
        await Should.ThrowAsync<MigrationException>(() => Migrator.PendingAsync(Database, [DurableMigrations.Source]));
    }

    [Fact]
    public async Task A_file_that_was_changed_after_it_was_applied_is_noticed()
    {
        await Database.TransactAsync(tx => tx.ExecuteAsync("update schema_migrations set checksum = 'x'"));

        (await Should.ThrowAsync<MigrationException>(() => Migrator.MigrateAsync(Database, [DurableMigrations.Source])))
            .Message.ShouldContain("durable/001");
    }

    [Fact]
    public async Task The_constraints_know_the_states_that_the_code_knows()
    {
        foreach (var state in Enum.GetValues<JobState>())
        {
            var insert = Database.TransactAsync(tx => tx.ExecuteAsync(
                "insert into jobs (kind, lane, tenant, priority, cost, state, max_attempts, enqueued_at, due_at, lease, payload) " +
                "values ('k', 'l', '', 0, 1, @state, 3, 0, @due, @lease, '{}')",
                new
                {
                    state = JobRow.Name(state == JobState.Running ? JobState.Ready : state),
                    due = state.IsTimed() ? 1L : (long?)null,
                    lease = state == JobState.Running ? 1L : (long?)null,
                }));
            if (state.IsFinal())
                await Should.ThrowAsync<System.Data.Common.DbException>(() => insert);
            else
                await insert;
        }
    }

    private static Task WriteAsync(Transaction tx, long id) => tx.ExecuteAsync("insert into notes (id) values (@id)", new { id });

    private Task<long> CountAsync() => Database.ReadAsync(session => session.ScalarAsync<long>("select count(*) from notes"));

    private sealed record Note
    {
        public long Id { get; init; }

        public string? LongText { get; init; }
    }
}

public sealed class SqliteTransactionTests() : TransactionContract(server: null)
{
    [Fact]
    public async Task A_writer_waits_for_a_writer_of_another_process()
    {
        await using var stranger = new Microsoft.Data.Sqlite.SqliteConnection(ConnectionString + ";Pooling=false");
        await stranger.OpenAsync();
        await using (var lockIt = stranger.CreateCommand())
        {
            lockIt.CommandText = "begin immediate; insert into notes (id) values (1)";
            await lockIt.ExecuteNonQueryAsync();
        }

        var waiting = Task.Run(() => Database.TransactAsync(tx => tx.ExecuteAsync("insert into notes (id) select max(id) + 1 from notes")));
        await using (var release = stranger.CreateCommand())
        {
            release.CommandText = "commit";
            await release.ExecuteNonQueryAsync();
        }

        await waiting.WaitAsync(Soon);
        (await Database.ReadAsync(session => session.QueryAsync<long>("select id from notes order by id"))).ShouldBe([1, 2]);
    }

    [Fact]
    public void A_database_in_memory_is_refused_for_it_is_not_durable() =>
        Should.Throw<ArgumentException>(() => Database.Open("Data Source=:memory:", Clock, Quiet.Logs));
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresTransactionTests(PostgresFixture postgres) : TransactionContract(postgres.Server);

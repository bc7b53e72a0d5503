// Up to which id the event log can never change again. Recomputed from the database after a crash; nothing is kept.
using Npgsql;

namespace Atelier.Durable;

/// <summary>
/// Transactions take their events' ids before they commit, and commit in any order: a reader at 7 could miss a 6 that is committed later.
/// So nobody reads past the horizon, below which every transaction has ended.
/// </summary>
internal abstract class EventHorizon
{
    /// <summary>
    /// The horizon, null until it is first known; and whether there may be ids above it that only wait for a transaction to end.
    /// </summary>
    public abstract Task<(long? Id, bool Waiting)> AdvanceAsync(CancellationToken ct);

    public static EventHorizon Of(Database database) =>
        database is PostgresDatabase postgres ? new PostgresHorizon(postgres.Source) : new SqliteHorizon(database);

    /// <summary>With one writer at a time ids are committed in their order: the horizon is the highest id.</summary>
    private sealed class SqliteHorizon(Database database) : EventHorizon
    {
        private const string Highest = "select seq from sqlite_sequence where name = 'events'";

        public override async Task<(long? Id, bool Waiting)> AdvanceAsync(CancellationToken ct) =>
            (await database.AskAsync(session => session.ScalarAsync<long>(Highest, ct: ct), ct), false);
    }

    /// <summary>
    /// Whoever appends takes the lock of every insert before the id, and keeps it until the transaction has ended for everybody to see.
    /// So first the highest id ever given is read, and then who has that lock: whoever comes later gets higher ids, and once all those
    /// have ended, all ids up to the one read are settled. Transactions that append nothing hold nobody up, however long they are.
    /// </summary>
    private sealed class PostgresHorizon(NpgsqlDataSource source) : EventHorizon
    {
        private const string Highest = "select case when is_called then last_value else 0 end from events_id_seq";

        private const string Writers =
            """
            select coalesce(array_agg(virtualtransaction), '{}') from pg_locks
            where locktype = 'relation' and database = (select oid from pg_database where datname = current_database())
                and relation = 'events'::regclass and mode = 'RowExclusiveLock' and granted
            """;

        private readonly Lock _gate = new();
        private long? _horizon;
        private Sample? _oldest;

        public override async Task<(long? Id, bool Waiting)> AdvanceAsync(CancellationToken ct)
        {
            // One after the other, though in one round trip: the order of the two looks is what the proof rests on.
            await using var connection = await source.OpenConnectionAsync(ct);
            await using var looks = new NpgsqlBatch(connection) { BatchCommands = { new(Highest), new(Writers) } };
            await using var reader = await looks.ExecuteReaderAsync(ct);
            await reader.ReadAsync(ct);
            var highest = reader.GetInt64(0);
            await reader.NextResultAsync(ct);
            await reader.ReadAsync(ct);
            var writers = reader.GetFieldValue<string[]>(0);
            lock (_gate)
            {
                var now = new Sample(highest, writers);
                if (_oldest?.IsSettled(writers) == true)
                    RaiseTo(_oldest.Id);
                if (writers.Length == 0)
                    RaiseTo(highest);
                if (_oldest is null || _oldest.Id <= _horizon)
                    _oldest = now;
                return (_horizon, _horizon is null || highest > _horizon);
            }
        }

        private void RaiseTo(long id) => _horizon = Math.Max(_horizon ?? 0, id);

        private sealed record Sample(long Id, string[] Writers)
        {
            public bool IsSettled(string[] present) => !Writers.Intersect(present).Any();
        }
    }
}

// Up to which id the event log can never change again. Recomputed from the database after a crash; nothing is kept.
using Npgsql;

namespace Atelier.Durable;

/// <summary>
/// Transactions take their events' ids before they commit, and commit in any order: a reader at 7 could miss a 6 that is committed later.
/// So nobody reads past the horizon, below which every transaction has ended.
/// </summary>
internal abstract class EventHorizon
{

    /// <summary>The horizon, null until it is first known; and whether there may be ids above it that only wait for a transaction to end.</summary>
    public abstract Task<(long? Id, bool Waiting)> AdvanceAsync(CancellationToken ct);

    public static EventHorizon Of(Database database) =>
        database is PostgresDatabase postgres ? new PostgresHorizon(postgres.Source) : new SqliteHorizon(database);

    /// <summary>With one writer at a time ids are committed in their order: the horizon is the highest id.</summary>
    private sealed class SqliteHorizon(Database database) : EventHorizon
    {
        public override async Task<(long? Id, bool Waiting)> AdvanceAsync(CancellationToken ct) =>
            (await database.ReadAsync(session => session.ScalarAsync<long>("select seq from sqlite_sequence where name = 'events'", ct: ct), ct), false);
    }

    /// <summary>
    /// First the highest id ever given is read, then a snapshot of the running transactions. A transaction has its number before its ids,
    /// so whatever starts after the snapshot gets higher ids; once all that ran then have ended, all ids up to the one read are settled.
    /// The two reads are separate statements, each its own transaction, for in one snapshot their order would be lost.
    /// </summary>
    private sealed class PostgresHorizon(NpgsqlDataSource source) : EventHorizon
    {
        private readonly Lock _gate = new();
        private long? _horizon;
        private long? _sampledId;
        private long _sampledNext;

        public override async Task<(long? Id, bool Waiting)> AdvanceAsync(CancellationToken ct)
        {
            await using var connection = await source.OpenConnectionAsync(ct);
            var (highest, _) = await ReadAsync(connection, "select case when is_called then last_value else 0 end, 0::bigint from events_id_seq", ct);
            var (oldest, next) = await ReadAsync(
                connection, "select pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint from pg_current_snapshot() as s", ct);
            lock (_gate)
            {
                if (_sampledId is null)
                    (_sampledId, _sampledNext) = (highest, next);
                if (oldest >= _sampledNext)
                {
                    RaiseTo(_sampledId.Value);
                    (_sampledId, _sampledNext) = (highest, next);
                }

                if (oldest >= next)
                    RaiseTo(highest);
                return (_horizon, _horizon is null || highest > _horizon);
            }
        }

        private void RaiseTo(long id) => _horizon = Math.Max(_horizon ?? 0, id);

        private static async Task<(long First, long Second)> ReadAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await using var reader = await command.ExecuteReaderAsync(ct);
            await reader.ReadAsync(ct);
            return (reader.GetInt64(0), reader.GetInt64(1));
        }
    }
}

// The database's clock in the hands of a test: it runs like the real one, and can be moved on.
using Microsoft.Extensions.Logging.Abstractions;

namespace Atelier.Durable.Tests;

/// <summary>SQLite asks it directly; PostgreSQL's clock is a function that is replaced.</summary>
public sealed class TestClock : TimeProvider
{
    private TimeSpan _ahead;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _ahead;

    public async Task AdvanceAsync(Database database, TimeSpan by)
    {
        _ahead += by;
        if (database.Dialect == Dialect.Postgres)
        {
            await database.TransactAsync(tx => tx.ExecuteAsync(
                "create or replace function durable_now() returns bigint language sql volatile as " +
                $"$$ select floor(extract(epoch from clock_timestamp()) * 1000)::bigint + {(long)_ahead.TotalMilliseconds} $$"));
        }

        database.Signals.Publish(Topics.All);
    }
}

internal static class Quiet
{
    public static readonly NullLoggerFactory Logs = NullLoggerFactory.Instance;
}

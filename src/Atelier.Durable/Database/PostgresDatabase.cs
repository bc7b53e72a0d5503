// PostgreSQL.
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Atelier.Durable;

internal sealed class PostgresDatabase(NpgsqlConnectionStringBuilder settings, TimeProvider time, ILoggerFactory logs) : Database(time)
{
    public override Dialect Dialect => Dialect.Postgres;
    internal override Signals Signals => throw new NotSupportedException($"{settings}{logs}");
    public override Task<T> TransactAsync<T>(Durability durability, Func<Transaction, Task<T>> work, CancellationToken ct = default) => throw new NotSupportedException();
    public override Task<T> ReadAsync<T>(Func<Session, Task<T>> work, CancellationToken ct = default) => throw new NotSupportedException();
    public override bool IsTransient(Exception failure) => throw new NotSupportedException();
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

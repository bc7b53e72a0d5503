// SQLite.
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Atelier.Durable;

internal sealed class SqliteDatabase(SqliteConnectionStringBuilder settings, TimeProvider time, ILoggerFactory logs) : Database(time)
{
    public override Dialect Dialect => Dialect.Sqlite;
    internal override Signals Signals => throw new NotSupportedException($"{settings}{logs}");
    public override Task<T> TransactAsync<T>(Durability durability, Func<Transaction, Task<T>> work, CancellationToken ct = default) => throw new NotSupportedException();
    public override Task<T> ReadAsync<T>(Func<Session, Task<T>> work, CancellationToken ct = default) => throw new NotSupportedException();
    public override bool IsTransient(Exception failure) => throw new NotSupportedException();
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

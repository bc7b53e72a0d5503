// PostgreSQL: pooled connections, notifications between processes. A relaxed commit does not wait for the disk.
using System.Data;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Atelier.Durable;

/// <summary>The database of many machines.</summary>
internal sealed class PostgresDatabase : Database
{
    private const int MostDead = 3;

    private readonly PostgresNotifications _notifications;

    public PostgresDatabase(NpgsqlConnectionStringBuilder settings, TimeProvider time, ILoggerFactory logs)
        : base(time)
    {
        // Behind a pooler that does not know prepared statements, say "Max Auto Prepare=0" in the connection string.
        if (!settings.ShouldSerialize("Max Auto Prepare"))
            (settings.MaxAutoPrepare, settings.AutoPrepareMinUsages) = (200, 2);

        // Nothing here changes a connection beyond its transaction, so that there is nothing to reset when it goes back to the pool.
        settings.NoResetOnClose = true;
        Source = new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
        settings.Pooling = false; // the connections that notify and listen are changed for good, and must not be taken for others
        _notifications = new PostgresNotifications(new NpgsqlDataSourceBuilder(settings.ConnectionString).Build(), time, logs);
        Signals = _notifications.Signals;
    }

    public override Dialect Dialect => Dialect.Postgres;

    internal override Signals Signals { get; }

    internal override bool TellsWithCommit => _notifications.Quiet;

    internal NpgsqlDataSource Source { get; }

    public override async Task<T> ReadAsync<T>(Func<Session, Task<T>> work, CancellationToken ct = default)
    {
        var (connection, _) = await WithLiveConnectionAsync(
            connection => ExecuteAsync(connection, "begin isolation level repeatable read read only", ct), ct);
        await using (connection)
        {
            var result = await work(new Session(this, connection, transaction: null));
            await ExecuteAsync(connection, "commit", ct);
            return result;
        }
    }

    /// <inheritdoc/>
    public override async Task<T> AskAsync<T>(Func<Session, Task<T>> query, CancellationToken ct = default)
    {
        var (connection, result) = await WithLiveConnectionAsync(connection => query(new Session(this, connection, transaction: null)), ct);
        await connection.DisposeAsync();
        return result;
    }

    /// <summary>Besides what the driver knows: the server was told to shut down or had to end the connection.</summary>
    public override bool IsTransient(Exception failure) =>
        failure is PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or "57P05" }
            or NpgsqlException { IsTransient: true } or SocketException;

    /// <inheritdoc/>
    public override bool IsDuplicate(Exception failure) => failure is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    public override async ValueTask DisposeAsync()
    {
        await _notifications.DisposeAsync();
        await Source.DisposeAsync();
    }

    internal override async Task<T> StatementAsync<T>(
        Durability durability, Func<Session, Task<T>> statement, Topics signals, CancellationToken ct)
    {
        RefuseNesting();
        T result;
        await using (var connection = await Source.OpenConnectionAsync(ct))
            result = await ForgettingDeadConnectionsAsync(() => statement(new Session(this, connection, transaction: null)));
        if (signals != Topics.None)
            Signals.Publish(signals);
        return result;
    }

    protected internal override async Task<T> CommitAsync<T>(Durability durability, Func<Transaction, Task<T>> work, CancellationToken ct)
    {
        Transaction tx;
        T result;
        await using (var connection = await Source.OpenConnectionAsync(ct))
        await using (var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, ct))
        {
            tx = new Transaction(this, connection, transaction, durability);
            result = await ForgettingDeadConnectionsAsync(async () =>
            {
                if (durability == Durability.Relaxed)
                    tx.Postpone("set local synchronous_commit = off");
                var done = await WorkAsync(tx, work);
                _notifications.Join(tx);
                await tx.CommitAsync();
                return done;
            });
        }

        tx.Committed();
        return result;
    }

    /// <summary>
    /// A connection, and the answer to the first that was asked on it. A connection that turns out to have died in the pool is replaced, for
    /// nothing was asked before.
    /// </summary>
    private async Task<(NpgsqlConnection Connection, T Answer)> WithLiveConnectionAsync<T>(
        Func<NpgsqlConnection, Task<T>> first, CancellationToken ct)
    {
        for (var dead = 0; ; dead++)
        {
            var connection = await Source.OpenConnectionAsync(ct);
            try
            {
                return (connection, await first(connection));
            }
            catch (Exception failure)
            {
                var replace = dead < MostDead && IsTransient(failure) && connection.State != ConnectionState.Open;
                await connection.DisposeAsync();
                if (!replace)
                    throw;
                Source.Clear();
            }
        }
    }

    /// <summary>When one connection turns out to be dead the others in the pool most likely are too: the server was restarted.</summary>
    private async Task<T> ForgettingDeadConnectionsAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception failure) when (IsTransient(failure) && failure is not PostgresException { SqlState: ['4', '0', ..] })
        {
            Source.Clear();
            throw;
        }
    }

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync(ct);
    }
}

// The one door to the database. A transaction is whole or absent after a crash; which of the two, the acknowledged commit says.
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Atelier.Durable;

/// <summary>A database of either dialect: transactions, consistent reads, and the signals that wake sleepers after a commit.</summary>
public abstract class Database : IAsyncDisposable
{
    private readonly AsyncLocal<Transaction?> _current = new();

    private protected Database(TimeProvider time) => Time = time;

    /// <summary>Which SQL it speaks.</summary>
    public abstract Dialect Dialect { get; }

    internal TimeProvider Time { get; }

    /// <summary>Where chance comes from: shuffling, jitter, fencing tokens.</summary>
    internal Random Random { get; init; } = Random.Shared;

    internal abstract Signals Signals { get; }

    /// <summary>Whether a transaction tells other processes of itself at its commit, not after it: sooner, and worth a round trip more.</summary>
    internal virtual bool TellsWithCommit => false;

    /// <summary>Opens a database; nothing is contacted before the first use.</summary>
    /// <param name="connectionString"><c>Data Source=…</c> for SQLite, <c>Host=…</c> for PostgreSQL.</param>
    /// <param name="time">The clock for waiting; and SQLite's clock, for SQLite has none of its own.</param>
    /// <param name="logs">Where to log.</param>
    /// <exception cref="ArgumentException">The text is neither kind of connection string.</exception>
    public static Database Open(string connectionString, TimeProvider time, ILoggerFactory logs)
    {
        if (connectionString.Contains("Data Source", StringComparison.OrdinalIgnoreCase))
            return new SqliteDatabase(new SqliteConnectionStringBuilder(connectionString), time, logs);
        if (connectionString.Contains("Host", StringComparison.OrdinalIgnoreCase))
            return new PostgresDatabase(new NpgsqlConnectionStringBuilder(connectionString), time, logs);
        throw new ArgumentException(
            "A connection string begins with 'Data Source=' for SQLite or 'Host=' for PostgreSQL.", nameof(connectionString));
    }

    /// <summary>
    /// Runs the work in a read-write transaction and commits it; an exception rolls everything back and comes out unchanged.
    /// On SQLite writers queue for the one write lock in the order of their coming.
    /// </summary>
    public Task<T> TransactAsync<T>(Func<Transaction, Task<T>> work, CancellationToken ct = default) =>
        TransactAsync(Durability.Durable, work, ct);

    /// <inheritdoc cref="TransactAsync{T}(Func{Transaction, Task{T}}, CancellationToken)"/>
    public Task TransactAsync(Func<Transaction, Task> work, CancellationToken ct = default) =>
        TransactAsync(Durability.Durable, work, ct);

    /// <summary>Runs the work in a transaction whose commit promises no more than it must.</summary>
    /// <exception cref="InvalidOperationException">
    /// The caller is inside the work of another transaction: it would wait for itself.
    /// </exception>
    public Task<T> TransactAsync<T>(Durability durability, Func<Transaction, Task<T>> work, CancellationToken ct = default)
    {
        RefuseNesting();
        return CommitAsync(durability, work, ct);
    }

    /// <inheritdoc cref="TransactAsync{T}(Durability, Func{Transaction, Task{T}}, CancellationToken)"/>
    public Task TransactAsync(Durability durability, Func<Transaction, Task> work, CancellationToken ct = default) =>
        TransactAsync(
            durability,
            async tx =>
            {
                await work(tx);
                return true;
            },
            ct);

    /// <summary>Runs queries that all see the database as of one moment. Writing is an error.</summary>
    public abstract Task<T> ReadAsync<T>(Func<Session, Task<T>> work, CancellationToken ct = default);

    /// <summary>
    /// Runs a single query, which sees the database as of one moment by itself; on PostgreSQL that takes one round trip instead of three.
    /// It runs again if it met a connection that had died in the pool.
    /// </summary>
    public virtual Task<T> AskAsync<T>(Func<Session, Task<T>> query, CancellationToken ct = default) => ReadAsync(query, ct);

    /// <summary>Whether the same work may well succeed if it is tried again: lost connection, deadlock, busy database.</summary>
    public abstract bool IsTransient(Exception failure);

    /// <summary>Whether a unique key refused a row, as another row has the same: on PostgreSQL even one that was not there a moment ago.</summary>
    public abstract bool IsDuplicate(Exception failure);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <summary>
    /// Runs a single statement that is its own transaction: on PostgreSQL one round trip instead of two, and the statement itself has to
    /// ask for a relaxed commit. The signals are sent after it.
    /// </summary>
    internal abstract Task<T> StatementAsync<T>(
        Durability durability, Func<Session, Task<T>> statement, Topics signals, CancellationToken ct);

    /// <summary>Runs the work in a transaction and commits it; the one way to do so.</summary>
    protected internal abstract Task<T> CommitAsync<T>(Durability durability, Func<Transaction, Task<T>> work, CancellationToken ct);

    internal void RefuseNesting()
    {
        if (_current.Value is { Ended: false })
            throw new InvalidOperationException("A transaction is open here already: write through it, or wait for its end.");
    }

    private protected async Task<T> WorkAsync<T>(Transaction tx, Func<Transaction, Task<T>> work)
    {
        _current.Value = tx;
        try
        {
            return await work(tx);
        }
        finally
        {
            tx.Ended = true;
        }
    }
}

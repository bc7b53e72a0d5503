// SQLite in WAL mode: one writer connection behind a queue, pooled readers. A durable commit is synced; a relaxed one is with the next.
using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Atelier.Durable;

/// <summary>The embedded database. Several processes of one machine may share the file.</summary>
internal partial class SqliteDatabase : Database
{
    private const int MaxReaders = 16;
    private const int BusyTimeoutMs = 10_000;
    private const int ConstraintViolated = 19;

    private readonly string _connectionString;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _writeTurn = new(1, 1);
    private readonly SemaphoreSlim _readTurn = new(MaxReaders, MaxReaders);
    private readonly ConcurrentBag<SqliteConnection> _readers = [];
    private SqliteConnection? _writer;
    private Durability _writerDurability;

    static SqliteDatabase() => SqliteLibrary.Load();

    public SqliteDatabase(SqliteConnectionStringBuilder settings, TimeProvider time, ILoggerFactory logs)
        : base(time)
    {
        if (settings.Mode == SqliteOpenMode.Memory || settings.DataSource is "" or ":memory:")
            throw new ArgumentException("A durable database needs a file; 'Data Source' names none.", nameof(settings));
        settings.Pooling = false;
        _connectionString = settings.ToString();
        _log = logs.CreateLogger<SqliteDatabase>();
        Signals = new Signals(time);
    }

    public override Dialect Dialect => Dialect.Sqlite;

    internal override Signals Signals { get; }

    public override async Task<T> ReadAsync<T>(Func<Session, Task<T>> work, CancellationToken ct = default)
    {
        await _readTurn.WaitAsync(ct);
        SqliteConnection? reader = null;
        try
        {
            if (!_readers.TryTake(out reader))
                reader = Open("pragma query_only = 1");
            using var snapshot = reader.BeginTransaction(deferred: true);
            var result = await work(new Session(this, reader, snapshot));
            snapshot.Commit();
            _readers.Add(reader);
            reader = null;
            return result;
        }
        finally
        {
            reader?.Dispose();
            _readTurn.Release();
        }
    }

    /// <summary>Busy, locked, a full disk and an input/output error all may pass.</summary>
    public override bool IsTransient(Exception failure) =>
        failure is SqliteException { SqliteErrorCode: 5 or 6 or 10 or 13 };

    /// <summary>SQLITE_CONSTRAINT_PRIMARYKEY and SQLITE_CONSTRAINT_UNIQUE.</summary>
    public override bool IsDuplicate(Exception failure) => failure is SqliteException { SqliteExtendedErrorCode: 1555 or 2067 };

    public override async ValueTask DisposeAsync()
    {
        await _writeTurn.WaitAsync();
        if (_writer is not null)
            await _writer.DisposeAsync();
        while (_readers.TryTake(out var reader))
            await reader.DisposeAsync();
        _writeTurn.Dispose();
        _readTurn.Dispose();
    }

    internal override Task<T> StatementAsync<T>(
        Durability durability, Func<Session, Task<T>> statement, Topics signals, CancellationToken ct) =>
        TransactAsync(
            durability,
            tx =>
            {
                tx.SignalAfterCommit(signals);
                return statement(tx);
            },
            ct);

    protected internal override async Task<T> CommitAsync<T>(Durability durability, Func<Transaction, Task<T>> work, CancellationToken ct)
    {
        await _writeTurn.WaitAsync(ct);
        Transaction tx;
        T result;
        try
        {
            var writer = Writer(durability);
            using var transaction = writer.BeginTransaction(deferred: false);
            tx = new Transaction(this, writer, transaction, durability);
            result = await WorkAsync(tx, work);
            await tx.CommitAsync();
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode != ConstraintViolated)
        {
            // What the connection remembers of a failed statement or commit is not worth trusting; a new one costs a millisecond.
            LogWriterReopened(_log, failure.SqliteErrorCode);
            _writer?.Dispose();
            _writer = null;
            throw;
        }
        finally
        {
            _writeTurn.Release();
        }

        tx.Committed();
        return result;
    }

    private SqliteConnection Writer(Durability durability)
    {
        if (_writer is null)
        {
            _writer = Open("pragma journal_mode = wal; pragma synchronous = full; pragma journal_size_limit = 67108864");
            _writerDurability = Durability.Durable;
        }

        if (_writerDurability != durability)
        {
            Execute(_writer, durability == Durability.Durable ? "pragma synchronous = full" : "pragma synchronous = normal");
            _writerDurability = durability;
        }

        return _writer;
    }

    private SqliteConnection Open(string pragmas)
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            Execute(connection, $"pragma busy_timeout = {BusyTimeoutMs}; pragma foreign_keys = on; {pragmas}");
            connection.CreateFunction("durable_now", () => Time.GetUtcNow().ToUnixTimeMilliseconds());
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    [LoggerMessage(1001, LogLevel.Debug, "SQLite error {Code}: the writer connection is opened anew")]
    private static partial void LogWriterReopened(ILogger log, int code);
}

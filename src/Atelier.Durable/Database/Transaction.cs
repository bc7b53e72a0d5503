// One read-write transaction: everything written through it happens together or, after a crash or an exception, not at all.
using System.Data.Common;
using Dapper;
using Npgsql;

namespace Atelier.Durable;

/// <summary>
/// A read-write transaction. It commits when the work given to <see cref="Database.TransactAsync(Func{Transaction, Task},
/// CancellationToken)"/> returns.
/// </summary>
public sealed class Transaction : Session
{
    private readonly List<Action> _afterCommit = [];
    private readonly List<Statement> _postponed = [];
    private readonly List<Statement> _last = [];

    internal Transaction(Database database, DbConnection connection, DbTransaction transaction, Durability durability)
        : base(database, connection, transaction) => Durability = durability;

    internal Durability Durability { get; }

    internal bool Ended { get; set; }

    /// <summary>Runs a statement and answers how many rows it changed.</summary>
    public async Task<int> ExecuteAsync(string sql, object? args = null, CancellationToken ct = default)
    {
        if (Connection is NpgsqlConnection postgres)
            return await PostgresStatements.ExecuteAsync(postgres, [.. TakePostponed(), new Statement(sql, args)], ct);
        await CatchUpAsync(ct);
        return await Connection.ExecuteAsync(Command(sql, args, ct));
    }

    /// <summary>
    /// Runs one statement whose answer nobody needs: in its turn, before whatever is asked next and before the commit, and on PostgreSQL
    /// in the same round trip. If it fails, that fails.
    /// </summary>
    /// <param name="sql">A single statement.</param>
    /// <param name="args">An object whose properties are the arguments, or a dictionary; read when it runs. Null for none.</param>
    public void Postpone(string sql, object? args = null) => _postponed.Add(new Statement(sql, args));

    /// <summary>
    /// The same, but right before the commit, after all else: for a row at which many transactions meet. Each locks it last and for a
    /// moment only, so none that waits there holds what another needs. Until then this transaction reads the row as it was.
    /// </summary>
    /// <inheritdoc cref="Postpone" path="/param"/>
    public void PostponeToEnd(string sql, object? args = null) => _last.Add(new Statement(sql, args));

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args = null, CancellationToken ct = default)
    {
        if (Connection is NpgsqlConnection postgres)
            return await PostgresStatements.QueryAsync<T>(postgres, [.. TakePostponed(), new Statement(sql, args)], ct);
        await CatchUpAsync(ct);
        return await base.QueryAsync<T>(sql, args, ct);
    }

    /// <inheritdoc/>
    public override async Task<T?> ScalarAsync<T>(string sql, object? args = null, CancellationToken ct = default)
        where T : default
    {
        if (Connection is NpgsqlConnection postgres)
            return await PostgresStatements.ScalarAsync<T>(postgres, [.. TakePostponed(), new Statement(sql, args)], ct);
        await CatchUpAsync(ct);
        return await base.ScalarAsync<T>(sql, args, ct);
    }

    /// <summary>Runs a quick action right after the commit: only a hint, for a crash in between skips it. It must not throw.</summary>
    public void AfterCommit(Action hint) => _afterCommit.Add(hint);

    /// <summary>What is said after the commit.</summary>
    internal Topics Topics { get; private set; }

    /// <summary>Whether the commit itself says it to other processes.</summary>
    internal bool TellsOthers { get; set; }

    internal void SignalAfterCommit(Topics topics) => Topics |= topics;

    /// <summary>
    /// Says that all that follows finds its rows by keys: PostgreSQL does not plan such statements anew each time, which costs more than
    /// most of them do, plans them along indexes, however few rows there were when it did, and does not compile them, for the sake of a
    /// guess at how many rows there are, to machine code. Nothing on SQLite.
    /// </summary>
    public void KeepPlans()
    {
        if (Dialect != Dialect.Postgres)
            return;
        Postpone("set local plan_cache_mode = force_generic_plan");
        Postpone("set local enable_seqscan = off");
        Postpone("set local jit = off");
    }

    /// <summary>Runs what is postponed and commits. From here on there is no giving up: the answer decides what the caller believes.</summary>
    internal async Task CommitAsync()
    {
        _postponed.AddRange(_last);
        _last.Clear();
        if (_postponed.Count > 0 && Connection is NpgsqlConnection postgres)
        {
            await PostgresStatements.ExecuteAsync(postgres, [.. TakePostponed(), new Statement("commit", Args: null)], CancellationToken.None);
            return;
        }

        await CatchUpAsync(CancellationToken.None);
        await DbTransaction!.CommitAsync(CancellationToken.None);
    }

    internal void Committed()
    {
        if (TellsOthers)
            Database.Signals.Wake(Topics);
        else if (Topics != Topics.None)
            Database.Signals.Publish(Topics);
        foreach (var hint in _afterCommit)
            hint();
    }

    /// <summary>Runs what is postponed, on SQLite, where a round trip costs nothing.</summary>
    private async Task CatchUpAsync(CancellationToken ct)
    {
        foreach (var (sql, args) in TakePostponed())
            await Connection.ExecuteAsync(Command(sql, args, ct));
    }

    private Statement[] TakePostponed()
    {
        Statement[] statements = [.. _postponed];
        _postponed.Clear();
        return statements;
    }
}

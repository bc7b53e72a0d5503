// One read-write transaction: everything written through it happens together or, after a crash or an exception, not at all.
using System.Data.Common;
using Dapper;

namespace Atelier.Durable;

/// <summary>
/// A read-write transaction. It commits when the work given to <see cref="Database.TransactAsync(Func{Transaction, Task},
/// CancellationToken)"/> returns.
/// </summary>
public sealed class Transaction : Session
{
    private readonly List<Action> _afterCommit = [];
    private Topics _topics;

    internal Transaction(Database database, DbConnection connection, DbTransaction transaction, Durability durability)
        : base(database, connection, transaction) => Durability = durability;

    internal Durability Durability { get; }

    internal bool Ended { get; set; }

    /// <summary>Runs a statement and answers how many rows it changed.</summary>
    public Task<int> ExecuteAsync(string sql, object? args = null, CancellationToken ct = default) =>
        Connection.ExecuteAsync(Command(sql, args, ct));

    /// <summary>Runs a quick action right after the commit: only a hint, for a crash in between skips it. It must not throw.</summary>
    public void AfterCommit(Action hint) => _afterCommit.Add(hint);

    internal void SignalAfterCommit(Topics topics) => _topics |= topics;

    internal void Committed()
    {
        if (_topics != Topics.None)
            Database.Signals.Publish(_topics);
        foreach (var hint in _afterCommit)
            hint();
    }
}

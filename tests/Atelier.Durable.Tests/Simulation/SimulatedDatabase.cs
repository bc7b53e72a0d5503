// The real SQLite database, with faults at its door: between transactions others act, nodes die, commits and their answers get lost.
using Microsoft.Data.Sqlite;

namespace Atelier.Durable.Tests.Simulation;

/// <summary>The node died here: whoever catches this is dead too, for every other door is closed to it.</summary>
internal sealed class NodeDiedException : Exception;

internal sealed class SimulatedDatabase(World world, string file)
    : SqliteDatabase(new SqliteConnectionStringBuilder { DataSource = file }, world.Clock, Quiet.Logs)
{
    private const int InputOutputError = 10;

    public override async Task<T> ReadAsync<T>(Func<Session, Task<T>> work, CancellationToken ct = default)
    {
        world.BetweenSteps();
        return await base.ReadAsync(work, ct);
    }

    protected internal override async Task<T> CommitAsync<T>(Durability durability, Func<Transaction, Task<T>> work, CancellationToken ct)
    {
        world.BetweenSteps();
        var fault = world.NextFault();
        var result = await base.CommitAsync(
            durability,
            async tx =>
            {
                var done = await work(tx);
                if (fault == Fault.CommitLost)
                    throw Passing();
                if (fault == Fault.DeathBeforeCommit)
                    world.Die();
                return done;
            },
            ct);
        world.Committed();
        if (fault == Fault.AnswerLost)
            throw Passing();
        if (fault == Fault.DeathAfterCommit)
            world.Die();
        return result;
    }

    private static SqliteException Passing() => new("A simulated fault that passes.", InputOutputError);
}

/// <summary>What goes wrong with a commit.</summary>
internal enum Fault
{
    None,
    CommitLost,
    AnswerLost,
    DeathBeforeCommit,
    DeathAfterCommit,
}

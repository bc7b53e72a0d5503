// Runs jobs: claim → run → settle. A crash at any point leaves every job claimable by another worker, from its last checkpoint.
using Microsoft.Extensions.Logging;

namespace Atelier.Durable;

/// <summary>What a drain did.</summary>
/// <param name="Runs">How many runs were settled, in whatever way.</param>
/// <param name="Emptied">Whether nothing was due at the end; false if the budget ended first.</param>
public sealed record DrainReport(long Runs, bool Emptied);

/// <summary>A worker: claims jobs of the kinds it has handlers for, runs them under a lease, and settles them.</summary>
public sealed class JobRunner(
    Database database, JobQueue queue, JobHandlers handlers, JobRunnerOptions options, TimeProvider time, ILoggerFactory logs)
{
    /// <summary>
    /// Works until told to stop; then claims nothing more, lets runs finish within <see cref="JobRunnerOptions.Grace"/>, and hands the rest
    /// back without spending an attempt. Scheduled jobs and dead workers are the business of <see cref="QueueMaintenance"/>, run beside it.
    /// </summary>
    public Task RunAsync(CancellationToken stop) => throw new NotSupportedException();

    /// <summary>
    /// Works until nothing is due or the budget ends, and ends by itself; needs no <see cref="QueueMaintenance"/> beside it. Runs still going
    /// at the end of the budget have <see cref="JobRunnerOptions.Grace"/>.
    /// </summary>
    public Task<DrainReport> DrainAsync(TimeSpan budget, CancellationToken ct) =>
        throw new NotSupportedException(string.Concat((object[])[database, queue, handlers, options, time, logs]));
}

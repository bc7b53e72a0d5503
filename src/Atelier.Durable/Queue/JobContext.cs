// What a running job may do before it ends: remember durably, and tell how far it is.
namespace Atelier.Durable;

/// <summary>The lease of a running job is gone: another worker may have the job. Whatever this run still does is in vain.</summary>
public sealed class LeaseLostException(JobId id) : Exception($"The lease of job {id} is lost.");

/// <summary>A running job, in the hands of its handler.</summary>
public sealed class JobContext
{
    private readonly JobRun _run;

    internal JobContext(JobRun run) => _run = run;

    /// <summary>The job, with its latest checkpoint.</summary>
    public Job Job => _run.Job;

    /// <summary>Whether the cancellation token was canceled because somebody asked to cancel this job.</summary>
    public bool CancelRequested => _run.CancelRequested;

    /// <summary>
    /// Stores a checkpoint durably and proves the lease: the step before anything that must not happen twice. Transient failures of the
    /// database are ridden out. Do not pass the run's own token where the checkpoint must be kept although the run is being canceled.
    /// </summary>
    /// <param name="checkpoint">What a later run needs, as JSON.</param>
    /// <param name="alongside">What else to write in the same transaction, which may have to be tried again; null for nothing.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="LeaseLostException">Somebody else has the job now; nothing was written.</exception>
    public Task CheckpointAsync(string checkpoint, Func<Transaction, Task>? alongside = null, CancellationToken ct = default) =>
        _run.CheckpointAsync(checkpoint, alongside, ct);

    /// <summary>
    /// Tells how far the job is. Cheap: only the latest report is written, all running jobs together, about twice a second.
    /// </summary>
    public void ReportProgress(JobProgress progress) => _run.ReportProgress(progress);
}

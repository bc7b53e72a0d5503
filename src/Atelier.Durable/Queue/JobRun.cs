// One run of one job under its lease. It is in memory only: a crash ends it, and the job's row tells another worker where to go on.
namespace Atelier.Durable;

/// <summary>How a run ended: what to decide once the row is locked, and what to commit with it.</summary>
internal sealed record RunEnd(Func<JobRow, Step> Decide, Func<Transaction, Task>? Commit = null)
{
    /// <summary>Whether it is a plain success that can be settled together with others.</summary>
    public bool IsPlainSuccess { get; init; }

    /// <summary>The snooze, if it is one that can be settled together with others.</summary>
    public JobOutcome.Snoozed? PlainSnooze { get; init; }
}

/// <summary>A run, and the ways to end it from outside.</summary>
internal sealed class JobRun(JobRow row, JobHandler handler, Database database, Insistence insistence, ProgressBoard board) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();

    private CancellationTokenSource? _leaseLost;
    private volatile bool _lost;
    private volatile bool _interrupted;
    private bool _ended;

    public LeasedId Leased { get; } = new(row.Id, row.Lease.GetValueOrDefault());

    public JobHandler Handler => handler;

    public Job Job { get; private set; } = row.ToJob();

    public bool CancelRequested { get; private set; }

    /// <summary>Whether it has told of its progress.</summary>
    public bool HasReported { get; private set; }

    /// <summary>Canceled when somebody else may have the job. Made when first asked for: most runs never need it.</summary>
    public CancellationToken LeaseLost
    {
        get
        {
            lock (_gate)
            {
                if (_leaseLost is null)
                {
                    _leaseLost = new CancellationTokenSource();
                    if (_lost)
                        _leaseLost.Cancel();
                }

                return _leaseLost.Token;
            }
        }
    }

    /// <summary>Runs the handler and answers how that ended; null if the lease is lost, so that there is nothing to settle.</summary>
    public async Task<RunEnd?> ExecuteAsync(JobRunnerOptions options)
    {
        if (row.CancelRequested)
            return Of(new JobOutcome.Canceled(), options);
        if (row.Deadline <= row.Now)
            return new RunEnd(Settlement.Overdue);
        try
        {
            return Of(await handler.RunAsync(new JobContext(this), _stop.Token), options);
        }
        catch (Exception) when (_lost)
        {
            return null;
        }
        catch (LeaseLostException)
        {
            return null;
        }
        catch (Exception) when (_interrupted)
        {
            return CancelRequested ? Of(new JobOutcome.Canceled(), options) : new RunEnd(Settlement.HandedBack);
        }
        catch (Exception bug)
        {
            return Of(new JobOutcome.Retry(Unhandled(bug)), options);
        }
    }

    /// <summary>Asks the handler to stop, for somebody wants the job canceled.</summary>
    public void RequestCancel()
    {
        CancelRequested = true;
        Interrupt();
    }

    /// <summary>Asks the handler to stop, for the worker does.</summary>
    public void Interrupt()
    {
        _interrupted = true;
        lock (_gate)
            Cancel(_stop);
    }

    /// <summary>Tells the handler that all is in vain.</summary>
    public void LoseLease()
    {
        _lost = true;
        lock (_gate)
        {
            Cancel(_leaseLost);
            Cancel(_stop);
        }
    }

    public async Task CheckpointAsync(string checkpoint, Func<Transaction, Task>? alongside, CancellationToken ct)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct, LeaseLost);
        try
        {
            await insistence.InsistAsync(() => database.TransactAsync(tx => WriteAsync(tx, checkpoint, alongside, end.Token), end.Token), end.Token);
        }
        catch (OperationCanceledException) when (_lost && !ct.IsCancellationRequested)
        {
            throw new LeaseLostException(Job.Id);
        }

        Job = Job with { Checkpoint = checkpoint };
    }

    /// <summary>Writes a checkpoint under the lease.</summary>
    /// <exception cref="LeaseLostException">Somebody else has the job now.</exception>
    public async Task WriteAsync(Transaction tx, string checkpoint, Func<Transaction, Task>? alongside, CancellationToken ct)
    {
        if (!await JobTable.CheckpointAsync(tx, Leased, checkpoint, ct))
            throw new LeaseLostException(Job.Id);
        if (alongside is not null)
            await alongside(tx);
    }

    public void ReportProgress(JobProgress progress)
    {
        HasReported = true;
        board.Post(this, progress);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            _leaseLost?.Dispose();
            _stop.Dispose();
        }
    }

    public static JobError Unhandled(Exception bug) =>
        new(JobError.Unhandled, "Something unexpected went wrong while this job ran.", bug.ToString());

    private void Cancel(CancellationTokenSource? source)
    {
        if (!_ended)
            _ = source?.CancelAsync();
    }

    private RunEnd Of(JobOutcome outcome, JobRunnerOptions options) =>
        new(locked => Settlement.After(locked, outcome, options, database.Random), outcome.Commit)
        {
            IsPlainSuccess = outcome is JobOutcome.Succeeded { Commit: null },
            PlainSnooze = outcome is JobOutcome.Snoozed { Commit: null } snooze ? snooze : null,
        };
}

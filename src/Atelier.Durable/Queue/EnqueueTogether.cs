// Callers that enqueue at the same moment share one commit. Each is answered after it: a crash before loses what nobody was promised.
namespace Atelier.Durable;

/// <summary>
/// Gathers what arrives while one commit is under way into the next. Whoever has just been answered is likely to come again at once: a
/// committer that had company waits a moment for as many as last time, or it would be off with the first of them.
/// </summary>
internal sealed class EnqueueTogether(JobQueue queue)
{
    private const int MostTogether = 1_000;
    private static readonly TimeSpan Moment = TimeSpan.FromMicroseconds(300);

    private readonly Lock _gate = new();
    private readonly Queue<Waiting> _waiting = [];
    private bool _committing;

    /// <summary>Enqueues a job, and returns when that is committed.</summary>
    public Task<Enqueued> EnqueueAsync(NewJob job, CancellationToken ct)
    {
        var waiting = new Waiting(job, new TaskCompletionSource<Enqueued>(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_gate)
        {
            _waiting.Enqueue(waiting);
            if (!_committing)
            {
                _committing = true;

                // The loop serves others too: nothing of this caller's context belongs to it.
                using (ExecutionContext.SuppressFlow())
                    _ = Task.Run(CommitAsync, CancellationToken.None);
            }
        }

        return waiting.Answer.Task.WaitAsync(ct);
    }

    private async Task CommitAsync()
    {
        while (NextBatch() is { Count: > 0 } batch)
        {
            if (!await TryCommitAsync(batch) && batch.Count > 1)
            {
                // One of them is at fault, or the database: each is told for itself.
                foreach (var one in batch)
                    await TryCommitAsync([one]);
            }

            await GatherAsync(batch.Count);
        }
    }

    private async Task GatherAsync(int expected)
    {
        var time = queue.Database.Time;
        var begun = time.GetTimestamp();
        while (expected > 1 && Waits() < expected && time.GetElapsedTime(begun) < Moment)
            await Task.Yield();

        int Waits()
        {
            lock (_gate)
                return _waiting.Count;
        }
    }

    private List<Waiting> NextBatch()
    {
        var batch = new List<Waiting>();
        lock (_gate)
        {
            while (batch.Count < MostTogether && _waiting.TryDequeue(out var waiting))
                batch.Add(waiting);
            _committing = batch.Count > 0;
        }

        return batch;
    }

    private async Task<bool> TryCommitAsync(List<Waiting> batch)
    {
        try
        {
            var answers = await queue.EnqueueManyAsync([.. batch.Select(waiting => waiting.Job)], CancellationToken.None);
            foreach (var (waiting, answer) in batch.Zip(answers))
                waiting.Answer.TrySetResult(answer);
            return true;
        }
        catch (Exception failure)
        {
            if (batch.Count == 1)
                batch[0].Answer.TrySetException(failure);
            return false;
        }
    }

    private sealed record Waiting(NewJob Job, TaskCompletionSource<Enqueued> Answer);
}

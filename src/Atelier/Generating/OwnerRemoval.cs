// Deletes everything that an owner has made, after the account is gone: a job, so that no crash stops it halfway. Deleting twice is harmless.
using System.Text.Json;
using Atelier.Durable;

namespace Atelier.Generating;

/// <summary>Runs the jobs that delete an owner's generations; unfinished ones are canceled, files go after the time for all that is deleted.</summary>
public sealed class OwnerRemoval(GenerationStore generations, GenerationCommands commands) : JobHandler
{
    private const string Name = "owner_removal";
    private const int PageSize = 100, Attempts = 10;

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <summary>Enqueues it within the transaction that deletes the account.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="transaction">The transaction.</param>
    /// <param name="owner">The owner. Everything that it has made so far will be deleted; what somebody makes under that id later stays.</param>
    /// <param name="now">The time.</param>
    public static Task EnqueueAsync(JobQueue queue, Transaction transaction, string owner, DateTimeOffset now) => queue.EnqueueAsync(
        transaction, new NewJob { Kind = Name, Lane = Name, MaxAttempts = Attempts, Payload = JsonSerializer.Serialize(new Payload(owner, Guid.CreateVersion7(now).ToString("N"))) });

    /// <inheritdoc/>
    public override async Task<JobOutcome> RunAsync(JobContext job, CancellationToken ct)
    {
        var wanted = JsonSerializer.Deserialize<Payload>(job.Job.Payload)!;
        var before = wanted.Before;
        while (await generations.ListAsync(new GenerationFilter { Owner = wanted.Owner }, before, PageSize, ct) is { Count: > 0 } page)
        {
            foreach (var generation in page)
                await commands.DeleteAsync(generation.Id, wanted.Owner, ct);
            before = page[^1].Id;
        }
        return new JobOutcome.Succeeded();
    }

    private sealed record Payload(string Owner, string Before);
}

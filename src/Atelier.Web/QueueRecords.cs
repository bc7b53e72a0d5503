// Translates what the queue knows into what operators are told, the same by HTTP and on the command line. A pure translation.
using Atelier.Client;
using Atelier.Durable;

namespace Atelier.Web;

/// <summary>The contract's view of the queue.</summary>
public static class QueueRecords
{
    /// <summary>The queue now, and its last so many minutes.</summary>
    public static async Task<QueueRecord> ReadAsync(JobQueue queue, int minutes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(queue);
        var stats = await queue.StatsAsync(cancellationToken);
        var activity = await queue.ActivityAsync(minutes, cancellationToken);
        return new QueueRecord
        {
            Depths = [.. stats.Depths.Select(depth =>
                new QueueDepthRecord(depth.Lane, NameOf(depth.State), depth.Count, Rounded(depth.OldestAge.TotalSeconds)))],
            DeadLetters = stats.DeadLetters,
            Workers = stats.Workers,
            Minutes = minutes,
            Activity = [.. activity.Select(lane => Of(lane, minutes))],
            Lanes = [.. (await queue.Lanes.ListAsync(cancellationToken)).Select(Of)],
        };
    }

    /// <summary>The names of all lanes: those that have limits, and those that only have jobs.</summary>
    public static async Task<IReadOnlySet<string>> LaneNamesAsync(JobQueue queue, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(queue);
        var names = (await queue.Lanes.ListAsync(cancellationToken)).Select(lane => lane.Name).ToHashSet(StringComparer.Ordinal);
        names.UnionWith((await queue.StatsAsync(cancellationToken)).Depths.Select(depth => depth.Lane));
        return names;
    }

    /// <summary>A lane.</summary>
    public static LaneRecord Of(LaneStatus lane)
    {
        ArgumentNullException.ThrowIfNull(lane);
        return new LaneRecord
        {
            Name = lane.Name,
            Mode = lane.Mode.ToString().ToLowerInvariant(),
            Concurrency = lane.Settings.Concurrency,
            PerUser = lane.Settings.TenantConcurrency,
            Rates = [.. lane.Settings.Rates.Select(rate =>
                new RateRecord(rate.Amount, rate.Per.TotalSeconds, rate.Unit.ToString().ToLowerInvariant(), rate.Burst))],
            Adaptive = lane.Settings.Adaptive is { } adaptive
                ? new AdaptiveRecord(adaptive.Min, adaptive.Max, adaptive.TargetLatency?.TotalSeconds)
                : null,
            InFlight = lane.InFlight,
            Limit = lane.Limit,
            Parked = [.. lane.Parked.Select(parked => new ParkingRecord(parked.Key, parked.Until, parked.Reason))],
        };
    }

    /// <summary>A dead letter.</summary>
    public static JobRecord Of(DeadLetter letter)
    {
        ArgumentNullException.ThrowIfNull(letter);
        return Of(letter.Job) with { DiedAt = letter.DiedAt };
    }

    /// <summary>A job, as far as its row tells.</summary>
    public static JobRecord Of(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return new JobRecord
        {
            Id = job.Id.Value,
            Kind = job.Kind,
            Lane = job.Lane,
            LaneKey = job.LaneKey,
            Tenant = job.Tenant,
            State = NameOf(job.State),
            Priority = job.Priority,
            Attempt = job.Attempt,
            MaxAttempts = job.MaxAttempts,
            Crashes = job.Crashes,
            Cost = job.Cost,
            EnqueuedAt = job.EnqueuedAt,
            RunAt = job.RunAt,
            Deadline = job.Deadline,
            DiedAt = null,
            CancelRequested = job.CancelRequested,
            Position = null,
            Progress = null,
            Payload = job.Payload,
            Checkpoint = job.Checkpoint,
            Failures = [.. job.Failures.Select(failure =>
                new JobFailureRecord(failure.Attempt, failure.At, failure.Error.Code, failure.Error.Message, failure.Error.Details))],
        };
    }

    /// <summary>The word for a state.</summary>
    public static string NameOf(JobState state) => state.ToString().ToLowerInvariant();

    private static LaneActivityRecord Of(LaneActivity lane, int minutes)
    {
        var runs = lane.Ended.Values.Sum();
        return new LaneActivityRecord(
            lane.Lane,
            lane.Claimed,
            Rounded((double)lane.Ended.GetValueOrDefault(JobState.Succeeded) / minutes),
            Mean(lane.Waited, lane.Claimed),
            Mean(lane.Ran, runs),
            Mean(lane.Settling, runs),
            lane.Rescued,
            lane.Ended.Where(end => end.Value > 0).ToDictionary(end => NameOf(end.Key), end => end.Value, StringComparer.Ordinal),
            lane.Errors);
    }

    private static double? Mean(TimeSpan sum, long count) => count == 0 ? null : Rounded(sum.TotalSeconds / count);

    private static double Rounded(double value) => Math.Round(value, 3);
}

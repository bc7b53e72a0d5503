// The settings of a worker, with their defaults.
namespace Atelier.Durable;

/// <summary>The settings of a <see cref="JobRunner"/>.</summary>
public sealed record JobRunnerOptions
{
    /// <summary>How many jobs run at once in this worker; 1 to 10,000, default 16.</summary>
    public int Concurrency { get; init; } = 16;

    /// <summary>Only these lanes; null, the default, for all.</summary>
    public IReadOnlyList<string>? Lanes { get; init; }

    /// <summary>
    /// How long after its last heartbeat a worker counts as dead; 1 second or more, default 5 minutes. Heartbeats come ten times as
    /// often, at least every 10 s.
    /// </summary>
    public TimeSpan LeaseTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a graceful stop waits for runs to finish before it cancels them; default 20 s.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How often to look for jobs when no signal comes; at most 1 second, the default.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The wait before the second attempt; it doubles with each further one. Full jitter: the wait is uniform between 0 and that.
    /// Default 2 s.
    /// </summary>
    public TimeSpan BackoffBase { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest wait between attempts; default 10 minutes.</summary>
    public TimeSpan BackoffLimit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Another backoff for failures with these error codes; default none.</summary>
    public IReadOnlyDictionary<string, Backoff> Backoffs { get; init; } = new Dictionary<string, Backoff>();

    internal Backoff BackoffOf(JobError error) => Backoffs.GetValueOrDefault(error.Code) ?? new Backoff(BackoffBase, BackoffLimit);

    /// <summary>
    /// How <see cref="JobRunner.DrainAsync"/> keeps house; <see cref="JobRunner.RunAsync"/> leaves that to a <see
    /// cref="QueueMaintenance"/> of its own.
    /// </summary>
    public QueueMaintenanceOptions Housekeeping { get; init; } = new();
}

/// <summary>Exponential backoff with full jitter: a wait uniform between 0 and a limit that doubles with each failure.</summary>
/// <param name="Base">The limit after the first failure.</param>
/// <param name="Limit">The highest limit.</param>
public sealed record Backoff(TimeSpan Base, TimeSpan Limit);

/// <summary>The settings of <see cref="QueueMaintenance"/>.</summary>
public sealed record QueueMaintenanceOptions
{
    /// <summary>How often to look for dead workers; default 5 s.</summary>
    public TimeSpan RescueInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often to remove what has been kept long enough; default 1 minute.</summary>
    public TimeSpan PruneInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How many workers in a row may die while they run a job before it is dead; 1 or more, default 10.</summary>
    public int MaxCrashes { get; init; } = 10;

    /// <summary>
    /// How long a ready job of lesser priority waits until it moves up by one; default 10 minutes. So a job of priority n is among those of
    /// priority 0 after n of these at the latest, once it is among the first of its own.
    /// </summary>
    public TimeSpan Ageing { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long the numbers of <see cref="JobQueue.ActivityAsync"/> are kept; default 1 day.</summary>
    public TimeSpan StatisticsRetention { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How long events are kept; default 7 days.</summary>
    public TimeSpan EventRetention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long dead letters are kept; default 90 days.</summary>
    public TimeSpan DeadLetterRetention { get; init; } = TimeSpan.FromDays(90);
}

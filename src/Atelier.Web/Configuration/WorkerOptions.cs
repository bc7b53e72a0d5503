// How generations are worked off by this process.

namespace Atelier.Web.Configuration;

/// <summary>How generations are worked off by this process.</summary>
/// <param name="Concurrency">Generations worked on at the same time, 1 to <see cref="MaxConcurrency"/>. Default: the number of cores.</param>
/// <param name="Lease">How long a worker may be silent before its jobs are given to others, 5 s to 1 h. Default 5 minutes.</param>
/// <param name="Grace">How long a stopping worker may take to finish what it has begun, 0 to 10 minutes. Default 20 s.</param>
/// <param name="Poll">How often the queue is looked at when no wake-up arrives, 50 ms to 1 s. Default 1 s.</param>
/// <param name="MaxAttempts">Attempts before a generation fails for good, 1 to 20. Default 3.</param>
public sealed record WorkerOptions(int Concurrency, TimeSpan Lease, TimeSpan Grace, TimeSpan Poll, int MaxAttempts)
{
    /// <summary>The most generations one process works on at the same time.</summary>
    public const int MaxConcurrency = 64;

    /// <summary>Default of <see cref="Lease"/> in seconds.</summary>
    public const int DefaultLeaseSeconds = 300;

    /// <summary>Default of <see cref="Grace"/> in seconds.</summary>
    public const int DefaultGraceSeconds = 20;

    /// <summary>Default of <see cref="Poll"/> in milliseconds.</summary>
    public const int DefaultPollMilliseconds = 1000;

    /// <summary>Default of <see cref="MaxAttempts"/>.</summary>
    public const int DefaultMaxAttempts = 3;

    internal static WorkerOptions Read(SettingsReader settings) => new(
        settings.WholeNumber("worker.concurrency", "generations worked on at the same time", Math.Clamp(Environment.ProcessorCount, 1, MaxConcurrency), 1, MaxConcurrency),
        settings.Seconds("worker.lease_seconds", "silence after which a worker's jobs go to others", DefaultLeaseSeconds, 5, 3600),
        settings.Seconds("worker.grace_seconds", "time to finish what was begun when stopping", DefaultGraceSeconds, 0, 600),
        settings.Milliseconds("worker.poll_milliseconds", "look at the queue without a wake-up this often", DefaultPollMilliseconds, 50, 1_000),
        settings.WholeNumber("worker.max_attempts", "attempts before a generation fails for good", DefaultMaxAttempts, 1, 20));
}

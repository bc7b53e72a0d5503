// What one seed plays: how many nodes, jobs and faults, which lanes with which limits. Drawn once, from the seed alone.
namespace Atelier.Durable.Tests.Simulation;

/// <summary>The numbers of one simulation. Times are milliseconds.</summary>
internal sealed record Scenario
{
    public const string Free = "free", Narrow = "narrow", Shared = "shared", Keyed = "keyed";

    public const long Lease = 15_000;

    public required int Nodes { get; init; }

    public required int Slots { get; init; }

    public required int Jobs { get; init; }

    public required int Tenants { get; init; }

    /// <summary>How long faults and new jobs go on.</summary>
    public required long Trouble { get; init; }

    /// <summary>How often a commit goes wrong, 0 to 1.</summary>
    public required double CommitFaults { get; init; }

    /// <summary>How often a node dies between two steps.</summary>
    public required double Deaths { get; init; }

    /// <summary>How often a node stands still between two steps, often for longer than its lease; five times as often before
    /// it writes under one.</summary>
    public required double Freezes { get; init; }

    /// <summary>How often others act between two steps of one.</summary>
    public required double Interleaving { get; init; }

    /// <summary>How often a wake-up gets lost.</summary>
    public required double LostWakeUps { get; init; }

    /// <summary>The share of jobs that kill their worker.</summary>
    public required double Poison { get; init; }

    /// <summary>How often a run meets a limit outside while a storm blows, or an outage.</summary>
    public required double Storm { get; init; }

    /// <summary>The weights of the tenants.</summary>
    public required IReadOnlyList<double> Weights { get; init; }

    public required IReadOnlyDictionary<string, LaneSettings> Lanes { get; init; }

    public static Scenario Draw(Random random) => new()
    {
        Nodes = random.Next(1, 4),
        Slots = random.Next(1, 5),
        Jobs = random.Next(8, 24),
        Tenants = random.Next(1, 6),
        Trouble = random.Next(15_000, 40_000),
        CommitFaults = Pick(random, 0, 0.02, 0.08),
        Deaths = Pick(random, 0, 0.004, 0.015),
        Freezes = Pick(random, 0, 0.005, 0.02),
        Interleaving = Pick(random, 0.1, 0.3),
        LostWakeUps = Pick(random, 0.1, 0.5, 1),
        Poison = Pick(random, 0, 0, 0.08),
        Storm = Pick(random, 0, 0.5, 0.9),
        Weights = [.. Enumerable.Range(0, 5).Select(_ => Pick(random, 1, 1, 2, 0.5))],
        Lanes = new Dictionary<string, LaneSettings>(StringComparer.Ordinal)
        {
            [Narrow] = new()
            {
                Concurrency = random.Next(1, 4),
                TenantConcurrency = random.Next(3) switch { 0 => null, var places => places },
                Rates = DrawRates(random),
            },
            [Shared] = new() { TenantConcurrency = random.Next(1, 3), Concurrency = random.Next(2) == 0 ? null : random.Next(1, 5) },
            [Keyed] = new()
            {
                TenantConcurrency = random.Next(2) == 0 ? null : 2,
                Concurrency = 4,
                Rates = random.Next(2) == 0 ? [] : [new RateLimit(random.Next(2, 6), TimeSpan.FromSeconds(10), RateUnit.Cost, Pick(random, 2, 6))],
            },
        },
    };

    private static RateLimit[] DrawRates(Random random) => random.Next(3) switch
    {
        0 => [],
        1 => [new RateLimit(random.Next(1, 5), TimeSpan.FromSeconds(random.Next(2, 9)), Burst: random.Next(2) == 0 ? null : random.Next(1, 4))],
        _ =>
        [
            new RateLimit(random.Next(2, 4), TimeSpan.FromSeconds(3)),
            new RateLimit(random.Next(6, 12), TimeSpan.FromSeconds(30), RateUnit.Cost, Burst: random.Next(3, 8)),
        ],
    };

    private static T Pick<T>(Random random, params T[] choices) => choices[random.Next(choices.Length)];
}

// A row of jobs or dead_jobs, as the stores read and write it.
using System.Text.Json;

namespace Atelier.Durable;

internal sealed record JobRow
{
    /// <summary>The rank of jobs that have passed the gate of their lane: they go on before others begin.</summary>
    public const int Begun = int.MinValue;

    private static readonly string[] Names = [.. Enum.GetValues<JobState>().Select(state => state.ToString().ToLowerInvariant())];
    private static readonly string Running = Name(JobState.Running);

    private const int FailuresKept = 50;
    private const int DetailsKept = 8_000;

    public long Id { get; init; }

    public string Kind { get; init; } = "";

    public string Lane { get; init; } = "";

    public string Tenant { get; init; } = "";

    public int Priority { get; init; }

    /// <summary>What the claim orders by first; <see cref="Begun"/> for a job that holds a place in its lane.</summary>
    public int Rank { get; init; }

    public long Turn { get; init; }

    public double Cost { get; init; }

    /// <summary>The part of the lane that can be parked by itself; empty for none.</summary>
    public string LaneKey { get; init; } = "";

    /// <summary>Whether it holds a place in its lane.</summary>
    public bool HoldsLane => Rank == Begun;

    /// <summary>Whether it has one of its tenant's places.</summary>
    public bool Admitted { get; init; }

    /// <summary>The state in words; a claim does not answer it.</summary>
    public string State { get; init; } = Running;

    public int Attempts { get; init; }

    public int MaxAttempts { get; init; }

    public int Crashes { get; init; }

    public long EnqueuedAt { get; init; }

    /// <summary>Since when it has been ready or waiting.</summary>
    public long QueuedAt { get; init; }

    public long? DueAt { get; init; }

    public long? Deadline { get; init; }

    public long? Lease { get; init; }

    public bool CancelRequested { get; init; }

    public bool Woken { get; init; }

    public string? UniqueKey { get; init; }

    public string Payload { get; init; } = "";

    public string? Checkpoint { get; init; }

    public string? Failures { get; init; }

    /// <summary>The database's time when the row was locked; 0 where the query did not ask.</summary>
    public long Now { get; init; }

    /// <summary>For claims: whether it takes a place in its lane with this claim.</summary>
    public bool Begins { get; init; }

    /// <summary>For dead letters.</summary>
    public long DiedAt { get; init; }

    public static string Name(JobState state) => Names[(int)state];

    /// <summary>The code of the latest failure.</summary>
    public string? ErrorCode => Failures is null ? null : JsonSerializer.Deserialize<JobFailure[]>(Failures)![^1].Error.Code;

    public LaneTenant LaneTenant => new(Lane, Tenant);

    public JobState StateValue => ReferenceEquals(State, Running) ? JobState.Running : Enum.Parse<JobState>(State, ignoreCase: true);

    public Job ToJob(JobState? state = null) => new()
    {
        Id = new JobId(Id),
        Kind = Kind,
        Lane = Lane,
        LaneKey = LaneKey,
        Tenant = Tenant,
        Priority = Priority,
        Payload = Payload,
        Checkpoint = Checkpoint,
        State = state ?? StateValue,
        Attempt = Attempts + 1,
        MaxAttempts = MaxAttempts,
        Crashes = Crashes,
        Cost = Cost,
        EnqueuedAt = DateTimeOffset.FromUnixTimeMilliseconds(EnqueuedAt),
        RunAt = Time(DueAt),
        Deadline = Time(Deadline),
        UniqueKey = UniqueKey,
        CancelRequested = CancelRequested,
        Failures = Failures is null ? [] : JsonSerializer.Deserialize<JobFailure[]>(Failures)!,
    };

    /// <summary>The order in which a lane's jobs are claimed.</summary>
    public static IEnumerable<JobRow> InOrder(IEnumerable<JobRow> rows) =>
        rows.OrderBy(row => row.Rank).ThenBy(row => row.Turn).ThenBy(row => row.Id);

    public JobRow WithFailure(JobError error)
    {
        var kept = error.Details is { Length: > DetailsKept } details ? error with { Details = details[..DetailsKept] } : error;
        var failure = new JobFailure(Attempts + 1, DateTimeOffset.FromUnixTimeMilliseconds(Now), kept);
        JobFailure[] all = [.. Failures is null ? [] : JsonSerializer.Deserialize<JobFailure[]>(Failures)!, failure];
        return this with { Failures = JsonSerializer.Serialize(all.TakeLast(FailuresKept)) };
    }

    public JobRow Edited(JobEdit edit) => this with
    {
        Payload = edit.Payload ?? Payload,
        Lane = edit.Lane ?? Lane,
        Priority = edit.Priority ?? Priority,
        Checkpoint = edit.ForgetCheckpoint ? null : Checkpoint,
    };

    public static DateTimeOffset? Time(long? milliseconds) =>
        milliseconds is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
}

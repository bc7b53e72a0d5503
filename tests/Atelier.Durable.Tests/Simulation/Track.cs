// What the referee knows of a job: the row as the triggers wrote it down, and what has happened to it before.
namespace Atelier.Durable.Tests.Simulation;

/// <summary>A row of the table audit.</summary>
internal sealed record Change
{
    public long Seq { get; init; }

    public long Id { get; init; }

    public bool Gone { get; init; }

    public string Kind { get; init; } = "";

    public string Lane { get; init; } = "";

    public string LaneKey { get; init; } = "";

    public string Tenant { get; init; } = "";

    public int Priority { get; init; }

    public int Rank { get; init; }

    public long Turn { get; init; }

    public bool Admitted { get; init; }

    public double Cost { get; init; }

    public string State { get; init; } = "";

    public long? DueAt { get; init; }

    public long? Lease { get; init; }

    public bool CancelRequested { get; init; }

    public string? Checkpoint { get; init; }

    public JobState StateValue => Enum.Parse<JobState>(State, ignoreCase: true);

    public bool HoldsLanePlace => Rank == JobRow.Begun;

    public LaneTenant LaneTenant => new(Lane, Tenant);

    public override string ToString() => $"#{Id} {State} in {Lane}{(LaneKey == "" ? "" : "/" + LaneKey)} of '{Tenant}', priority {Priority}, " +
        $"rank {(HoldsLanePlace ? "begun" : Rank)}, turn {Turn}{(Admitted ? ", admitted" : "")}";
}

/// <summary>A job that is not over.</summary>
internal sealed class Track(Change row)
{
    public Change Row { get; set; } = row;

    /// <summary>Whether it has begun before.</summary>
    public bool Begun { get; set; }

    /// <summary>Whether a run of it came to anything: it was not just sent back by a limit outside.</summary>
    public bool Served { get; set; }

    /// <summary>Whether it was set aside on its way: timed, parked, revived. Then it keeps no order with others of its tenant.</summary>
    public bool Strayed { get; set; } = row.DueAt is not null;

    /// <summary>
    /// For the only job of a tenant: how many jobs each other tenant has begun since this one was ready. Null for other jobs.
    /// </summary>
    public Dictionary<string, int>? Passed { get; set; }

    /// <summary>By how much virtual time its tenant was ahead of the lane when it got in line.</summary>
    public long Debt { get; set; }
}

/// <summary>A job that takes a place in its lane, with its row as it was before.</summary>
internal sealed record Beginning(Track Track, Change Before);

// Lets jobs into their tenants' places and out of their lanes' places again, in the transaction that moves them: no count can drift.
namespace Atelier.Durable;

/// <summary>
/// A job of a tenant has one of his places in its lane from the moment it is ready until it leaves the table, and a place in the lane
/// itself (where that has a row) from its first claim until it leaves, fails or is parked.
/// </summary>
/// <param name="store">The jobs.</param>
/// <param name="stripe">In which rows this process counts.</param>
/// <param name="newLanes">The limits of lanes that come into being with their first tenant.</param>
internal sealed class Admission(JobStore store, string stripe, LaneSettings newLanes)
{
    private const int MostAtOnce = 1_000;

    private readonly TenantEpochs _epochs = new();

    /// <summary>
    /// Locks the tenants of new jobs and answers, in the order of the jobs, which state and turn they begin with. Rows in the answer are to
    /// be written with <see cref="TenantTable.Write"/> by the caller, who knows which jobs were new.
    /// </summary>
    public async Task<Entry> EnterAsync(Transaction tx, IReadOnlyList<NewJob> jobs, CancellationToken ct)
    {
        var wanted = jobs.Where(job => job.Tenant.Length > 0 && job.RunAt is null).GroupBy(job => new LaneTenant(job.Lane, job.Tenant))
            .ToDictionary(group => group.Key, group => (Count: group.Count(), group.First().Cost));
        var entry = new Entry();
        if (wanted.Count == 0)
            return entry;
        if (tx.Dialect == Dialect.Postgres && jobs.All(job => job.ScopedKey is null && (job.Tenant.Length == 0 || job.Cost == CostOf(job))))
            entry.Take(await TenantTable.TakePlacesAsync(tx, wanted, _epochs, ct));
        LaneTenant[] others = [.. wanted.Keys.Where(key => !entry.Has(key))];
        if (others.Length > 0)
            entry.Lock(await RepayAsync(tx, await TenantTable.LockAsync(tx, others, _epochs, newLanes, ct), ct));
        return entry;

        double CostOf(NewJob job) => wanted.TryGetValue(new LaneTenant(job.Lane, job.Tenant), out var tenant) ? tenant.Cost : job.Cost;
    }

    /// <summary>Makes a lane's row if it has none, with the limits that new lanes have.</summary>
    public void AddLane(Transaction tx, string lane) => LaneTable.Add(tx, lane, newLanes);

    /// <summary>Gives up the places of jobs that leave the table, and lets the next ones of their tenants in.</summary>
    public async Task LeaveAsync(Transaction tx, IReadOnlyCollection<PlaceRow> gone, CancellationToken ct)
    {
        LeaveLanes(tx, gone);
        var freed = gone.Where(job => job.Admitted).GroupBy(job => new LaneTenant(job.Lane, job.Tenant))
            .ToDictionary(group => group.Key, group => (Places: group.Count(), Unserved: group.Sum(job => job.Unserved)));
        if (freed.Count == 0)
            return;
        if (freed.Values.Any(left => left.Unserved > 0))
        {
            await FillAsync(tx, freed, ct);
            return;
        }

        // The places are given back without a look at what they were, and most often nobody waits for them.
        var released = await TenantTable.ReleaseAsync(tx, freed.ToDictionary(left => left.Key, left => left.Value.Places), _epochs, ct);
        foreach (var tenant in released)
        {
            if (tenant.Waits == true)
                freed[tenant.Key] = (0, 0);
            else
                freed.Remove(tenant.Key);
        }

        // What is left waits, or was not found where it was remembered.
        if (freed.Count > 0)
            await FillAsync(tx, freed, ct);
    }

    /// <summary>Gives up the places of jobs in their lanes only: they fail or are parked, and keep their tenants' places.</summary>
    public void LeaveLanes(Transaction tx, IEnumerable<PlaceRow> gone)
    {
        var left = gone.Where(job => job.HoldsLane).GroupBy(job => job.Lane).Select(lane => (lane.Key, lane.Count())).ToList();
        if (left.Count > 0)
        {
            LaneTable.End(tx, stripe, left);
            tx.SignalAfterCommit(Topics.Ready);
        }
    }

    /// <summary>Lets waiting jobs of these tenants in, as far as there are free places.</summary>
    public async Task FillAsync(Transaction tx, IEnumerable<LaneTenant> tenants, CancellationToken ct)
    {
        var unchanged = tenants.Distinct().ToDictionary(tenant => tenant, _ => (0, 0.0));
        if (unchanged.Count > 0)
            await FillAsync(tx, unchanged, ct);
    }

    private async Task FillAsync(Transaction tx, Dictionary<LaneTenant, (int Places, double Unserved)> freed, CancellationToken ct)
    {
        var locked = await TenantTable.LockAsync(tx, [.. freed.Keys], _epochs, newLanes, ct);
        var released = locked.Select(row => TenantTurns.Release(row, freed[row.Key].Places, freed[row.Key].Unserved));
        var rows = (await RepayAsync(tx, released, ct)).ToDictionary(row => row.Key);
        List<WaitingRow> waiting;
        do
        {
            var places = rows.Values.Where(row => row.Free > 0).ToDictionary(row => row.Key, row => Math.Min(row.Free, MostAtOnce));
            waiting = places.Count == 0 ? [] : [.. await store.NextWaitingAsync(tx, places, ct)];
            if (waiting.Count > 0)
                await AdmitAsync(tx, waiting, rows, ct);
            var found = waiting.CountBy(job => job.Key).ToDictionary();
            foreach (var key in rows.Keys)
                rows[key] = rows[key] with { Waits = places.TryGetValue(key, out var most) && found.GetValueOrDefault(key) < most ? null : true };
        }
        while (waiting.Count >= MostAtOnce);

        TenantTable.Write(tx, [.. rows.Values]);
    }

    private static async Task<IReadOnlyList<TenantRow>> RepayAsync(Transaction tx, IEnumerable<TenantRow> locked, CancellationToken ct)
    {
        List<TenantRow> rows = [.. locked];
        LaneTenant[] owed = [.. rows.Where(row => row.Owed > 0).Select(row => row.Key)];
        if (owed.Length == 0)
            return rows;
        var last = await TenantTable.LastTurnsAsync(tx, owed, ct);
        return [.. rows.Select(row => row.Owed > 0 ? TenantTurns.Repay(row, last.GetValueOrDefault(row.Key)) : row)];
    }

    private static async Task AdmitAsync(
        Transaction tx, List<WaitingRow> waiting, Dictionary<LaneTenant, TenantRow> rows, CancellationToken ct)
    {
        var turns = new List<(long Id, long Turn)>(waiting.Count);
        foreach (var job in waiting)
        {
            (var turn, rows[job.Key]) = TenantTurns.Admit(rows[job.Key], job.Cost);
            turns.Add((job.Id, turn));
        }

        // A job that was canceled in this moment gives its place back.
        var admitted = (await TenantTable.AdmitAsync(tx, turns, ct)).ToHashSet();
        foreach (var job in waiting.Where(job => !admitted.Contains(job.Id)))
            rows[job.Key] = rows[job.Key] with { Held = rows[job.Key].Held - 1 };
        tx.SignalAfterCommit(Topics.Ready);
    }
}

/// <summary>The places of new jobs: of tenants whose rows are locked and to be written, or of those whose places are taken already.</summary>
internal sealed class Entry
{
    private readonly Dictionary<LaneTenant, TenantRow> _rows = [];
    private readonly Dictionary<LaneTenant, (TakenPlaces Places, int Left)> _taken = [];

    /// <summary>The rows as they are after all that was placed.</summary>
    public IReadOnlyCollection<TenantRow> Rows => _rows.Values;

    public bool Has(LaneTenant key) => _taken.ContainsKey(key) || _rows.ContainsKey(key);

    public void Lock(IEnumerable<TenantRow> rows)
    {
        foreach (var row in rows)
            _rows.Add(row.Key, row);
    }

    public void Take(IEnumerable<TakenPlaces> places)
    {
        foreach (var taken in places)
            _taken.Add(taken.Key, (taken, taken.Given));
    }

    /// <summary>Gives the jobs their places, in their order.</summary>
    public IReadOnlyList<(NewJob Job, Placed Placed)> PlaceAll(IReadOnlyList<NewJob> jobs) => [.. jobs.Select(job => (job, Place(job)))];

    private Placed Place(NewJob job)
    {
        if (job.RunAt is not null)
            return new Placed(JobState.Scheduled);
        var key = new LaneTenant(job.Lane, job.Tenant);
        if (job.Tenant.Length == 0)
            return new Placed(JobState.Ready);
        if (_taken.TryGetValue(key, out var taken))
        {
            if (taken.Left == 0)
                return new Placed(JobState.Waiting);
            _taken[key] = taken with { Left = taken.Left - 1 };
            return new Placed(JobState.Ready, taken.Places.Turn - (taken.Left * taken.Places.Service), Admitted: true);
        }

        if (_rows[key].Free == 0)
        {
            _rows[key] = _rows[key] with { Waits = true };
            return new Placed(JobState.Waiting);
        }

        (var turn, _rows[key]) = TenantTurns.Admit(_rows[key], job.Cost);
        return new Placed(JobState.Ready, turn, Admitted: true);
    }

    /// <summary>Takes back the place of a job that was not new after all.</summary>
    public void TakeBack(NewJob job)
    {
        var key = new LaneTenant(job.Lane, job.Tenant);
        _rows[key] = _rows[key] with { Held = _rows[key].Held - 1 };
    }
}

/// <summary>How a new job begins.</summary>
/// <param name="State">Its state.</param>
/// <param name="Turn">Its turn in the lane; null for the lane's virtual time.</param>
/// <param name="Admitted">Whether it has one of its tenant's places.</param>
internal readonly record struct Placed(JobState State, long? Turn = null, bool Admitted = false);

/// <summary>What a job that is leaving holds.</summary>
internal sealed record PlaceRow
{
    public long Id { get; init; }

    public string Lane { get; init; } = "";

    public string Tenant { get; init; } = "";

    public int Rank { get; init; }

    public bool HoldsLane => Rank == JobRow.Begun;

    public bool Admitted { get; init; }

    /// <summary>What it costs if it never ran: its tenant gets that back.</summary>
    public double Unserved { get; init; }

    public static PlaceRow Of(JobRow row) => new()
    {
        Id = row.Id,
        Lane = row.Lane,
        Tenant = row.Tenant,
        Rank = row.Rank,
        Admitted = row.Admitted,
        Unserved = row.StateValue == JobState.Ready && !row.HoldsLane && row is { Attempts: 0, Crashes: 0, Checkpoint: null } ? row.Cost : 0,
    };
}

/// <summary>A job that waits for a place of its tenant.</summary>
internal sealed record WaitingRow
{
    public long Id { get; init; }

    public string Lane { get; init; } = "";

    public string Tenant { get; init; } = "";

    public double Cost { get; init; }

    public LaneTenant Key => new(Lane, Tenant);
}

// Watches every commit and says which invariant it broke. It knows the jobs from triggers, not from the code that it watches.
using Dapper;
using Microsoft.Data.Sqlite;

namespace Atelier.Durable.Tests.Simulation;

internal sealed class Referee : IDisposable
{
    private static readonly string[] Wakes = ["wake", "unpark"];
    private static readonly string[] Opens = ["resume", "unpark", "configure"];

    private readonly World _world;
    private readonly SqliteConnection _eyes;
    private readonly SqliteCommand _changes;
    private readonly LimitRules _limits;
    private readonly OrderRules _order;
    private readonly Dictionary<long, Track> _jobs = [];
    private readonly Dictionary<long, (string Kind, int Ends)> _ended = [];
    private readonly HashSet<long> _promised = [];
    private readonly Dictionary<long, string> _claimers = [];
    private long _seen;
    private bool _newlyReady;

    public Referee(World world, string file)
    {
        _world = world;
        _eyes = new SqliteConnection($"Data Source={file};Pooling=false");
        _eyes.Open();
        _changes = _eyes.CreateCommand();
        _changes.CommandText = "select * from audit where seq > @seen order by seq";
        _changes.Parameters.AddWithValue("@seen", 0L);
        _limits = new LimitRules(world, _eyes, _jobs);
        _order = new OrderRules(world, _eyes, _jobs);
    }

    /// <summary>Whether no job is left.</summary>
    public bool AllOver => _jobs.Count == 0;

    /// <summary>How many jobs have ended.</summary>
    public int Ends => _ended.Values.Sum(job => job.Ends);

    /// <summary>These ids were answered to somebody who enqueued.</summary>
    public void Promise(IEnumerable<long> ids) => _promised.UnionWith(ids);

    /// <summary>Whether a worker would have been woken since the last question.</summary>
    public bool TakeNewlyReady() => (_newlyReady, _newlyReady = false).Item1;

    /// <summary>Looks at what a commit has changed.</summary>
    public void Look()
    {
        var changes = Read();
        var beginnings = new List<Beginning>();
        var admissions = new HashSet<LaneTenant>();
        foreach (var change in changes)
        {
            if (change.Admitted && !(_jobs.TryGetValue(change.Id, out var track) && track.Row.Admitted))
                admissions.Add(change.LaneTenant);
            Apply(change, beginnings);
        }

        _newlyReady |= Opens.Contains(_world.Scheduler.Deed.Name) ||
            changes.Any(change => change.Gone || change.State is "ready" or "retrying" or "parked");
        if (changes.Count > 0)
            _limits.Check(beginnings, admissions);
        _order.Check(beginnings);
    }

    /// <summary>The verdict when all should be over.</summary>
    public void LookForTheLastTime()
    {
        if (!AllOver)
            _world.Violated($"{_jobs.Count} jobs never ended: {string.Join("; ", _jobs.Values.Take(5).Select(job => job.Row))}");
        if (_promised.FirstOrDefault(id => !_ended.ContainsKey(id)) is > 0 and var lost)
            _world.Violated($"#{lost} was promised to its caller and is lost");
        if (_eyes.QueryFirstOrDefault<long?>("select job from effects group by job having count(*) > 1") is { } twice)
            _world.Violated($"the effect of #{twice} was committed twice");
        foreach (var (id, (_, ends)) in _ended.Where(job => job.Value.Kind == SimulatedHandler.Told))
        {
            var told = _eyes.QuerySingle<int>(
                "select count(*) from told where job = @id and state_to in ('succeeded', 'refused', 'dead', 'canceled')", new { id });
            var succeeded = _eyes.QuerySingle<int>("select count(*) from told where job = @id and state_to = 'succeeded'", new { id });
            var effects = _eyes.QuerySingle<int>("select count(*) from effects where job = @id", new { id });
            if (told != ends)
                _world.Violated($"#{id} ended {ends} times, its handler was told of {told}");
            if (succeeded != effects)
                _world.Violated($"#{id} succeeded {succeeded} times and has {effects} effects");
        }
    }

    public void Dispose()
    {
        _changes.Dispose();
        _eyes.Dispose();
    }

    private List<Change> Read()
    {
        _changes.Parameters[0].Value = _seen;
        using var reader = _changes.ExecuteReader();
        var changes = reader.Parse<Change>().ToList();
        if (changes.Count > 0)
            _seen = changes[^1].Seq;
        return changes;
    }

    private void Apply(Change change, List<Beginning> beginnings)
    {
        if (!_jobs.TryGetValue(change.Id, out var track))
        {
            Insert(change);
            return;
        }

        var before = track.Row;
        _world.Note($"{_world.Scheduler.Deed.Name} #{change.Id}: {before.State} → {(change.Gone ? "gone" : change.State)}{Turn(change)}");
        CheckStep(before, change);
        if (change.Gone)
        {
            _jobs.Remove(change.Id);
            _ended[change.Id] = (before.Kind, _ended.GetValueOrDefault(change.Id).Ends + 1);
            if (before is { StateValue: JobState.Ready, HoldsLanePlace: false } && track is { Begun: true, Served: false })
                _order.GaveItsTurnBack(before);
            return;
        }

        track.Row = change;
        track.Served |= before.StateValue == JobState.Running && change.StateValue is not (JobState.Running or JobState.Parked);
        track.Strayed |= change.DueAt is not null || change.CancelRequested;
        if (change.StateValue == JobState.Running && before.StateValue != JobState.Running && (!before.HoldsLanePlace || !track.Begun))
            beginnings.Add(new Beginning(track, before));
        if (change.StateValue == JobState.Ready && before.StateValue == JobState.Waiting)
            _order.Ready(track);

        static string Turn(Change change) => change.Gone ? "" : $" (turn {change.Turn})";
    }

    private void Insert(Change change)
    {
        _world.Note($"{_world.Scheduler.Deed.Name} {change}");
        if (change.Gone)
            _world.Violated($"#{change.Id} ended twice");
        var revived = _ended.ContainsKey(change.Id);
        if (revived && _world.Scheduler.Deed.Name != "revive")
            _world.Violated($"#{change.Id} came back although it was over");
        var track = _jobs[change.Id] = new Track(change);
        track.Strayed |= revived;
        if (change.StateValue == JobState.Ready)
            _order.Ready(track);
    }

    private void CheckStep(Change from, Change to)
    {
        var deed = _world.Scheduler.Deed;
        var ended = to.Gone || to.StateValue != JobState.Running;
        if (from.StateValue == JobState.Running && ended)
            CheckEndOfRun(from, deed);
        else if (from.StateValue == JobState.Running && to.Lease != from.Lease)
            _world.Violated($"#{from.Id} was claimed while it ran");
        else if (from.StateValue != JobState.Running && to.Gone && deed.Name is not ("cancel" or "house"))
            _world.Violated($"#{from.Id} ended without a run");
        if (to.Gone)
            return;
        if (from.StateValue != to.StateValue && !from.StateValue.MayBecome(to.StateValue))
            _world.Violated($"#{from.Id} went from {from.State} to {to.State}");
        if (from.StateValue != JobState.Running && to.StateValue == JobState.Running && to.Lease != deed.Token)
            _world.Violated($"#{from.Id} runs without a claim");
        if (to.Lease is { } lease && lease == deed.Token)
            _claimers[lease] = _world.Scheduler.Current.WorkerId;
        if (from.Checkpoint != to.Checkpoint && !deed.Leases.Contains(new LeasedId(from.Id, from.Lease.GetValueOrDefault())))
            _world.Violated($"#{from.Id} has a checkpoint of a run that has lost its lease");
        if (from.DueAt is { } due && to.DueAt is null && due > _world.Clock.GetUtcNow().ToUnixTimeMilliseconds() && !Wakes.Contains(deed.Name))
            _world.Violated($"#{from.Id} was promoted {due - _world.Clock.GetUtcNow().ToUnixTimeMilliseconds()} ms early");
    }

    private void CheckEndOfRun(Change run, Deed deed)
    {
        var held = new LeasedId(run.Id, run.Lease.GetValueOrDefault());
        var worker = _claimers.GetValueOrDefault(held.Lease);
        var allowed = deed.Name switch
        {
            "settle" => deed.Leases.Contains(held),
            "house" => _eyes.QuerySingleOrDefault<string>("select id from workers where id = @worker", new { worker }) is null,
            "beat" or "goodbye" => worker == _world.Scheduler.Current.WorkerId,
            _ => false,
        };
        if (!allowed)
            _world.Violated($"the run of #{run.Id} was ended by one who has not its lease");
    }
}

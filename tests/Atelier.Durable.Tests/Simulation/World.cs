// One simulation from its seed to its verdict: trouble for a while, then peace until every job is over, then the last look.
namespace Atelier.Durable.Tests.Simulation;

/// <summary>A bug to plant, so that the simulation can show that it finds it.</summary>
internal sealed record Plant(Func<JobStore>? Store = null, string? Sql = null);

/// <summary>What became of a simulation: the invariant that was broken, or null; and what happened, if that was written down.</summary>
internal sealed record Verdict(int Seed, string? Violation, int Events, int Ends, IReadOnlyList<string> Trace);

internal sealed class World : IDisposable
{
    private const int MostEvents = 2_000;
    private const int DeepestNesting = 3;
    private const long Patience = 3_600_000;

    private readonly bool _tracing;
    private readonly Plant? _plant;
    private readonly int _seed;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly List<string> _trace = [];
    private readonly Referee _referee;
    private int _nesting;
    private string? _violation;

    private World(int seed, string file, Plant? plant, bool tracing)
    {
        (_seed, _plant, _tracing) = (seed, plant, tracing);
        Random = new Random(seed);
        Scenario = Scenario.Draw(Random);
        Scheduler = new Scheduler(Random);
        Clock = new VirtualClock(Scheduler, TimeSpan.Zero);
        Database = new SimulatedDatabase(this, file) { Random = Random };
        _referee = new Referee(this, file);
    }

    public Random Random { get; }

    public Scenario Scenario { get; }

    public Scheduler Scheduler { get; }

    /// <summary>The database's clock: the one that decides.</summary>
    public VirtualClock Clock { get; }

    public SimulatedDatabase Database { get; }

    public Referee Referee => _referee;

    /// <summary>Whether faults still happen.</summary>
    public bool Trouble { get; private set; }

    public List<SimulatedNode> Nodes { get; } = [];

    /// <summary>Plays a seed. The same seed is the same game, to the last event.</summary>
    public static Verdict Play(int seed, Plant? plant = null, bool tracing = false)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);

        // Always the same name: Dapper keeps what it has compiled of a statement for the connection string alone.
        var name = $"atelier-simulation-{Environment.ProcessId}-{Environment.CurrentManagedThreadId}";
        var folder = Directory.CreateDirectory(Path.Combine(Template.Root, name));
        try
        {
            using var world = new World(seed, Template.CopyTo(Path.Combine(folder.FullName, "queue.db"), plant?.Sql), plant, tracing);
            world.Play();
            return new Verdict(seed, world._violation, world.Scheduler.Happened, world.Referee.Ends, world._trace);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
            folder.Delete(recursive: true);
        }
    }

    public JobQueue Queue(params JobHandler[] handlers) =>
        new(Database, new JobHandlers(handlers), new LaneSettings(), _plant?.Store?.Invoke() ?? JobStore.For(Dialect.Sqlite));

    public bool Chance(double probability) => Random.NextDouble() < probability;

    public void Note(FormattableString what)
    {
        if (_tracing)
            _trace.Add($"{Scheduler.Now / 1000.0,9:0.000} {Scheduler.Current.Name,-9} {FormattableString.Invariant(what)}");
    }

    /// <summary>The first violation ends the game.</summary>
    public void Violated(string what)
    {
        _violation ??= $"{what} (at {Scheduler.Now / 1000.0:0.000} s, {Scheduler.Current.Name}: {Scheduler.Deed.Name})";
        Note($"VIOLATION {what}");
    }

    /// <summary>An actor's part as a task of its own; dying ends it, anything else that it throws is a bug.</summary>
    public void Start(Actor actor, long after, Func<Task> part) => Scheduler.At(actor, after, () => _ = PlayAsync(actor, part));

    /// <summary>Between two steps of one, others act, and nodes die or stand still.</summary>
    public void BetweenSteps()
    {
        if (Environment.CurrentManagedThreadId != _thread)
            throw new InvalidOperationException("The simulation has left its thread.");
        var actor = Scheduler.Current;
        if (Trouble && actor is SimulatedNode && Chance(Scenario.Deaths))
            Die();
        if (Trouble && actor is SimulatedNode && Chance(Scenario.Freezes * (Scheduler.Deed.Leases.Length > 0 ? 5 : 1)))
        {
            actor.FrozenUntil = Scheduler.Now + Random.NextInt64(Scenario.Lease / 2, Scenario.Lease * 3);
            Note($"stands still until {actor.FrozenUntil / 1000.0:0.000}");
            Nest(actor.FrozenUntil, int.MaxValue);
        }
        else if (Chance(Scenario.Interleaving))
        {
            Nest(Scheduler.Now + Random.Next(20), Random.Next(1, 5));
        }

        if (actor.Dead || _violation is not null)
            throw new NodeDiedException();
    }

    public Fault NextFault()
    {
        if (!Trouble || !Chance(Scenario.CommitFaults))
            return Fault.None;
        var fault = (Fault)Random.Next(1, Scheduler.Current is SimulatedNode ? 5 : 3);
        Note($"fault: {fault} of {Scheduler.Deed.Name}");
        return fault;
    }

    public void Die()
    {
        var actor = Scheduler.Current;
        Note($"dies during {Scheduler.Deed.Name}");
        if (actor is SimulatedNode node && !node.Dead)
            Bury(node);
        throw new NodeDiedException();
    }

    /// <summary>The node is gone, with all it knew; another one starts in its place after a while.</summary>
    public void Bury(SimulatedNode node)
    {
        node.Dead = true;
        Nodes.Remove(node);
        Scheduler.At(new Actor("machine"), Random.Next(100, Trouble ? 12_000 : 1_000), () => StartNode(node.Place));
    }

    public void Committed()
    {
        _referee.Look();
        if (_referee.TakeNewlyReady() && Nodes.Count > 0 && !(Trouble && Chance(Scenario.LostWakeUps)))
            Nodes[Random.Next(Nodes.Count)].Wake();
    }

    public void Dispose()
    {
        _referee.Dispose();
        Database.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private void Play()
    {
        var clients = new Clients(this);
        clients.Begin();
        for (var place = 0; place < Scenario.Nodes; place++)
            StartNode(place);
        Trouble = true;
        Run(Scenario.Trouble);
        Trouble = false;
        Note($"peace");
        if (_violation is null)
            clients.MakePeace();
        while (_violation is null && !_referee.AllOver && Scheduler.Now < Scenario.Trouble + Patience && Scheduler.Happened < MostEvents)
            Run(Scheduler.Now + 1_000);
        if (_violation is null)
            _referee.LookForTheLastTime();
    }

    private void StartNode(int place)
    {
        var node = new SimulatedNode(this, place, TimeSpan.FromMinutes(Random.Next(-15, 16)));
        Nodes.Add(node);
        Start(node, Random.Next(50), node.WorkAsync);
    }

    private void Run(long until) => Scheduler.Run(until, int.MaxValue, () => _violation is not null || Scheduler.Happened >= MostEvents);

    private void Nest(long until, int most)
    {
        if (_nesting >= DeepestNesting)
            return;
        _nesting++;
        Scheduler.Run(until, most, () => _violation is not null || Scheduler.Happened >= MostEvents);
        _nesting--;
    }

    private async Task PlayAsync(Actor actor, Func<Task> part)
    {
        try
        {
            await part();
        }
        catch (NodeDiedException)
        {
            Note($"is gone");
        }
        catch (Exception bug)
        {
            Violated($"{actor.Name} threw {bug}");
        }
    }
}

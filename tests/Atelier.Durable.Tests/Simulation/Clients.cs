// Those who enqueue, cancel and wake, and the operator who turns limits up and down while all of that goes on.
namespace Atelier.Durable.Tests.Simulation;

internal sealed class Clients(World world)
{
    private readonly Actor _client = new("client");
    private readonly Actor _operator = new("operator");
    private readonly JobQueue _queue = world.Queue(
        new SimulatedHandler(world, null!, observes: false), new SimulatedHandler(world, null!, observes: true));
    private int _enqueued;

    public void Begin()
    {
        Wait(SetUpAsync());
        world.Start(_client, 0, EnqueueAsync);
        world.Start(_operator, 500, MeddleAsync);
    }

    /// <summary>Sends the operator home, and opens whatever he had closed.</summary>
    public void MakePeace()
    {
        _operator.Dead = true;
        Wait(OpenAllAsync());
    }

    private async Task SetUpAsync()
    {
        foreach (var (lane, settings) in world.Scenario.Lanes)
            await _queue.Lanes.ConfigureAsync(lane, settings);
        for (var tenant = 0; tenant < world.Scenario.Tenants; tenant++)
        {
            if (world.Scenario.Weights[tenant] != 1)
                await _queue.Tenants.ConfigureAsync(Tenant(tenant), new TenantSettings(world.Scenario.Weights[tenant]));
        }
    }

    private async Task OpenAllAsync()
    {
        foreach (var (lane, settings) in world.Scenario.Lanes)
        {
            await _queue.Lanes.ResumeAsync(lane);
            await _queue.Lanes.ConfigureAsync(lane, settings);
        }
    }

    private async Task EnqueueAsync()
    {
        while (_enqueued < world.Scenario.Jobs)
        {
            var many = world.Chance(0.3) ? world.Random.Next(2, 10) : 1;
            var jobs = Enumerable.Range(0, many).Select(_ => DrawJob()).ToList();
            _enqueued += many;
            await PatientlyAsync(new Deed("enqueue"), async () =>
            {
                var answers = await _queue.EnqueueManyAsync(jobs);
                world.Referee.Promise(answers.Select(answer => answer.Id.Value));
            });
            await world.Scheduler.SleepAsync(_client, world.Random.NextInt64(world.Scenario.Trouble / world.Scenario.Jobs * 2 * many));
        }
    }

    private NewJob DrawJob()
    {
        var random = world.Random;
        var lane = random.Next(5) switch { 0 => Scenario.Free, 1 => Scenario.Narrow, 2 => Scenario.Keyed, _ => Scenario.Shared };
        var fair = lane == Scenario.Shared;
        var now = world.Clock.GetUtcNow();
        return new NewJob
        {
            Kind = random.Next(2) == 0 ? SimulatedHandler.Plain : SimulatedHandler.Told,
            Lane = lane,
            LaneKey = lane == Scenario.Keyed ? random.Next(3) switch { 0 => "a", 1 => "b", _ => "" } : "",
            Tenant = lane == Scenario.Free || (!fair && random.Next(3) == 0) ? "" : Tenant(random.Next(world.Scenario.Tenants)),
            Priority = fair ? 0 : random.Next(4) switch { 0 => -5, 1 => 7, _ => 0 },
            Payload = world.Chance(world.Scenario.Poison) ? SimulatedHandler.Poison : SimulatedHandler.Well,
            RunAt = random.Next(10) switch
            {
                0 => Due.After(TimeSpan.FromMilliseconds(random.Next(20_000))),
                1 => Due.At(now.AddMilliseconds(random.Next(-1_000, 20_000))),
                _ => null,
            },
            Deadline = random.Next(15) == 0 ? now.AddMilliseconds(random.Next(1_000, 60_000)) : null,
            UniqueKey = random.Next(10) == 0 ? $"only-{random.Next(3)}" : null,
            Cost = lane == Scenario.Shared ? 1 : random.Next(4) switch { 0 => 0.5, 1 => 2.5, 2 => 5, _ => 1 },
        };
    }

    private async Task MeddleAsync()
    {
        while (world.Trouble)
        {
            await PatientlyAsync(Deed.Nothing, MeddleOnceAsync);
            await world.Scheduler.SleepAsync(_operator, world.Random.NextInt64(4_000));
        }
    }

    private async Task MeddleOnceAsync()
    {
        var random = world.Random;
        var lane = random.Next(2) == 0 ? Scenario.Narrow : Scenario.Keyed;
        var id = new JobId(random.NextInt64(1, _enqueued + 1));
        switch (random.Next(14))
        {
            case 0 or 1:
                Do("cancel");
                await _queue.CancelAsync(id);
                break;
            case 2 or 3:
                Do("wake");
                await _queue.WakeAsync(id);
                break;
            case 4:
                Do("pause");
                await (random.Next(2) == 0 ? _queue.Lanes.PauseAsync(lane) : _queue.Lanes.DrainAsync(lane));
                break;
            case 5 or 6:
                Do("resume");
                await _queue.Lanes.ResumeAsync(lane);
                break;
            case 7:
                Do("park");
                await _queue.Lanes.ParkAsync(lane, Due.After(TimeSpan.FromMilliseconds(random.Next(8_000))), key: Key());
                break;
            case 8:
                Do("unpark");
                await _queue.Lanes.UnparkAsync(lane, Key());
                break;
            case 9:
                Do("configure");
                await _queue.Lanes.ConfigureAsync(lane, world.Scenario.Lanes[lane] with { Concurrency = random.Next(1, 4) });
                break;
            case 10:
                Do("places");
                var tenant = random.Next(world.Scenario.Tenants);
                await _queue.Tenants.ConfigureAsync(
                    Tenant(tenant), new TenantSettings(world.Scenario.Weights[tenant], random.Next(4) switch { 0 => null, var n => n }));
                break;
            case 11:
                Do("tidy");
                await world.Database.TransactAsync(tx => LaneTable.TidyAsync(tx, default));
                await world.Database.TransactAsync(tx => TenantTable.ForgetIdleAsync(tx, default));
                break;
            default:
                Do("revive");
                if (await _queue.DeadLettersAsync(new DeadLetterFilter(), limit: 1) is [var letter])
                    await world.Database.TransactAsync(tx => _queue.RetryDeadAsync(tx, letter.Job.Id));
                break;
        }

        void Do(string name) => world.Scheduler.Deed = new Deed(name);
    }

    private string? Key() => world.Random.Next(3) switch { 0 => "a", 1 => "b", _ => null };

    private async Task PatientlyAsync(Deed deed, Func<Task> step)
    {
        for (var again = true; again;)
        {
            try
            {
                world.Scheduler.Deed = deed;
                await step();
                again = false;
            }
            catch (Exception failure) when (world.Database.IsTransient(failure))
            {
                world.Note($"{world.Scheduler.Deed.Name} failed, tries again");
            }

            if (again)
                await world.Scheduler.SleepAsync(world.Scheduler.Current, world.Random.Next(20, 1_000));
        }
    }

    private static string Tenant(int number) => $"tenant-{number}";

    // Before the first event and after the last fault nothing waits: the step is over when the call returns.
    private static void Wait(Task step) => step.GetAwaiter().GetResult();
}

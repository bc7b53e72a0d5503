// Atelier.Durable as a service uses it: a runner with its maintenance beside it, and callers that enqueue.
using Atelier.Durable;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace QueueRace.Contestants;

/// <summary>The contestant that this race is about.</summary>
internal sealed class AtelierQueue : IAsyncDisposable
{
    private const string Lane = "race";
    private const int Tenants = 1_000, Crowd = 10_000, Callers = 20, Fillers = 2, Chunk = 1_000;

    private static readonly JobRunnerOptions Draining = new() { Concurrency = 4_000 };
    private static readonly JobRunnerOptions Listening = new() { Concurrency = 10 };

    private readonly Assignment _assignment;
    private readonly bool _fair, _oneTenantACall;
    private readonly Database _database;
    private readonly RaceHandler _handler;
    private readonly SleepyHandler _sleepy = new();
    private readonly JobQueue _queue;

    private AtelierQueue(Assignment assignment, Database database)
    {
        (_assignment, _database) = (assignment, database);
        _fair = assignment.Settings.Contains("fair");
        _oneTenantACall = assignment.Settings.Contains("one-tenant-a-call");
        _handler = new RaceHandler { RemembersTimes = assignment.Task == "listen" };
        _queue = new JobQueue(database, new JobHandlers(_handler, _sleepy));
    }

    public static async Task<AtelierQueue> OpenAsync(Assignment assignment)
    {
        var database = Database.Open(assignment.ConnectionString, TimeProvider.System, NullLoggerFactory.Instance);
        await Migrator.MigrateAsync(database, [DurableMigrations.Source]);
        var atelier = new AtelierQueue(assignment, database);
        await PrepareAsync(atelier._queue, assignment);
        return atelier;
    }

    public Task RunAsync() => _assignment.Task switch
    {
        "drain" => DrainFilledAsync(),
        "drain-front" => DrainFrontAsync(),
        "drain-behind-snapshot" => DrainBehindSnapshotAsync(),
        "fill" => FillDeepAsync(runAt: null),
        "fill-tomorrow" => FillDeepAsync(Due.After(TimeSpan.FromDays(1))),
        "enqueue" => EnqueueAsync(),
        "bulk" => BulkAsync(),
        "listen" => ListenAsync(),
        "call" => CallAsync(),
        "snooze" => SnoozeAsync(),
        _ => throw new InvalidOperationException($"There is no task '{_assignment.Task}'."),
    };

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    /// <summary>What makes a race fair or bare, besides the tenants of its jobs.</summary>
    private static Task PrepareAsync(JobQueue queue, Assignment assignment) => assignment.Settings.Contains("fair")
        ? queue.Lanes.ConfigureAsync(Lane, new LaneSettings
        {
            Concurrency = 4_000,
            TenantConcurrency = assignment.Settings.Contains("roomy") ? 100 : 20,
            Rates = [new RateLimit(1_000_000, TimeSpan.FromSeconds(1))],
        })
        : Task.CompletedTask;

    private NewJob Job(int i, Due? runAt = null, int tenants = Tenants) => new()
    {
        Kind = RaceHandler.Name,
        Lane = Lane,
        Tenant = _fair ? $"u{(_oneTenantACall ? i / Chunk : i) % tenants}" : "",
        Payload = Assignment.Payload(i),
        RunAt = runAt,
    };

    private async Task DrainFilledAsync()
    {
        await Assignment.WarmAsync(() => FillAndDrainAsync(_assignment.WarmUp));
        await Assignment.AnswerAsync(await FillAndDrainAsync(_assignment.Jobs));
    }

    private async Task<Answer> FillAndDrainAsync(int jobs)
    {
        await FillAsync(jobs);
        await TidyAsync();
        return await DrainAsync(jobs);
    }

    /// <summary>Drains the first of what is there already.</summary>
    private async Task DrainFrontAsync()
    {
        await Assignment.WarmAsync(() => DrainAsync(_assignment.WarmUp));
        await TidyAsync();
        await Assignment.AnswerAsync(await DrainAsync(_assignment.Jobs));
    }

    /// <summary>Lets the jobs of the warm-up pass while somebody looks at the past, and goes on.</summary>
    private async Task DrainBehindSnapshotAsync()
    {
        await FillAsync(_assignment.WarmUp);
        await using var connection = new NpgsqlConnection(_assignment.ConnectionString);
        await connection.OpenAsync();
        await using var snapshot = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        await using (var look = new NpgsqlCommand("select count(*) from jobs", connection, snapshot))
            await look.ExecuteScalarAsync();
        await DrainAsync(_assignment.WarmUp);
        await Assignment.AnswerAsync(await FillAndDrainAsync(_assignment.Jobs));
    }

    /// <summary>Runs a worker until so many jobs are durably done; the clock runs from the first of them.</summary>
    private async Task<Answer> DrainAsync(int jobs)
    {
        var expected = _handler.Expect(jobs);
        using var stop = new CancellationTokenSource();
        var meter = new Meter();
        var working = WorkAsync(Draining, stop.Token);
        await expected.All;
        await UntilGoneAsync(expected.Ids);
        var answer = meter.Read(jobs, expected.First);
        await stop.CancelAsync();
        await working;
        return answer;
    }

    private Task WorkAsync(JobRunnerOptions options, CancellationToken stop) => Task.WhenAll(
        new JobRunner(_queue, options, TimeProvider.System, NullLoggerFactory.Instance).RunAsync(stop),
        new QueueMaintenance(_queue, new QueueMaintenanceOptions(), TimeProvider.System, NullLoggerFactory.Instance).RunAsync(stop));

    // Jobs pass in the order of their ids here, so their part of the key's index tells, beside a million others, too. Asking for each by its id took
    // half a core while the last of them were settled.
    private async Task UntilGoneAsync(long[] ids)
    {
        var span = new { first = ids.Min(), last = ids.Max() };
        while (await _database.AskAsync(session => session.ScalarAsync<long>("select count(*) from jobs where id between @first and @last", span)) > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(2));
    }

    private async Task FillDeepAsync(Due? runAt)
    {
        await FillAsync(_assignment.Jobs, runAt, Crowd);
        await TidyAsync();
        await Assignment.AnswerAsync(new Answer());
    }

    private async Task FillAsync(int jobs, Due? runAt = null, int tenants = Tenants)
    {
        var chunks = Enumerable.Range(0, jobs).Chunk(Chunk);
        var together = new ParallelOptions { MaxDegreeOfParallelism = Fillers };
        await Parallel.ForEachAsync(
            chunks, together, async (chunk, ct) => await _queue.EnqueueManyAsync([.. chunk.Select(i => Job(i, runAt, tenants))], ct));
    }

    private async Task EnqueueAsync()
    {
        await Assignment.WarmAsync(() => CallersAsync(_assignment.WarmUp));
        await Assignment.AnswerAsync(await CallersAsync(_assignment.Jobs));
    }

    private async Task<Answer> CallersAsync(int jobs)
    {
        var next = -1;
        var meter = new Meter();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < jobs; i = Interlocked.Increment(ref next))
                await _queue.EnqueueAsync(Job(i));
        })));
        return meter.Read(jobs);
    }

    private async Task BulkAsync()
    {
        await Assignment.WarmAsync(() => InChunksAsync(_assignment.WarmUp));
        await Assignment.AnswerAsync(await InChunksAsync(_assignment.Jobs));
    }

    private async Task<Answer> InChunksAsync(int jobs)
    {
        var meter = new Meter();
        foreach (var chunk in Enumerable.Range(0, jobs).Chunk(Chunk))
            await _queue.EnqueueManyAsync([.. chunk.Select(i => Job(i))]);
        return meter.Read(jobs);
    }

    private async Task ListenAsync()
    {
        var expected = _handler.Expect(_assignment.Jobs);
        using var stop = new CancellationTokenSource();
        var working = WorkAsync(Listening, stop.Token);
        await Task.Delay(TimeSpan.FromMilliseconds(1500));
        await Assignment.AnswerAsync(new Answer());
        await expected.All;
        await Assignment.AnswerAsync(new Answer { Times = expected.Times });
        await stop.CancelAsync();
        await working;
    }

    private async Task CallAsync()
    {
        var acknowledged = new double[_assignment.Jobs];
        for (var i = 0; i < _assignment.Jobs; i++)
        {
            await _queue.EnqueueAsync(Job(i));
            acknowledged[i] = Meter.Now;
            await Task.Delay(TimeSpan.FromMilliseconds(20 + (Random.Shared.NextDouble() * 30)));
        }

        await Assignment.AnswerAsync(new Answer { Times = acknowledged });
    }

    /// <summary>Polls sleeping jobs, whose first polls are spread over an interval, and tells what that costs.</summary>
    private async Task SnoozeAsync()
    {
        for (var i = 0; i < _assignment.Jobs; i++)
            await _queue.EnqueueAsync(Job(i, Due.After(SleepyHandler.Interval * (i / (double)_assignment.Jobs))) with { Kind = SleepyHandler.Name });
        using var stop = new CancellationTokenSource();
        var working = WorkAsync(Listening, stop.Token);
        await Task.Delay(2 * SleepyHandler.Interval);
        var (meter, before) = (new Meter(), _sleepy.Polls);
        await Task.Delay(4 * SleepyHandler.Interval);
        await Assignment.AnswerAsync(meter.Read((int)(_sleepy.Polls - before)));
        await stop.CancelAsync();
        await working;
    }

    private async Task TidyAsync()
    {
        if (_database.Dialect == Dialect.Sqlite)
            return;
        await using var connection = new NpgsqlConnection(_assignment.ConnectionString);
        await connection.OpenAsync();
        foreach (var sql in new[] { "vacuum analyze", "checkpoint" })
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
            await command.ExecuteNonQueryAsync();
        }
    }
}

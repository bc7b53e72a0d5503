// What a provider bills is what people get: a tenth of all calls to it fails in every way, the worker is killed five times, and in the end
// each picture was paid for once. 2,000 generations instead of 300: TEST_HANG_LIMIT=20m TEST_GENERATIONS=2000 ./test EndToEnd --filter BilledOnce
using System.Diagnostics;
using System.Globalization;
using Atelier.Client;
using Atelier.Doubles;
using Atelier.Doubles.Replicate;
using Atelier.Durable;
using Atelier.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace Atelier.EndToEnd.Durability;

public sealed class BilledOnceTests(ITestOutputHelper output)
{
    private const int PerRequest = 4, Kills = 5, Fewer = 48, FewerKills = 2, Keys = 12, Seed = 20261122;
    private const double FaultShare = 0.1;
    private const decimal Price = 0.003m;

    // A start that is answered in these ways has failed for good, or takes a key or the model out of use: right, but then there is no picture.
    private static readonly string[] EndAStart =
        ["status 400", "status 401", "status 402", "status 403", "status 404", "status 413", "status 422", "redirect into the private network"];

    // What is too large once is so always.
    private static readonly string[] EndAFetch = ["answer that is too large"];

    private static readonly int Generations =
        int.TryParse(Environment.GetEnvironmentVariable("TEST_GENERATIONS"), CultureInfo.InvariantCulture, out var wanted) ? wanted : 240;

    private readonly SortedDictionary<string, int> _played = new(StringComparer.Ordinal);

    [Fact]
    public async Task What_is_billed_is_what_is_completed_through_faults_and_kills_on_SQLite()
    {
        using var folder = new TempFolder();
        await PaintThroughAsync(folder, connection: null, $"Data Source={folder["data/atelier.db"]}", Generations, Kills);
    }

    [Fact]
    public async Task What_is_billed_is_what_is_completed_through_faults_and_kills_on_PostgreSQL()
    {
        using var folder = new TempFolder();
        await using var postgres = await PostgresServer.StartAsync(fsync: true);
        var connection = await postgres.CreateDatabaseAsync();
        await PaintThroughAsync(folder, connection, connection, Math.Max(Fewer, Generations / 5 / PerRequest * PerRequest), FewerKills);
    }

    private async Task PaintThroughAsync(TempFolder folder, string? connection, string reading, int generations, int kills)
    {
        await using var host = await DoublesHost.StartAsync(settings: new DoubleSettings { PaintTime = TimeSpan.FromMilliseconds(300), LongestSide = 256 });
        var replicate = host.Get<ReplicateDouble>();
        host.Faults.Always = Faults();
        await WriteSettingsAsync(folder, host.AddressOf(replicate));
        var clock = Stopwatch.StartNew();
        using var server = await KillableServer.StartAsync(folder.Path, connection, "--roles", "api");
        using var worker = await KillableWorker.StartAsync(folder.Path, connection, concurrency: 32);
        await using var database = Database.Open(reading, TimeProvider.System, NullLoggerFactory.Instance);

        var submitting = SubmitAsync(server, generations);
        for (var kill = 1; kill <= kills; kill++)
        {
            await UntilFinishedAsync(database, generations * kill / (kills + 2));
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(250)));
            await worker.KillAndRestartAsync();
        }
        (await submitting).Distinct().Count().ShouldBe(generations);
        await UntilFinishedAsync(database, generations);

        await ReportAsync(database, replicate, generations, clock.Elapsed);
        (await CountAsync(database, "SELECT COUNT(*) FROM generations WHERE status = 'completed'")).ShouldBe(generations);
        replicate.Billed.ShouldBe(generations);
        (await CountAsync(database, "SELECT COUNT(*) FROM generation_attempts WHERE outcome = 'painted'")).ShouldBe(generations);
        (await CountAsync(database, "SELECT COUNT(*) FROM generation_attempts WHERE outcome IN ('open', 'unknown')")).ShouldBe(0);
        (await CountAsync(database, "SELECT COUNT(DISTINCT external_id) FROM generation_attempts WHERE outcome = 'painted'")).ShouldBe(generations);
        // To the cent what the provider asks for.
        (await CountAsync(database, "SELECT CAST(ROUND(SUM(cost) * 1000) AS BIGINT) FROM generation_attempts")).ShouldBe((long)(generations * Price * 1000));
        (await CountAsync(database, "SELECT COUNT(*) FROM pictures")).ShouldBe(generations);
        (await CountAsync(database, "SELECT COUNT(*) FROM jobs")).ShouldBe(0);
        (await CountAsync(database, "SELECT COUNT(*) FROM dead_jobs")).ShouldBe(0);
    }

    // Every tenth call, in a way that is drawn for it.
    private Func<HttpRequest, Fault?> Faults()
    {
        var random = new Random(Seed);
        var gate = new Lock();
        return request =>
        {
            var excluded = request.Path.StartsWithSegments("/pictures", StringComparison.Ordinal) ? EndAFetch : request.Method == "POST" ? EndAStart : [];
            lock (gate)
            {
                if (random.NextDouble() >= FaultShare)
                    return null;
                var possible = Fault.All.Where(fault => !excluded.Contains(fault.Name)).ToList();
                var fault = possible[random.Next(possible.Count)];
                _played[fault.Name] = _played.GetValueOrDefault(fault.Name) + 1;
                return fault;
            }
        };
    }

    private static async Task WriteSettingsAsync(TempFolder folder, Uri address)
    {
        Directory.CreateDirectory(folder["data"]);
        // Keys enough that those whose limit is reached are not missed; a fetch that never ends is given up soon.
        var keys = string.Join(", ", Enumerable.Range(1, Keys).Select(key => $"k{key}: {ProviderDouble.GoodKey}{key}"));
        await File.WriteAllTextAsync(folder["data/atelier.yaml"], $$"""
            providers:
              replicate:
                url: {{address}}
                paint_seconds: 5
                keys: { {{keys}} }
            worker:
              lease_seconds: 5
            """);
    }

    private static async Task<List<string>> SubmitAsync(KillableServer server, int generations)
    {
        var ids = new List<string>();
        for (var request = 0; request < generations / PerRequest; request++)
        {
            var wish = new GenerationRequest { Prompt = $"{request} boats on a lake", Model = "replicate/flux-schnell", Count = PerRequest, Seed = request * 10 };
            ids.AddRange(await server.SubmitAsync(wish, idempotencyKey: $"request-{request}"));
        }
        return ids;
    }

    private static async Task UntilFinishedAsync(Database database, int wanted)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(Generations > 500 ? 15 : 4));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await tick.WaitForNextTickAsync(patience.Token))
        {
            if (await CountAsync(database, "SELECT COUNT(*) FROM generations WHERE finished_at IS NOT NULL") >= wanted)
                return;
        }
    }

    private async Task ReportAsync(Database database, ReplicateDouble replicate, int generations, TimeSpan took)
    {
        var rows = await database.ReadAsync(session => session.QueryAsync<string>(
            "SELECT outcome || ' ' || COUNT(*) || ' ' || SUBSTR(COALESCE(error, ''), 1, 60) FROM generation_attempts GROUP BY outcome, SUBSTR(COALESCE(error, ''), 1, 60)"));
        var failed = await database.ReadAsync(session => session.QueryAsync<string>(
            "SELECT error_code || ': ' || error_message FROM generations WHERE status <> 'completed'"));
        output.WriteLine($"{generations} generations in {took.TotalSeconds:0} s, {replicate.Billed} billed, {_played.Values.Sum()} faults: "
            + string.Join(", ", _played.Select(pair => $"{pair.Key} {pair.Value}")));
        output.WriteLine($"attempts: {string.Join("; ", rows)}\nnot completed: {string.Join("; ", failed)}");
    }

    private static Task<long> CountAsync(Database database, string sql) => database.ReadAsync(session => session.ScalarAsync<long>(sql));
}

// Workers as real processes: killed, frozen, cut off, with wrong clocks and full disks. Nothing is lost and nothing is settled twice.
using System.Diagnostics;
using System.Globalization;
using Atelier.Testing;
using Npgsql;

namespace Atelier.Durable.Tests;

/// <summary>Alone, for eight processes and a restarting server are no company for tests that count on half a minute.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class CrewCollection
{
    public const string Name = "Crew";
}

[Collection(CrewCollection.Name)]
public sealed class CrewTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly TempFolder _folder = new();
    private readonly List<Process> _crew = [];

    public void Dispose()
    {
        foreach (var worker in _crew)
        {
            if (!worker.HasExited)
                worker.Kill();
            worker.Dispose();
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task Eight_processes_do_twenty_thousand_jobs_once_each_while_workers_die_and_freeze_and_the_server_restarts()
    {
        const int Jobs = 20_000;
        await using var server = await PostgresServer.StartAsync(fsync: true);
        var connection = await server.CreateDatabaseAsync();
        await using var database = await PrepareAsync(connection);
        var queue = new JobQueue(database, new JobHandlers());
        await queue.Lanes.ConfigureAsync("limited", new LaneSettings { Concurrency = 40, TenantConcurrency = 4 });
        await queue.EnqueueManyAsync([.. Enumerable.Range(0, Jobs).Select(n => new NewJob
        {
            Kind = n % 4 == 0 ? "row" : "nothing",
            Payload = "{}",
            MaxAttempts = 1_000,
            Lane = n % 3 == 0 ? "limited" : "open",
            Tenant = n % 3 == 0 ? $"tenant-{n % 50}" : "",
        })]);
        for (var n = 0; n < 8; n++)
            await HireAsync(connection, clockSkew: n switch { 0 => 10, 1 => -10, _ => 0 });

        await DisturbAsync(server, connection, queue);
        await EmptyAsync(queue);

        await ShouldBeDoneOnceEachAsync(database, queue, Jobs / 4);
    }

    [Fact]
    public async Task A_full_disk_stops_the_work_on_sqlite_and_loses_none_of_it()
    {
        const int Jobs = 600;
        var file = _folder["full.db"];
        var connection = $"Data Source={file}";
        await using var database = await PrepareAsync(connection);
        var queue = new JobQueue(database, new JobHandlers());
        var payload = $"\"{new string('x', 2_000)}\"";
        await queue.EnqueueManyAsync([.. Enumerable.Range(0, Jobs).Select(_ => new NewJob { Kind = "row", Payload = payload, MaxAttempts = 1_000 })]);
        await database.TransactAsync(tx => tx.ExecuteAsync("insert into done (job_id) values (0)"));

        // A reader keeps the log from beginning anew, and no file of the worker may grow beyond what the log has now and a little: every
        // commit fails when that is used up.
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reader = database.ReadAsync(async session =>
        {
            await session.ScalarAsync<long>("select count(*) from jobs");
            await done.Task;
            return 0;
        });
        var blocks = (new FileInfo(file + "-wal").Length / 512) + 4_000;
        var starved = await HireAsync(connection, limits: $"ulimit -f {blocks.ToString(CultureInfo.InvariantCulture)}; trap '' XFSZ;");
        await UntilStuckAsync(database);
        starved.Kill();
        await starved.WaitForExitAsync();
        done.SetResult();
        await reader;

        await HireAsync(connection);
        await EmptyAsync(queue);
        await database.TransactAsync(tx => tx.ExecuteAsync("delete from done where job_id = 0"));
        await ShouldBeDoneOnceEachAsync(database, queue, Jobs);
    }

    private async Task DisturbAsync(PostgresServer server, string connection, JobQueue queue)
    {
        for (var round = 0; round < 4; round++)
        {
            Random(_crew).Kill();
            await HireAsync(connection);

            // Frozen for longer than its lease, then let go on: what it had in hand belongs to others by then.
            var frozen = Random([.. _crew.Where(worker => !worker.HasExited)]);
            await SignalAsync(frozen, "STOP");
            await CutAllAsync(connection);
            await Task.Delay(TimeSpan.FromSeconds(2.5));
            await SignalAsync(frozen, "CONT");
            if (round % 2 == 0)
                await server.RestartAsync();
        }

        (await queue.StatsAsync()).Depths.Sum(depth => depth.Count).ShouldBeGreaterThan(0, "the faults came while there was work");
    }

    private static async Task ShouldBeDoneOnceEachAsync(Database database, JobQueue queue, int rows)
    {
        var done = await database.ReadAsync(session => session.QueryAsync<long>("select job_id from done"));
        done.Count.ShouldBe(rows);
        done.Distinct().Count().ShouldBe(rows);
        (await queue.DeadLettersAsync()).ShouldBeEmpty();
        (await queue.Lanes.ListAsync()).ShouldAllBe(lane => lane.InFlight == 0);
        (await database.ReadAsync(session => session.ScalarAsync<int>("select coalesce(sum(held), 0) from lane_tenants"))).ShouldBe(0);
    }

    private static async Task<Database> PrepareAsync(string connection)
    {
        var database = Database.Open(connection, TimeProvider.System, Quiet.Logs);
        await Migrator.MigrateAsync(database, [DurableMigrations.Source]);
        await database.TransactAsync(tx => tx.ExecuteAsync("create table done (job_id bigint not null)"));
        return database;
    }

    private async Task<Process> HireAsync(string connection, double clockSkew = 0, string limits = "")
    {
        var crew = Path.Combine(AppContext.BaseDirectory, "Atelier.Durable.Crew.dll");
        var start = new ProcessStartInfo("sh") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])
            ["-c", $"{limits} exec dotnet \"$0\" \"$@\"", crew, connection, "2", clockSkew.ToString(CultureInfo.InvariantCulture)])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["DOTNET_EnableWriteXorExecute"] = "0"; // its double mapping needs a large file, which the limit forbids
        var worker = Process.Start(start)!;
        _crew.Add(worker);
        (await worker.StandardOutput.ReadLineAsync()).ShouldBe("working");
        return worker;
    }

    private static async Task EmptyAsync(JobQueue queue)
    {
        using var limit = new CancellationTokenSource(Patience);
        while ((await queue.StatsAsync(limit.Token)).Depths.Count > 0)
            await Task.Delay(100, limit.Token);
    }

    /// <summary>Waits until something was done, and then nothing more for two seconds.</summary>
    private static async Task UntilStuckAsync(Database database)
    {
        var begun = Stopwatch.GetTimestamp();
        for (var (before, same) = (0L, 0); same < 10;)
        {
            Stopwatch.GetElapsedTime(begun).ShouldBeLessThan(Patience);
            await Task.Delay(200);
            var now = await database.ReadAsync(session => session.ScalarAsync<long>("select count(*) from done"));
            (before, same) = (now, now > 1 && now == before ? same + 1 : 0);
        }

        (await database.ReadAsync(session => session.ScalarAsync<long>("select count(*) from jobs"))).ShouldBeGreaterThan(0);
    }

    private static async Task CutAllAsync(string connection)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var cut = source.CreateCommand(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
        await cut.ExecuteNonQueryAsync();
    }

    private static async Task SignalAsync(Process worker, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", worker.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private static Process Random(IReadOnlyList<Process> crew) => crew[System.Random.Shared.Next(crew.Count)];
}

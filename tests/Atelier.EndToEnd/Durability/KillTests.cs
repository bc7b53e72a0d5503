// kill -9 at random moments: 200 generations, ten kills, and in the end exactly 200 pictures, each painted and stored once.
using Atelier.Client;
using Atelier.Durable;
using Atelier.Generating;
using Atelier.Storage;
using Atelier.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Atelier.EndToEnd.Durability;

public sealed class KillTests
{
    private const int Generations = 200, PerRequest = 4, Kills = 10;

    [Fact]
    public async Task Ten_kills_lose_nothing_and_repeat_nothing_on_SQLite()
    {
        using var folder = new TempFolder();
        await SurviveAsync(folder, connection: null, processes: 1);
    }

    [Fact]
    public async Task Ten_kills_of_two_processes_that_share_PostgreSQL_lose_nothing_and_repeat_nothing()
    {
        using var folder = new TempFolder();
        await using var postgres = await PostgresServer.StartAsync(fsync: true);
        await SurviveAsync(folder, await postgres.CreateDatabaseAsync(), processes: 2);
    }

    private static async Task SurviveAsync(TempFolder folder, string? connection, int processes)
    {
        var servers = new List<KillableServer>();
        try
        {
            for (var i = 0; i < processes; i++)
                servers.Add(await KillableServer.StartAsync(folder.Path, connection));
            await using var database = Database.Open(
                connection ?? $"Data Source={folder["data/atelier.db"]}", TimeProvider.System, NullLoggerFactory.Instance);

            var submitting = SubmitAsync(servers);
            for (var kill = 1; kill <= Kills; kill++)
            {
                // Somewhere within the next share of the work, and a moment later: anywhere between two instructions.
                await UntilCompletedAsync(database, Generations * kill / (Kills + 2));
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(250)));
                await servers[Random.Shared.Next(servers.Count)].KillAndRestartAsync();
            }
            var submitted = await submitting;
            await UntilCompletedAsync(database, Generations);

            submitted.Distinct().Count().ShouldBe(Generations);
            await HoldsEachPictureOnceAsync(database);
            await HoldsNoOrphanAsync(database, new FileBlobStore(folder["data/images"], TimeProvider.System));
        }
        finally
        {
            servers.ForEach(server => server.Dispose());
        }
    }

    private static async Task<List<string>> SubmitAsync(List<KillableServer> servers)
    {
        var ids = new List<string>();
        for (var request = 0; request < Generations / PerRequest; request++)
        {
            var wish = new GenerationRequest { Prompt = "a boat on a lake", Width = 128, Height = 128, Count = PerRequest, Seed = request * 100 };
            ids.AddRange(await servers[request % servers.Count].SubmitAsync(wish, idempotencyKey: $"request-{request}"));
        }
        return ids;
    }

    private static async Task UntilCompletedAsync(Database database, int wanted)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await tick.WaitForNextTickAsync(patience.Token))
        {
            if (await CountAsync(database, "SELECT COUNT(*) FROM generations WHERE status = 'completed'") >= wanted)
                return;
            (await CountAsync(database, "SELECT COUNT(*) FROM generations WHERE status = 'failed'")).ShouldBe(0);
        }
    }

    private static async Task HoldsEachPictureOnceAsync(Database database)
    {
        (await CountAsync(database, "SELECT COUNT(*) FROM generations")).ShouldBe(Generations);
        (await CountAsync(database, "SELECT COUNT(*) FROM generations WHERE status = 'completed'")).ShouldBe(Generations);
        (await CountAsync(database, "SELECT COUNT(DISTINCT generation_id) FROM pictures")).ShouldBe(Generations);
        (await CountAsync(database, "SELECT COUNT(DISTINCT original_key) FROM pictures")).ShouldBe(Generations);
        (await CountAsync(database, "SELECT COUNT(*) FROM generation_attempts WHERE outcome = 'painted'")).ShouldBe(Generations);
        (await CountAsync(database, "SELECT COUNT(*) FROM generation_attempts WHERE outcome = 'open'")).ShouldBe(0);
        (await CountAsync(database, "SELECT COUNT(*) FROM events WHERE type = 'generation.completed'")).ShouldBe(Generations);
        (await CountAsync(database, "SELECT COUNT(*) FROM jobs")).ShouldBe(0);
        (await CountAsync(database, "SELECT COUNT(*) FROM dead_jobs")).ShouldBe(0);
    }

    private static async Task HoldsNoOrphanAsync(Database database, FileBlobStore blobs)
    {
        var later = new LaterTime(TimeSpan.FromHours(2));
        var sweep = new BlobSweep(
            blobs, new GenerationStore(database).UsedBlobsAsync, new BlobSweepOptions(), later, NullLogger<BlobSweep>.Instance);
        await sweep.RunAsync();
        var stored = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var blob in blobs.ListAsync())
            stored.Add(blob.Key.ToString());
        var used = await database.ReadAsync(session => session.QueryAsync<string>("SELECT DISTINCT key FROM blob_uses"));
        stored.SetEquals(used).ShouldBeTrue($"{stored.Count} blobs are stored, {used.Count} are used");
    }

    private static Task<long> CountAsync(Database database, string sql) => database.ReadAsync(session => session.ScalarAsync<long>(sql));

    private sealed class LaterTime(TimeSpan offset) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + offset;
    }
}

// The sweep: orphans go, everything that is referred to or young stays.
using Atelier.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Atelier.Tests.Storage;

public sealed class BlobSweepTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly string root = Directory.CreateTempSubdirectory("atelier-sweep-").FullName;
    private readonly ManualClock clock = new(Noon);
    private readonly HashSet<BlobKey> referenced = [];
    private readonly FileBlobStore store;

    public BlobSweepTests() => store = new FileBlobStore(root, clock);

    [Fact]
    public async Task Old_orphans_go_and_referenced_blobs_stay()
    {
        for (var i = 0; i < 30; i++)
        {
            var key = await store.PutAsync(new byte[10 + i]);
            if (i % 3 == 0)
                referenced.Add(key);
        }

        clock.Advance(TimeSpan.FromHours(2));
        var report = await Sweep(batch: 7).RunAsync();
        report.ShouldBe(new BlobSweepReport(30, 20, Enumerable.Range(0, 30).Where(i => i % 3 != 0).Sum(i => 10 + i), 0));
        (await KeysAsync()).ShouldBe(referenced, ignoreOrder: true);
    }

    [Fact]
    public async Task A_blob_put_just_before_its_commit_is_spared()
    {
        var key = await store.PutAsync("fresh"u8.ToArray());
        clock.Advance(TimeSpan.FromMinutes(59));
        (await Sweep().RunAsync()).Deleted.ShouldBe(0);
        clock.Advance(TimeSpan.FromMinutes(2));
        (await Sweep().RunAsync()).Deleted.ShouldBe(1);
        (await store.ExistsAsync(key)).ShouldBeFalse();
    }

    [Fact]
    public async Task An_orphan_that_is_put_again_while_the_sweep_is_under_way_is_spared()
    {
        var key = await store.PutAsync("again"u8.ToArray());
        clock.Advance(TimeSpan.FromHours(2));
        var sweep = new BlobSweep(store, async (_, token) =>
        {
            await store.PutAsync("again"u8.ToArray(), token); // its transaction has not committed yet
            return referenced;
        }, new BlobSweepOptions(), clock, NullLogger<BlobSweep>.Instance);

        (await sweep.RunAsync()).Deleted.ShouldBe(0);
        (await store.ExistsAsync(key)).ShouldBeTrue();
    }

    [Fact]
    public async Task Leftovers_of_interrupted_puts_go_with_it()
    {
        var leftover = Path.Combine(root, "tmp", "half");
        File.WriteAllText(leftover, "half a pic");
        File.SetLastWriteTimeUtc(leftover, Noon.AddHours(-3).UtcDateTime);
        (await Sweep().RunAsync()).Leftovers.ShouldBe(1);
        File.Exists(leftover).ShouldBeFalse();
    }

    [Fact]
    public async Task Where_the_question_fails_nothing_is_deleted()
    {
        var key = await store.PutAsync("kept"u8.ToArray());
        clock.Advance(TimeSpan.FromHours(2));
        var sweep = new BlobSweep(store, (_, _) => throw new IOException("The database is away."),
            new BlobSweepOptions(), clock, NullLogger<BlobSweep>.Instance);
        await Should.ThrowAsync<IOException>(() => sweep.RunAsync());
        (await store.ExistsAsync(key)).ShouldBeTrue();
    }

    private BlobSweep Sweep(int batch = 500) => new(
        store, (keys, _) => Task.FromResult<IReadOnlySet<BlobKey>>(keys.Where(referenced.Contains).ToHashSet()),
        new BlobSweepOptions { BatchSize = batch }, clock, NullLogger<BlobSweep>.Instance);

    private async Task<List<BlobKey>> KeysAsync()
    {
        var keys = new List<BlobKey>();
        await foreach (var entry in store.ListAsync())
            keys.Add(entry.Key);
        return keys;
    }

    public void Dispose() => Directory.Delete(root, recursive: true);
}

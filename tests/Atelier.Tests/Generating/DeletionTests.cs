// A deletion on both databases: gone at once, back on request for a while, and after that gone for good with every file.
using Atelier.Generating;
using Atelier.Storage;
using Atelier.Submitting;
using Atelier.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Atelier.Tests.Generating;

public sealed class SqliteDeletionTests : DeletionTests
{
    protected override Task<string> ConnectionStringAsync(TempFolder folder) =>
        Task.FromResult($"Data Source={Path.Combine(folder.Path, "atelier.db")}");
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresDeletionTests(PostgresFixture postgres) : DeletionTests
{
    protected override Task<string> ConnectionStringAsync(TempFolder folder) => postgres.Server.CreateDatabaseAsync();
}

public abstract class DeletionTests
{
    private const string Owner = "local";

    [Fact]
    public async Task What_is_deleted_is_gone_at_once_and_comes_back_as_it_was()
    {
        await using var studio = await Studio.OpenAsync(ConnectionStringAsync);
        var deleted = Deleted(studio, TimeSpan.Zero);
        var painted = await PaintAsync(studio);

        (await studio.Commands.DeleteAsync(painted.Id, Owner)).ShouldBe(CommandResult.Done);
        (await studio.Generations.FindAsync(painted.Id)).ShouldBeNull();
        (await studio.Generations.ListAsync(new GenerationFilter())).ShouldBeEmpty();
        (await deleted.ListAsync(Owner)).ShouldHaveSingleItem().Picture!.FullKey.ShouldBe(painted.Picture!.FullKey);
        (await deleted.ListAsync("mallory")).ShouldBeEmpty();

        (await deleted.RestoreAsync(painted.Id, "mallory")).ShouldBeFalse();
        (await deleted.RestoreAsync(painted.Id, Owner)).ShouldBeTrue();
        (await deleted.RestoreAsync(painted.Id, Owner)).ShouldBeFalse("it is there already");
        (await studio.Generations.FindAsync(painted.Id)).ShouldNotBeNull().Picture!.FullKey.ShouldBe(painted.Picture!.FullKey);
        (await studio.CountAsync($"SELECT COUNT(*) FROM events WHERE type = '{GenerationEvents.Restored}'")).ShouldBe(1);
    }

    [Fact]
    public async Task One_click_takes_back_what_one_click_deleted()
    {
        await using var studio = await Studio.OpenAsync(ConnectionStringAsync);
        var deleted = Deleted(studio, TimeSpan.Zero);
        var batch = await studio.SubmitAsync(new GenerationRequest { Prompt = "a cat", Count = 3 });
        var at = TimeProvider.System.GetUtcNow();
        await studio.Commands.DeleteAsync(batch.Generations[0].Id, Owner, at.AddSeconds(-1));
        foreach (var generation in batch.Generations.Skip(1))
            await studio.Commands.DeleteAsync(generation.Id, Owner, at);

        (await deleted.RestoreAsync(at, Owner)).ShouldBe(2);

        (await studio.Generations.BatchAsync(batch.BatchId)).Select(generation => (generation.BatchIndex, generation.Status))
            .ShouldBe([(1, GenerationStatus.Canceled), (2, GenerationStatus.Canceled)]);
    }

    [Fact]
    public async Task After_its_time_nothing_comes_back_and_the_files_are_removed_but_a_repeated_submission_still_finds_its_answer()
    {
        await using var studio = await Studio.OpenAsync(ConnectionStringAsync);
        var cat = new GenerationRequest { Prompt = "a cat", Seed = 5 };
        var submitted = (await studio.StartWorker().SubmitAsync(cat, "key")).Generations[0];
        var picture = (await studio.UntilFinishedAsync(submitted.Id)).Picture!;
        await studio.Commands.DeleteAsync(submitted.Id, Owner);

        (await Deleted(studio, TimeSpan.FromMinutes(59)).PurgeAsync(DateTimeOffset.UnixEpoch)).ShouldBe(0);
        (await SweepAsync(studio)).ShouldBe(0);
        var later = Deleted(studio, TimeSpan.FromMinutes(61));
        (await later.PurgeAsync(DateTimeOffset.UnixEpoch)).ShouldBe(0, "its row stays for a day");

        (await later.ListAsync(Owner)).ShouldBeEmpty();
        (await Deleted(studio, TimeSpan.Zero).RestoreAsync(submitted.Id, Owner)).ShouldBeFalse("not even with a slower clock");
        (await studio.CountAsync("SELECT COUNT(*) FROM generations WHERE prompt <> ''")).ShouldBe(0);
        (await SweepAsync(studio)).ShouldBeGreaterThan(0);
        foreach (var key in new[] { picture.OriginalKey, picture.FullKey, picture.PreviewKey, picture.ThumbnailKey })
            (await studio.Blobs.ExistsAsync(BlobKey.Parse(key))).ShouldBeFalse();
        (await studio.SubmitAsync(cat, "key")).ShouldSatisfyAllConditions(
            again => again.Replayed.ShouldBeTrue(), again => again.Generations.ShouldHaveSingleItem().Id.ShouldBe(submitted.Id));

        (await Deleted(studio, TimeSpan.FromHours(25)).PurgeAsync(DateTimeOffset.UnixEpoch)).ShouldBe(1);
        (await studio.CountAsync("SELECT COUNT(*) FROM generations")).ShouldBe(0);
    }

    protected abstract Task<string> ConnectionStringAsync(TempFolder folder);

    private static async Task<Generation> PaintAsync(Studio studio) =>
        await studio.StartWorker().UntilFinishedAsync((await studio.SubmitOneAsync()).Id);

    private static DeletedGenerations Deleted(Studio studio, TimeSpan later) =>
        new(studio.Database, new DeletionOptions(), new LaterClock(later));

    // A clock two hours ahead, so that the blobs are past the age under which a sweep spares everything.
    private static async Task<int> SweepAsync(Studio studio) => (await new BlobSweep(
        studio.Blobs, studio.Generations.UsedBlobsAsync, new BlobSweepOptions(), new LaterClock(TimeSpan.FromHours(2)),
        NullLogger<BlobSweep>.Instance).RunAsync()).Deleted;

    private sealed class LaterClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}

// The way of a picture on both databases: submitting, painting, failing, canceling, retrying, deleting.
using Atelier.Generating;
using Atelier.Providers;
using Atelier.Storage;
using Atelier.Submitting;
using Atelier.Testing;

namespace Atelier.Tests.Generating;

public sealed class SqliteGenerationTests : GenerationTests
{
    protected override Task<string> ConnectionStringAsync(TempFolder folder) =>
        Task.FromResult($"Data Source={Path.Combine(folder.Path, "atelier.db")}");
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresGenerationTests(PostgresFixture postgres) : GenerationTests
{
    protected override Task<string> ConnectionStringAsync(TempFolder folder) => postgres.Server.CreateDatabaseAsync();
}

public abstract class GenerationTests
{
    private static readonly GenerationRequest Cat = new() { Prompt = "a cat", Seed = 5 };

    [Fact]
    public async Task A_wish_becomes_a_stored_picture()
    {
        await using var studio = await OpenAsync();
        var submitted = await studio.StartWorker().SubmitOneAsync(Cat with { Width = 64, Height = 64, OutputFormat = "webp" });

        var done = await studio.UntilFinishedAsync(submitted.Id);

        done.Status.ShouldBe(GenerationStatus.Completed);
        done.Attempt.ShouldBe(1);
        var picture = done.Picture.ShouldNotBeNull();
        (picture.Width, picture.Height, picture.OriginalType, picture.ContentType).ShouldBe((64, 48, "image/png", "image/webp"));
        picture.BlurHash.Length.ShouldBeGreaterThan(5);
        foreach (var key in new[] { picture.OriginalKey, picture.FullKey, picture.PreviewKey, picture.ThumbnailKey })
            (await studio.Blobs.ExistsAsync(BlobKey.Parse(key))).ShouldBeTrue();
        var full = BlobKey.Parse(picture.FullKey);
        (await studio.Generations.UsedBlobsAsync([full, BlobKey.Parse(new string('0', 64))])).ShouldBe([full]);
        (await studio.CountAsync("SELECT COUNT(*) FROM jobs")).ShouldBe(0);
    }

    [Fact]
    public async Task Four_images_take_four_seeds_and_stay_in_order()
    {
        await using var studio = await OpenAsync();
        var batch = await studio.SubmitAsync(Cat with { Prompt = "a {red|blue} cat", Count = 4 });

        batch.Generations.Select(generation => generation.Seed).ShouldBe([5, 6, 7, 8]);
        batch.Generations.ShouldAllBe(generation => generation.PromptTemplate == "a {red|blue} cat" && !generation.Prompt.Contains('{'));
        (await studio.Generations.BatchAsync(batch.BatchId)).Select(generation => generation.Id)
            .ShouldBe(batch.Generations.Select(generation => generation.Id));
    }

    [Fact]
    public async Task What_an_engine_paints_beyond_the_one_picture_becomes_generations_of_their_own()
    {
        var images = new[] { 1, 2, 3 }.Select(seed => ((ProviderAnswer.Painted)ScriptedProvider.Picture(seed)).Images[0]).ToList();
        var broken = images[0] with { Bytes = new byte[] { 1, 2, 3 } };
        await using var studio = await OpenAsync(new ScriptedProvider().Start(new ProviderAnswer.Painted([images[0], images[1], broken, images[2]]) { Cost = 0.25m }));
        var wish = Cat with { Count = 2, Tags = ["pets"], Metadata = new Dictionary<string, string> { ["item"] = "7" } };
        var batch = await studio.SubmitAsync(wish);
        studio.StartWorker();
        foreach (var generation in batch.Generations)
            (await studio.UntilFinishedAsync(generation.Id)).Status.ShouldBe(GenerationStatus.Completed);

        var all = await studio.Generations.BatchAsync(batch.BatchId);

        all.Select(generation => generation.BatchIndex).ShouldBe([0, 1, 2, 3]);
        all.ShouldAllBe(generation => generation.Status == GenerationStatus.Completed && generation.PaintedBy == generation.Model && generation.Tags.Contains("pets"));
        all.Select(generation => generation.Picture!.OriginalKey).Distinct().Count().ShouldBe(4);
        var more = all.Skip(2).ToList();
        more.Select(generation => generation.Seed).ShouldBe([2, 3]);
        more.ShouldAllBe(generation => generation.Metadata.Count == 0 && generation.Warnings.Single().Contains("more than one picture"));
        // They came with a call that is paid for; nothing is owed for them.
        (await studio.Generations.AttemptsAsync(more[0].Id)).ShouldBeEmpty();
        (await studio.CountAsync("SELECT COUNT(*) FROM generation_attempts WHERE outcome = 'painted' AND cost = 0.25")).ShouldBe(1);
    }

    [Fact]
    public async Task The_same_key_replays_the_first_answer()
    {
        await using var studio = await OpenAsync();
        var first = await studio.SubmitAsync(Cat with { Count = 2 }, "key");
        var again = await studio.SubmitAsync(Cat with { Count = 2 }, "key");

        again.Replayed.ShouldBeTrue();
        again.BatchId.ShouldBe(first.BatchId);
        again.Generations.Select(generation => generation.Id).ShouldBe(first.Generations.Select(generation => generation.Id));
        (await studio.CountAsync("SELECT COUNT(*) FROM generations")).ShouldBe(2);
    }

    [Fact]
    public async Task The_same_key_for_another_wish_is_refused()
    {
        await using var studio = await OpenAsync();
        await studio.SubmitAsync(Cat, "key");
        (await studio.Submission.SubmitAsync(Cat with { Seed = 6 }, Submitter.Local, "key")).ShouldBeOfType<SubmissionResult.KeyReused>();
        (await studio.Submission.SubmitAsync(Cat with { Seed = 6 }, new Submitter("somebody else"), "key"))
            .ShouldBeOfType<SubmissionResult.Accepted>().Replayed.ShouldBeFalse();
    }

    [Fact]
    public async Task Twenty_at_once_under_one_key_make_one_batch()
    {
        await using var studio = await OpenAsync();
        var batches = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => studio.SubmitAsync(Cat, "key"))));
        batches.Select(batch => batch.BatchId).Distinct().Count().ShouldBe(1);
        batches.Count(batch => !batch.Replayed).ShouldBe(1);
        (await studio.CountAsync("SELECT COUNT(*) FROM jobs")).ShouldBe(1);
    }

    [Fact]
    public async Task A_full_queue_refuses_and_records_nothing()
    {
        await using var studio = await OpenAsync();
        for (var i = 0; i < 12; i++)
            await studio.SubmitAsync(Cat with { Count = 4 });
        (await studio.Submission.SubmitAsync(Cat with { Count = 4 }, Submitter.Local)).ShouldBeOfType<SubmissionResult.QueueFull>().Unfinished.ShouldBe(48);
        (await studio.CountAsync("SELECT COUNT(*) FROM generations")).ShouldBe(48);
    }

    [Fact]
    public async Task A_failure_that_may_pass_is_tried_again()
    {
        var broken = new ProviderAnswer.Failed(new ProviderFailure(FailureKind.Retryable, "The engine stumbled.", "stack"));
        await using var studio = await OpenAsync(new ScriptedProvider().Start(broken).Start(broken));
        var submitted = await studio.StartWorker().SubmitOneAsync(Cat);

        var done = await studio.UntilFinishedAsync(submitted.Id);

        (done.Status, done.Attempt, done.Error).ShouldBe((GenerationStatus.Completed, 3, null));
        (await studio.CountAsync("SELECT COUNT(*) FROM generation_attempts WHERE outcome = 'failed' AND error = 'stack'")).ShouldBe(2);
    }

    [Fact]
    public async Task A_failure_that_lasts_ends_in_a_failed_generation_that_can_be_retried()
    {
        var broken = new ProviderAnswer.Failed(new ProviderFailure(FailureKind.Retryable, "The engine stumbled."));
        await using var studio = await OpenAsync(new ScriptedProvider().Start(broken).Start(broken).Start(broken));
        var submitted = await studio.StartWorker().SubmitOneAsync(Cat);
        var failed = await studio.UntilFinishedAsync(submitted.Id);
        failed.Error.ShouldBe(new GenerationError("provider_error", "The engine stumbled.", Retryable: true));
        (await studio.Queue.DeadLettersAsync()).Count.ShouldBe(1);

        (await studio.Commands.RetryAsync(submitted.Id, "local")).ShouldBe(CommandResult.Done);

        (await studio.UntilFinishedAsync(submitted.Id)).Status.ShouldBe(GenerationStatus.Completed);
        (await studio.Queue.DeadLettersAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(FailureKind.Refused, "refused_by_policy", false)]
    [InlineData(FailureKind.BadInput, "bad_input", false)]
    [InlineData(FailureKind.Auth, "provider_auth", true)]
    public async Task A_failure_that_cannot_pass_is_not_tried_again(FailureKind kind, string code, bool retryable)
    {
        await using var studio = await OpenAsync(new ScriptedProvider().Start(new ProviderAnswer.Failed(new ProviderFailure(kind, "No."))));
        var submitted = await studio.StartWorker().SubmitOneAsync(Cat);
        (await studio.UntilFinishedAsync(submitted.Id)).Error.ShouldBe(new GenerationError(code, "No.", retryable));
        studio.Provider.Started.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_exception_in_an_adapter_is_an_attempt_and_tells_the_owner_nothing_internal()
    {
        static Task<ProviderAnswer> Explode(PaintRequest request, CancellationToken ct) => throw new InvalidOperationException("secret path");
        await using var studio = await OpenAsync(new ScriptedProvider().Start(Explode).Start(Explode).Start(Explode));
        var submitted = await studio.StartWorker().SubmitOneAsync(Cat);
        var failed = await studio.UntilFinishedAsync(submitted.Id);
        failed.Error!.Code.ShouldBe("internal_error");
        failed.Error.Message.ShouldNotContain("secret");
    }

    [Fact]
    public async Task A_blank_picture_is_refused_and_painted_again()
    {
        using var blank = Atelier.Vips.VipsImage.FromPixels(new byte[16 * 16 * 4], 16, 16);
        var answer = new ProviderAnswer.Painted([new PaintedImage(blank.EncodePng(), "image/png", null)]);
        await using var studio = await OpenAsync(new ScriptedProvider().Start(answer));
        var submitted = await studio.StartWorker().SubmitOneAsync(Cat);
        (await studio.UntilFinishedAsync(submitted.Id)).Attempt.ShouldBe(2);
    }

    [Fact]
    public async Task A_prediction_is_polled_and_never_started_again()
    {
        var provider = new ScriptedProvider()
            .Start(new ProviderAnswer.Pending("prediction-1", TimeSpan.FromMilliseconds(1), 0.2))
            .Poll(new ProviderAnswer.Pending("prediction-1", TimeSpan.FromMilliseconds(1), 0.5));
        await using var studio = await OpenAsync(provider);
        var submitted = await studio.StartWorker().SubmitOneAsync(Cat);

        (await studio.UntilFinishedAsync(submitted.Id)).Status.ShouldBe(GenerationStatus.Completed);

        provider.Started.Count.ShouldBe(1);
        provider.Polled.ShouldBe(["prediction-1", "prediction-1"]);
        (await studio.CountAsync("SELECT COUNT(*) FROM generation_attempts WHERE external_id = 'prediction-1' AND outcome = 'painted'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_run_that_stumbles_over_a_prediction_leaves_its_attempt_open_for_the_next()
    {
        var provider = new ScriptedProvider()
            .Start(new ProviderAnswer.Pending("prediction-1", TimeSpan.FromMilliseconds(1), null))
            .Poll(() => throw new InvalidOperationException("a bug"));
        await using var studio = await OpenAsync(provider);
        var submitted = await studio.StartWorker().SubmitOneAsync(Cat);

        (await studio.UntilFinishedAsync(submitted.Id)).Status.ShouldBe(GenerationStatus.Completed);

        provider.Started.Count.ShouldBe(1);
        (await studio.Generations.AttemptsAsync(submitted.Id)).ShouldHaveSingleItem().Outcome.ShouldBe("painted");
    }

    [Fact]
    public async Task A_prediction_that_fails_is_started_afresh_by_the_next_attempt()
    {
        var provider = new ScriptedProvider()
            .Start(new ProviderAnswer.Pending("prediction-1", TimeSpan.FromMilliseconds(1), null))
            .Poll(new ProviderAnswer.Failed(new ProviderFailure(FailureKind.Retryable, "It broke.")));
        await using var studio = await OpenAsync(provider);
        var submitted = await studio.StartWorker().SubmitOneAsync(Cat);
        (await studio.UntilFinishedAsync(submitted.Id)).Attempt.ShouldBe(2);
        provider.Started.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Canceling_a_waiting_generation_is_immediate()
    {
        await using var studio = await OpenAsync();
        var submitted = await studio.SubmitOneAsync(Cat);
        (await studio.Commands.CancelAsync(submitted.Id, "local")).ShouldBe(CommandResult.Done);
        (await studio.Generations.FindAsync(submitted.Id))!.Status.ShouldBe(GenerationStatus.Canceled);
        (await studio.CountAsync("SELECT COUNT(*) FROM jobs")).ShouldBe(0);
        (await studio.Commands.CancelAsync(submitted.Id, "local")).ShouldBe(CommandResult.NotNow);
    }

    [Fact]
    public async Task Canceling_a_running_generation_stops_its_engine()
    {
        static async Task<ProviderAnswer> Forever(PaintRequest request, CancellationToken ct)
        {
            await Task.Delay(Timeout.Infinite, ct);
            throw new InvalidOperationException("unreachable");
        }
        await using var studio = await OpenAsync(new ScriptedProvider().Start(Forever));
        var submitted = await studio.StartWorker().SubmitOneAsync(Cat);
        await studio.Provider.Asked.Task;

        (await studio.Commands.CancelAsync(submitted.Id, "local")).ShouldBe(CommandResult.Requested);

        (await studio.UntilFinishedAsync(submitted.Id)).Status.ShouldBe(GenerationStatus.Canceled);
        (await studio.CountAsync("SELECT COUNT(*) FROM generation_attempts WHERE outcome = 'canceled'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_canceled_generation_can_be_retried_once()
    {
        await using var studio = await OpenAsync();
        var submitted = await studio.SubmitOneAsync(Cat);
        await studio.Commands.CancelAsync(submitted.Id, "local");
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => studio.Commands.RetryAsync(submitted.Id, "local"))));
        results.Count(result => result == CommandResult.Done).ShouldBe(1);
        (await studio.CountAsync("SELECT COUNT(*) FROM jobs")).ShouldBe(1);
        (await studio.StartWorker().UntilFinishedAsync(submitted.Id)).Status.ShouldBe(GenerationStatus.Completed);
    }

    [Fact]
    public async Task Nobody_commands_what_belongs_to_somebody_else()
    {
        await using var studio = await OpenAsync();
        var submitted = await studio.SubmitOneAsync(Cat);
        (await studio.Commands.CancelAsync(submitted.Id, "mallory")).ShouldBe(CommandResult.NotFound);
        (await studio.Commands.RetryAsync(submitted.Id, "mallory")).ShouldBe(CommandResult.NotFound);
        (await studio.Commands.DeleteAsync(submitted.Id, "mallory")).ShouldBe(CommandResult.NotFound);
    }

    [Fact]
    public async Task Lists_page_by_id_and_filter()
    {
        await using var studio = await OpenAsync();
        for (var i = 0; i < 5; i++)
            await studio.SubmitAsync(Cat with { Prompt = $"cat {i} 100%", Tags = i % 2 == 0 ? ["even", "a_b"] : ["odd"] });

        var all = await studio.Generations.ListAsync(new GenerationFilter { Owner = "local" });
        var first = await studio.Generations.ListAsync(new GenerationFilter(), limit: 2);
        var second = await studio.Generations.ListAsync(new GenerationFilter(), before: first[^1].Id, limit: 2);

        all.Select(generation => generation.Prompt).ShouldBe(["cat 4 100%", "cat 3 100%", "cat 2 100%", "cat 1 100%", "cat 0 100%"]);
        first.Concat(second).Select(generation => generation.Id).ShouldBe(all.Take(4).Select(generation => generation.Id));
        (await studio.Generations.ListAsync(new GenerationFilter { Tag = "even" })).Count.ShouldBe(3);
        (await studio.Generations.ListAsync(new GenerationFilter { Tag = "a_b" })).Count.ShouldBe(3);
        (await studio.Generations.ListAsync(new GenerationFilter { Tag = "eve" })).ShouldBeEmpty();
        (await studio.Generations.ListAsync(new GenerationFilter { Text = "CAT 3" })).Count.ShouldBe(1);
        (await studio.Generations.ListAsync(new GenerationFilter { Text = "100%" })).Count.ShouldBe(5);
        (await studio.Generations.ListAsync(new GenerationFilter { Text = "3_100" })).ShouldBeEmpty();
        (await studio.Generations.ListAsync(new GenerationFilter { Statuses = [GenerationStatus.Failed] })).ShouldBeEmpty();
        (await studio.Generations.CountAsync("local"))[GenerationStatus.Queued].ShouldBe(5);
    }

    [Fact]
    public async Task An_input_image_reaches_the_engine_as_it_was_sent()
    {
        await using var studio = await OpenAsync();
        var bytes = ((ProviderAnswer.Painted)ScriptedProvider.Picture(3)).Images[0].Bytes;
        var submitted = await studio.StartWorker().SubmitOneAsync(Cat with { InputImages = [new InputSource.Upload(bytes)], Strength = 0.4 });
        await studio.UntilFinishedAsync(submitted.Id);
        var request = studio.Provider.Started.Single();
        request.InputImages.Single().Bytes.ToArray().ShouldBe(bytes.ToArray());
        (request.Strength, request.InputImages[0].ContentType).ShouldBe((0.4, "image/png"));
    }

    [Fact]
    public async Task What_is_no_image_is_refused_as_input()
    {
        await using var studio = await OpenAsync();
        var result = await studio.Submission.SubmitAsync(Cat with { InputImages = [new InputSource.Upload("hello"u8.ToArray())] }, Submitter.Local);
        result.ShouldBeOfType<SubmissionResult.Invalid>().Errors.Single().Field.ShouldBe("input_images[0]");
        (await studio.CountAsync("SELECT COUNT(*) FROM generations")).ShouldBe(0);
    }

    protected abstract Task<string> ConnectionStringAsync(TempFolder folder);

    private Task<Studio> OpenAsync(ScriptedProvider? provider = null) => Studio.OpenAsync(ConnectionStringAsync, provider);
}

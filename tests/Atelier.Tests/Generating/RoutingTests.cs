// Who paints, with which key, and what happens when a provider fails: never twice for one wish, never stuck behind one key.
using Atelier.Catalogue;
using Atelier.Durable;
using Atelier.Generating;
using Atelier.Keys;
using Atelier.Providers;
using Atelier.Submitting;
using Atelier.Vips;

namespace Atelier.Tests.Generating;

public abstract class RoutingContract
{
    private static readonly ModelCatalogue Models = ModelCatalogue.Parse("""
        models:
          - { id: free, name: Free, description: Free., provider: sketch, provider_model: m, formats: [png], sizes: { qualities: { standard: 1048576 } } }
          - { id: one/cat, aliases: [cat], name: One, description: One., provider: one, provider_model: m, formats: [png], price: { per: image, usd: 0.5 },
              typical_seconds: 0.01, sizes: { qualities: { standard: 1048576 } } }
          - { id: two/cat, aliases: [cat], name: Two, description: Two., provider: two, provider_model: m, formats: [png], price: { per: image, usd: 0.6 }, typical_seconds: 0.01,
              sizes: { qualities: { standard: 1048576 } } }
          - { id: three/cat, aliases: [cat], name: Three, description: Three., provider: two, provider_model: m, formats: [png], price: { per: image, usd: 0.7 }, parameters: { max_prompt: 3 },
              sizes: { qualities: { standard: 1048576 } } }
        """);

    private static readonly ProviderAnswer Throttled = Failed(FailureKind.RateLimited, TimeSpan.FromHours(1));
    private static readonly ProviderAnswer Lost = Failed(FailureKind.OutcomeUnknown);

    private readonly ScriptedProvider _one = new("one"), _two = new("two");

    private protected abstract Task<Studio> OpenAsync(IReadOnlyList<ProviderSetup> providers, ModelCatalogue models, TimeSpan absenceDelay = default);

    [Fact]
    public async Task The_first_model_of_a_shared_name_paints_and_the_record_says_so()
    {
        await using var studio = await OpenAsync(Setup(_one, "a"), Setup(_two, "b"));

        var painted = await PaintAsync(studio);

        (painted.Model, painted.RequestedModel, painted.PaintedBy, painted.Provider).ShouldBe(("one/cat", "cat", "one/cat", "one"));
        (await studio.Generations.AttemptsAsync(painted.Id)).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            attempt => attempt.Outcome.ShouldBe("painted"), attempt => attempt.Cost.ShouldBe(0.5m), attempt => attempt.Key.ShouldBe("a"));
    }

    [Fact]
    public async Task A_model_without_a_key_is_passed_over_and_one_that_nobody_set_up_is_refused()
    {
        await using var studio = await OpenAsync(Setup(_one), Setup(_two, "b"));

        (await PaintAsync(studio)).PaintedBy.ShouldBe("two/cat");
        var refused = (await studio.Submission.SubmitAsync(new GenerationRequest { Prompt = "a cat", Model = "one/cat" }, Submitter.Local)).ShouldBeOfType<SubmissionResult.Invalid>();
        refused.Errors.ShouldHaveSingleItem().Message.ShouldContain("atelier keys add one");
    }

    [Fact]
    public async Task A_throttled_key_is_parked_for_that_model_and_another_key_goes_on()
    {
        _one.Start(Throttled);
        await using var studio = await OpenAsync(Setup(_one, "a", "b"), Setup(_two, "c"));

        (await PaintAsync(studio)).PaintedBy.ShouldBe("one/cat");
        (await PaintAsync(studio)).PaintedBy.ShouldBe("one/cat");

        _one.Keys.Distinct().Count().ShouldBe(2);
        _one.Keys.Skip(1).Distinct().ShouldHaveSingleItem();
        (await studio.Health.ReadAsync()).Blocks.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            block => block.Model.ShouldBe("one/cat"), block => block.Until.ShouldNotBeNull());
    }

    [Fact]
    public async Task When_every_key_is_throttled_another_model_of_the_name_stands_in()
    {
        _one.Start(Throttled);
        await using var studio = await OpenAsync(Setup(_one, "a"), Setup(_two, "b"));

        var painted = await PaintAsync(studio);

        (painted.Model, painted.PaintedBy).ShouldBe(("one/cat", "two/cat"));
        (await studio.Generations.AttemptsAsync(painted.Id)).Select(attempt => (attempt.Provider, attempt.Outcome)).ShouldBe([("one", "failed"), ("two", "painted")]);
    }

    [Fact]
    public async Task Without_another_it_waits_and_says_why_and_spends_no_attempt()
    {
        _two.Start(Throttled);
        await using var studio = await OpenAsync(Setup(_one), Setup(_two, "b"));
        studio.StartWorker();
        var generation = await studio.SubmitOneAsync(new GenerationRequest { Prompt = "a cat", Model = "two/cat" });

        var waiting = await studio.UntilAsync(generation.Id, seen => seen.StatusDetail == "rate_limited");

        waiting.RetryAt.ShouldNotBeNull();
        (await studio.Queue.FindAsync(new JobId(waiting.JobId!.Value)))!.Attempt.ShouldBe(1);
        _two.Started.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(FailureKind.Auth)]
    [InlineData(FailureKind.QuotaExhausted)]
    public async Task A_key_that_is_refused_is_benched_and_operators_are_told(FailureKind kind)
    {
        _one.Start(Failed(kind));
        await using var studio = await OpenAsync(Setup(_one, "a", "b"), Setup(_two, "c"));
        var before = await studio.Feed.EndAsync(CancellationToken.None);

        (await PaintAsync(studio)).PaintedBy.ShouldBe("one/cat");

        await foreach (var told in studio.Feed.ReadAsync(new EventFilter(GenerationEvents.OperatorStream), before, CancellationToken.None))
        {
            told.Type.ShouldBe(ProviderHealth.BenchedEvent);
            break;
        }
        var benched = (await studio.Health.ReadAsync()).Blocks.ShouldHaveSingleItem();
        benched.Model.ShouldBe("");
        (await studio.Health.CureAsync("one", benched.KeyLabel)).ShouldBeTrue();
        (await studio.Health.ReadAsync()).Blocks.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_any_usable_key_it_fails_with_a_sentence()
    {
        _two.Start(Failed(FailureKind.Auth));
        await using var studio = await OpenAsync(Setup(_one), Setup(_two, "b"));

        var failed = await PaintAsync(studio, "two/cat");

        failed.Error!.Code.ShouldBe("provider_auth");
        _two.Started.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_start_whose_answer_was_lost_goes_on_with_the_prediction_that_is_found()
    {
        _one.Start(Lost);
        _one.Lookup = new ProviderLookup.Found("p1");
        await using var studio = await OpenAsync(Setup(_one, "a"), Setup(_two, "b"));

        (await PaintAsync(studio)).PaintedBy.ShouldBe("one/cat");

        (_one.Started.Count, string.Join(',', _one.Polled)).ShouldBe((1, "p1"));
    }

    [Fact]
    public async Task A_start_that_never_arrived_is_made_again()
    {
        _one.Start(Lost);
        _one.Lookup = new ProviderLookup.Absent();
        await using var studio = await OpenAsync(Setup(_one, "a"), Setup(_two, "b"));

        var painted = await PaintAsync(studio);

        _one.Started.Count.ShouldBe(2);
        (await studio.Generations.AttemptsAsync(painted.Id)).Select(attempt => (attempt.Outcome, attempt.Cost)).ShouldBe([("interrupted", 0m), ("painted", 0.5m)]);
    }

    [Fact]
    public async Task A_start_that_is_not_found_at_once_is_looked_for_again_before_that_is_believed()
    {
        _one.Start(Lost);
        _one.Lookup = new ProviderLookup.Absent();
        await using var studio = await OpenAsync([Setup(_one, "a"), Setup(_two, "b")], Models, TimeSpan.FromHours(1));
        studio.StartWorkerOnce();
        var generation = await studio.SubmitOneAsync(new GenerationRequest { Prompt = "a cat", Model = "one/cat" });
        var waiting = await studio.UntilAsync(generation.Id, seen => seen.StatusDetail == "polling");

        _one.Lookup = new ProviderLookup.Found("p1");
        await studio.Queue.WakeAsync(new JobId(waiting.JobId!.Value));

        (await studio.UntilFinishedAsync(generation.Id)).PaintedBy.ShouldBe("one/cat");
        _one.Started.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(UnknownPolicy.RetryOnce, 2, "outcome_unknown")]
    [InlineData(UnknownPolicy.Ask, 1, "outcome_unknown")]
    [InlineData(UnknownPolicy.GiveUp, 1, "outcome_unknown_final")]
    public async Task A_start_that_nobody_can_look_up_follows_the_policy(UnknownPolicy policy, int starts, string code)
    {
        _one.Start(Lost).Start(Lost).Start(Lost);
        await using var studio = await OpenAsync(Setup(_one, "a") with { Unknown = policy }, Setup(_two, "b"));

        var failed = await PaintAsync(studio, "one/cat");

        _one.Started.Count.ShouldBe(starts);
        failed.Error.ShouldNotBeNull().ShouldSatisfyAllConditions(error => error.Code.ShouldBe(code), error => error.Retryable.ShouldBe(policy != UnknownPolicy.GiveUp));
        (await studio.Generations.AttemptsAsync(failed.Id)).ShouldAllBe(attempt => attempt.Outcome == "unknown" && attempt.Cost == 0.5m);
    }

    [Fact]
    public async Task A_model_that_fails_again_and_again_is_left_alone_and_tried_by_one_when_its_pause_is_over()
    {
        await using var studio = await OpenAsync(Setup(_one, "a"), Setup(_two, "b"));
        for (var i = 0; i < ProviderHealth.Threshold; i++)
        {
            (await studio.Health.ReadAsync()).Circuits.ShouldAllBe(circuit => circuit.OpenUntil == null);
            await studio.Health.NoteFailureAsync("one", "one/cat", "down");
        }

        (await studio.Health.ReadAsync()).Circuits.ShouldHaveSingleItem().OpenUntil.ShouldNotBeNull();
        (await studio.Health.TryProbeAsync("one", "one/cat")).ShouldBeFalse();
        (await PaintAsync(studio)).PaintedBy.ShouldBe("two/cat");

        await studio.Database.TransactAsync(transaction => transaction.ExecuteAsync("UPDATE provider_circuits SET opened_until = 1"));
        (await studio.Health.TryProbeAsync("one", "one/cat")).ShouldBeTrue();
        (await studio.Health.TryProbeAsync("one", "one/cat")).ShouldBeFalse();
        await studio.Health.NoteSuccessAsync("one", "one/cat");
        (await studio.Health.ReadAsync()).Circuits.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_burst_of_failures_makes_one_pause_and_a_try_in_vain_makes_the_next_one_longer()
    {
        await using var studio = await OpenAsync(Setup(_one, "a"), Setup(_two, "b"));
        for (var i = 0; i < ProviderHealth.Threshold * 4; i++)
            await studio.Health.NoteFailureAsync("one", "one/cat", "down");
        (await PauseAsync(studio)).ShouldBeInRange(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(30));

        await studio.Database.TransactAsync(transaction => transaction.ExecuteAsync("UPDATE provider_circuits SET opened_until = 1"));
        (await studio.Health.TryProbeAsync("one", "one/cat")).ShouldBeTrue();
        await studio.Health.NoteFailureAsync("one", "one/cat", "down");

        (await PauseAsync(studio)).ShouldBeInRange(TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Failures_among_accepted_starts_open_no_circuit_but_predictions_that_fail_do()
    {
        await using var studio = await OpenAsync(Setup(_one, "a"), Setup(_two, "b"));
        for (var i = 0; i < ProviderHealth.Threshold * 2; i++)
        {
            await studio.Health.NoteFailureAsync("one", "one/cat", "down");
            await studio.Health.NoteAcceptedAsync("one", "one/cat");
        }
        (await studio.Health.ReadAsync()).Circuits.ShouldBeEmpty();

        for (var i = 0; i < ProviderHealth.Threshold; i++)
        {
            await studio.Health.NoteAcceptedAsync("one", "one/cat");
            await studio.Health.NoteFailureAsync("one", "one/cat", "the prediction failed", weight: 2);
        }
        (await studio.Health.ReadAsync()).Circuits.ShouldHaveSingleItem().OpenUntil.ShouldNotBeNull();
    }

    private static async Task<TimeSpan> PauseAsync(Studio studio) =>
        (await studio.Health.ReadAsync()).Circuits.ShouldHaveSingleItem().OpenUntil.ShouldNotBeNull() - TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task A_key_over_its_daily_budget_waits_for_the_next_day()
    {
        await using var studio = await OpenAsync(
            Setup(_one) with { Keys = [new ApiKey { Provider = "one", Label = "a", Secret = "s", DailyBudget = 0.5m, Source = "test" }] }, Setup(_two, "b"));

        (await PaintAsync(studio)).PaintedBy.ShouldBe("one/cat");
        await studio.Database.TransactAsync(transaction => transaction.ExecuteAsync("UPDATE generation_attempts SET cost = 0.6"));
        var ring = new KeyRing(studio.Database, studio.Keys, studio.Health, TimeProvider.System);

        (await ring.ChooseAsync(studio.Router.Find("one")!, "one/cat")).ShouldBeOfType<KeyChoice.Later>().Reason.ShouldContain("budget");
    }

    [Fact]
    public async Task Keys_share_the_work_by_their_weight()
    {
        ApiKey Key(string label, double weight) => new() { Provider = "one", Label = label, Secret = "s", Weight = weight, Source = "test" };
        await using var studio = await OpenAsync(Setup(_one) with { Keys = [Key("a", 1), Key("b", 3)] }, Setup(_two, "b"));
        var ring = new KeyRing(studio.Database, studio.Keys, studio.Health, TimeProvider.System);
        var chosen = new List<string>();

        for (var i = 0; i < 40; i++)
            chosen.Add((await ring.ChooseAsync(studio.Router.Find("one")!, "one/cat")).ShouldBeOfType<KeyChoice.Usable>().Key!.Label);

        chosen.Count(label => label == "b").ShouldBe(30);
    }

    [Fact]
    public async Task Stored_keys_are_sealed_and_used_and_can_be_taken_out_of_use()
    {
        await using var studio = await OpenAsync(Setup(_one), Setup(_two));
        (await studio.Keys.AddAsync(new ApiKey { Provider = "one", Label = "mine", Secret = "planted-secret", Source = "" })).ShouldBeTrue();
        (await studio.Keys.AddAsync(new ApiKey { Provider = "one", Label = "mine", Secret = "other", Source = "" })).ShouldBeFalse();

        (await PaintAsync(studio, "one/cat")).PaintedBy.ShouldBe("one/cat");

        _one.Keys.ShouldHaveSingleItem().ShouldBe("mine");
        (await studio.Database.ReadAsync(session => session.ScalarAsync<string>("SELECT sealed FROM provider_keys")))!.ShouldNotContain("planted");
        (await studio.Keys.ListAsync()).ShouldHaveSingleItem().Secret.ShouldBe("planted-secret");
        (await studio.Keys.DisableAsync("one", "mine", disabled: true)).ShouldBeTrue();
        (await studio.Keys.ListAsync()).ShouldHaveSingleItem().Disabled.ShouldBeTrue();
        new SecretBox([.. Enumerable.Repeat((byte)9, SecretBox.KeyBytes)]).Open("AAAA", "x").ShouldBeNull();
    }

    [Fact]
    public async Task Canceling_reaches_the_prediction()
    {
        _one.Start(new ProviderAnswer.Pending("p7", TimeSpan.FromHours(1)));
        await using var studio = await OpenAsync(Setup(_one, "a"), Setup(_two, "b"));
        studio.StartWorker();
        var generation = await studio.SubmitOneAsync(new GenerationRequest { Prompt = "a cat", Model = "one/cat" });
        await studio.UntilAsync(generation.Id, seen => seen.StatusDetail == "polling");

        await studio.Commands.CancelAsync(generation.Id, "local");

        await studio.UntilAsync(generation.Id, seen => seen.Status == GenerationStatus.Canceled);
        while (_one.Canceled.IsEmpty)
            await Task.Delay(5);
        _one.Canceled.ShouldHaveSingleItem().ShouldBe("p7");
    }

    [Fact]
    public async Task A_quality_beyond_the_model_is_upscaled_and_delivered_in_the_format_that_was_asked_for()
    {
        _one.Start((request, _) => Task.FromResult(PictureOf(request.Width, request.Height)));
        await using var studio = await OpenAsync(Setup(_one, "a"), Setup(_two, "b"));
        studio.StartWorker();

        var generation = await studio.SubmitOneAsync(new GenerationRequest { Prompt = "a cat", Model = "one/cat", Quality = "hd", AspectRatio = "16:9", OutputFormat = "webp" });
        var painted = await studio.UntilFinishedAsync(generation.Id);

        var asked = _one.Started.ShouldHaveSingleItem();
        ((double)asked.Width * asked.Height / 1_048_576).ShouldBeInRange(0.99, 1.01);
        asked.Format.ShouldBe(ImageFormat.Png);
        painted.Picture.ShouldNotBeNull().ShouldSatisfyAllConditions(
            picture => ((double)picture.Width * picture.Height / 2_359_296).ShouldBeInRange(0.99, 1.01),
            picture => picture.ContentType.ShouldBe("image/webp"),
            picture => picture.OriginalType.ShouldBe("image/png"),
            picture => picture.OriginalKey.ShouldNotBe(picture.FullKey));
    }

    [Theory]
    [InlineData(null, "two/steps")]
    [InlineData(30, null)]
    public async Task A_default_of_the_meant_model_keeps_nobody_from_standing_in_but_a_wish_does(int? steps, string? painter)
    {
        var sharing = ModelCatalogue.Parse("""
            models:
              - { id: one/steps, aliases: [steps], name: O, description: O., provider: one, provider_model: m, formats: [png], parameters: { steps: { min: 1, max: 50, default: 28 } }, sizes: { qualities: { standard: 1048576 } } }
              - { id: two/steps, aliases: [steps], name: T, description: T., provider: two, provider_model: m, formats: [png], price: { usd: 1 }, parameters: { steps: { min: 1, max: 4, default: 3 } }, sizes: { qualities: { standard: 1048576 } } }
            """);
        _one.Start(Failed(FailureKind.RetiredModel));
        await using var studio = await OpenAsync([Setup(_one, "a"), Setup(_two, "b")], sharing);
        studio.StartWorkerOnce();

        var ended = await studio.UntilFinishedAsync((await studio.SubmitOneAsync(new GenerationRequest { Prompt = "a cat", Model = "steps", Steps = steps })).Id);

        ended.PaintedBy.ShouldBe(painter);
        if (painter is not null)
            _two.Started.ShouldHaveSingleItem().Steps.ShouldBe(3);
    }

    [Fact]
    public async Task A_mask_comes_in_the_pictures_size_and_the_way_the_engine_reads_it()
    {
        var masks = ModelCatalogue.Parse("""
            models:
              - { id: white, name: W, description: W., provider: one, provider_model: m, formats: [png], parameters: { max_input_images: 1, mask: white }, sizes: { qualities: { standard: 1048576 } } }
              - { id: black, name: B, description: B., provider: one, provider_model: m, formats: [png], parameters: { max_input_images: 1, mask: black, needs_mask: true }, sizes: { qualities: { standard: 1048576 } } }
            """);
        await using var studio = await OpenAsync([Setup(_one, "a")], masks);
        var picture = new InputSource.Upload(((ProviderAnswer.Painted)ScriptedProvider.Picture(1)).Images[0].Bytes);
        var request = new GenerationRequest { Prompt = "a cat", Model = "white", InputImages = [picture], Mask = new InputSource.Upload(Half()) };
        studio.StartWorkerOnce();

        await studio.UntilFinishedAsync((await studio.SubmitOneAsync(request)).Id);
        await studio.UntilFinishedAsync((await studio.SubmitOneAsync(request with { Model = "black" })).Id);

        var left = _one.Started.Select(started => LeftOf(started.Mask.ShouldNotBeNull())).ToList();
        left.ShouldBe([(64, 48, 255), (64, 48, 0)]);
        (await ErrorAsync(request with { Model = "black", Mask = null })).ShouldContain("mask is missing");
        (await ErrorAsync(request with { InputImages = [] })).ShouldContain("needs an input image");

        async Task<string> ErrorAsync(GenerationRequest wrong) =>
            (await studio.Submission.SubmitAsync(wrong, Submitter.Local)).ShouldBeOfType<SubmissionResult.Invalid>().Errors.ShouldHaveSingleItem().Message;
    }

    private Task<Studio> OpenAsync(params ProviderSetup[] providers) => OpenAsync(providers, Models);

    private static async Task<Generation> PaintAsync(Studio studio, string model = "cat")
    {
        studio.StartWorkerOnce();
        return await studio.UntilFinishedAsync((await studio.SubmitOneAsync(new GenerationRequest { Prompt = "a cat", Model = model })).Id);
    }

    private static ProviderSetup Setup(ScriptedProvider provider, params string[] keys) => new()
    {
        Provider = provider,
        Adapter = new ProviderAdapter(provider.Name, provider.Name, (_, _, _) => provider),
        Keys = [.. keys.Select(label => new ApiKey { Provider = provider.Name, Label = label, Secret = $"secret-{label}", Source = "test" })],
    };

    private static ProviderAnswer.Failed Failed(FailureKind kind, TimeSpan? after = null) => new(new ProviderFailure(kind, "It went wrong.", "raw details", after));

    // White on the left, black on the right.
    private static byte[] Half()
    {
        var pixels = new byte[32 * 32 * 4];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = i % 4 == 3 || i / 4 % 32 < 16 ? (byte)255 : (byte)0;
        using var image = VipsImage.FromPixels(pixels, 32, 32);
        return image.EncodePng();
    }

    private static (int Width, int Height, int Left) LeftOf(InputImage mask)
    {
        using var image = VipsImage.FromEncoded(mask.Bytes.Span);
        using var left = image.Crop(0, 0, image.Width / 4, image.Height);
        return (image.Width, image.Height, (int)Math.Round(left.Statistics()[0].Mean));
    }

    private static ProviderAnswer PictureOf(int width, int height)
    {
        var pixels = new byte[width * height * 4];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = i % 4 == 3 ? (byte)255 : (byte)(i * 7 / 64);
        using var image = VipsImage.FromPixels(pixels, width, height);
        return new ProviderAnswer.Painted([new PaintedImage(image.EncodePng(), "image/png", null)]);
    }
}

public sealed class SqliteRoutingTests : RoutingContract
{
    private protected override Task<Studio> OpenAsync(IReadOnlyList<ProviderSetup> providers, ModelCatalogue models, TimeSpan absenceDelay = default) =>
        Studio.OpenAsync(folder => Task.FromResult($"Data Source={Path.Combine(folder.Path, "test.db")}"), others: providers, models: models, absenceDelay: absenceDelay);
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresRoutingTests(PostgresFixture postgres) : RoutingContract
{
    private protected override Task<Studio> OpenAsync(IReadOnlyList<ProviderSetup> providers, ModelCatalogue models, TimeSpan absenceDelay = default) =>
        Studio.OpenAsync(_ => postgres.Server.CreateDatabaseAsync(), others: providers, models: models, absenceDelay: absenceDelay);
}

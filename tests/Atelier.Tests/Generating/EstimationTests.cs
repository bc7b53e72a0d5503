// What an estimate foresees is what would happen, and looking changes nothing.
using Atelier.Catalogue;
using Atelier.Generating;
using Atelier.Keys;
using Atelier.Providers;
using Atelier.Submitting;

namespace Atelier.Tests.Generating;

public sealed class EstimationTests
{
    private static readonly ModelCatalogue Models = ModelCatalogue.Parse("""
        models:
          - { id: one/cat, aliases: [cat], name: One, description: One., provider: one, provider_model: m, formats: [png], price: { per: step, usd: 0.01 },
              parameters: { max_input_images: 1, steps: { min: 1, max: 20, default: 4 } }, sizes: { qualities: { standard: 1048576 } } }
          - { id: two/cat, aliases: [cat], name: Two, description: Two., provider: two, provider_model: m, formats: [png], price: { per: image, usd: 1 }, typical_seconds: 3,
              parameters: { steps: { min: 1, max: 20, default: 4 } }, sizes: { qualities: { standard: 1048576, hd: 2359296 } } }
        """);

    private readonly ScriptedProvider _one = new("one"), _two = new("two");

    [Fact]
    public async Task It_tells_model_sizes_and_cost_and_records_nothing()
    {
        await using var studio = await OpenAsync();

        var expected = await EstimateAsync(studio, new GenerationRequest { Prompt = "a cat", Model = "cat", Count = 3, Steps = 10, Quality = "hd" });

        (expected.Model.Id, expected.Count, expected.CostPerImage).ShouldBe(("one/cat", 3, 0.1m));
        (expected.Size.Paint, expected.Size.Final, expected.Size.Upscaled).ShouldBe((new PixelSize(1024, 1024), new PixelSize(1536, 1536), true));
        (await studio.CountAsync("SELECT COUNT(*) FROM generations") + await studio.CountAsync("SELECT COUNT(*) FROM jobs")).ShouldBe(0);
        _one.Started.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_image_is_looked_at_and_not_stored()
    {
        await using var studio = await OpenAsync();
        var image = ((ProviderAnswer.Painted)ScriptedProvider.Picture(1)).Images[0].Bytes;

        await EstimateAsync(studio, new GenerationRequest { Prompt = "a cat", Model = "one/cat", InputImages = [new InputSource.Upload(image)] });
        var broken = await studio.Estimation.OfAsync(new GenerationRequest { Prompt = "a cat", Model = "one/cat", InputImages = [new InputSource.Upload(new byte[9])] }, Submitter.Local);

        broken.ShouldBeOfType<Estimate.Invalid>().Errors.ShouldHaveSingleItem().Field.ShouldBe("input_images[0]");
        Directory.GetFiles(studio.BlobFolder, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_model_whose_key_is_blocked_is_stood_in_for_or_waited_for()
    {
        await using var studio = await OpenAsync();
        var until = TimeProvider.System.GetUtcNow().AddHours(1);
        await studio.Health.ParkAsync("one", "a", "one/cat", until, "its rate limit is reached");

        (await EstimateAsync(studio, new GenerationRequest { Prompt = "a cat", Model = "cat" })).ShouldSatisfyAllConditions(
            expected => expected.Model.Id.ShouldBe("two/cat"), expected => expected.Recorded.Id.ShouldBe("one/cat"), expected => expected.Seconds.ShouldBe(3),
            expected => expected.WaitsUntil.ShouldBeNull());
        (await EstimateAsync(studio, new GenerationRequest { Prompt = "a cat", Model = "one/cat" })).ShouldSatisfyAllConditions(
            expected => expected.Model.Id.ShouldBe("one/cat"), expected => expected.WaitsUntil.ShouldNotBeNull().ShouldBe(until, TimeSpan.FromSeconds(1)),
            expected => expected.Warnings.ShouldHaveSingleItem().ShouldContain("rate limit"));
    }

    [Fact]
    public async Task Looking_takes_no_turn_of_a_key_and_no_probe_of_a_model_that_was_left_alone()
    {
        await using var studio = await OpenAsync();
        for (var failure = 0; failure < ProviderHealth.Threshold; failure++)
            await studio.Health.NoteFailureAsync("one", "one/cat", "out of order");
        await studio.Database.TransactAsync(transaction => transaction.ExecuteAsync("UPDATE provider_circuits SET opened_until = 1"));
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => EstimateAsync(studio, new GenerationRequest { Prompt = "a cat", Model = "cat" })));

        (await studio.CountAsync("SELECT opened_until FROM provider_circuits")).ShouldBe(1);
        (await studio.Router.LookAsync(Models.Find("one/cat")!)).ShouldBeOfType<Route.Here>();
    }

    [Fact]
    public async Task A_cured_key_is_used_again_and_those_that_waited_for_it_look_at_once()
    {
        _two.Start(new ProviderAnswer.Failed(new ProviderFailure(FailureKind.QuotaExhausted, "No money.")));
        await using var studio = await OpenAsync();
        studio.StartWorker();
        var generation = await studio.SubmitOneAsync(new GenerationRequest { Prompt = "a cat", Model = "two/cat" });
        await studio.UntilAsync(generation.Id, seen => seen.StatusDetail == "rate_limited");

        (await studio.Care.CureAsync("two", "b")).ShouldBeTrue();

        (await studio.UntilFinishedAsync(generation.Id)).Status.ShouldBe(GenerationStatus.Completed);
        (await studio.Care.CureAsync("two", "b")).ShouldBeFalse();
    }

    private Task<Studio> OpenAsync() => Studio.OpenAsync(
        folder => Task.FromResult($"Data Source={folder["test.db"]}"), others: [Setup(_one, "a"), Setup(_two, "b")], models: Models);

    private static async Task<Estimate.Expected> EstimateAsync(Studio studio, GenerationRequest request) =>
        (await studio.Estimation.OfAsync(request, Submitter.Local)).ShouldBeOfType<Estimate.Expected>();

    private static ProviderSetup Setup(ScriptedProvider provider, string key) => new()
    {
        Provider = provider,
        Adapter = new ProviderAdapter(provider.Name, provider.Name, (_, _, _) => provider),
        Keys = [new ApiKey { Provider = provider.Name, Label = key, Secret = "secret", Source = "test" }],
    };
}

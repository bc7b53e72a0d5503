// Models, providers, estimates and attempts over HTTP. On both databases; every answer is held against the OpenAPI document.
using System.Net;
using System.Net.Http.Json;
using Atelier.Client;
using Atelier.Generating;
using Atelier.Keys;
using Atelier.Providers;
using Atelier.Web.Endpoints;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Web.Tests.Api;

public sealed class SeeingTheProvidersOnSqlite : SeeingTheProviders
{
    protected override Task<string?> DatabaseAsync() => Task.FromResult<string?>(null);
}

[Collection(OnPostgres.Name)]
public sealed class SeeingTheProvidersOnPostgres(Databases databases) : SeeingTheProviders
{
    protected override async Task<string?> DatabaseAsync() => await databases.PostgresAsync();
}

public abstract class SeeingTheProviders
{
    private const string Secret = "r8_planted-secret-71d0", Model = "replicate/flux-schnell";

    protected abstract Task<string?> DatabaseAsync();

    [Fact]
    public async Task Models_tell_what_they_cost_and_can_do()
    {
        await using var server = await ServerAsync();

        var models = await server.Client.ModelsAsync();

        models[0].ShouldSatisfyAllConditions(
            sketch => sketch.Id.ShouldBe("sketch"), sketch => sketch.Available.ShouldBeTrue(), sketch => sketch.PricePerImage.ShouldBe(0),
            sketch => sketch.Qualities.ShouldAllBe(quality => !quality.Upscaled));
        models.Single(model => model.Id == Model).ShouldSatisfyAllConditions(
            flux => flux.Price.Per.ShouldBe("image"), flux => flux.Price.Usd.ShouldBe(flux.PricePerImage), flux => flux.NsfwPolicy.ShouldBe("refused"),
            flux => flux.Licence.ShouldNotBeEmpty(), flux => flux.Parameters.Mask.ShouldBeFalse(),
            flux => flux.Qualities.Select(quality => (quality.Name, quality.Upscaled)).ShouldBe([("standard", false), ("hd", true), ("hd+", true), ("4k", true)]),
            flux => flux.Qualities[3].Delivered.ShouldBe("2880x2880"));
    }

    [Fact]
    public async Task A_model_that_cannot_paint_now_says_why_and_until_when()
    {
        await using var server = await ServerAsync();
        var until = TimeProvider.System.GetUtcNow().AddHours(1);
        (await ModelAsync(server)).Available.ShouldBeTrue();

        await server.Part<ProviderHealth>().ParkAsync("replicate", "main", Model, until, "its rate limit is reached");

        (await ModelAsync(server)).ShouldSatisfyAllConditions(
            model => model.Available.ShouldBeFalse(), model => model.UnavailableBecause!.ShouldContain("rate limit"),
            model => model.AvailableAt.ShouldNotBeNull().ShouldBe(until, TimeSpan.FromSeconds(1)));
        (await ModelAsync(server, "gemini/gemini-nano-banana-2.1")).ShouldSatisfyAllConditions(
            model => model.UnavailableBecause!.ShouldContain("providers: in atelier.yaml"), model => model.AvailableAt.ShouldBeNull());
    }

    [Fact]
    public async Task Providers_tell_health_keys_and_what_was_spent_and_never_a_secret()
    {
        await using var server = await ServerAsync();
        var health = server.Part<ProviderHealth>();
        await server.Part<StoredKeys>().AddAsync(new ApiKey { Provider = "replicate", Label = "stored", Secret = Secret, Weight = 2, DailyBudget = 5, Source = StoredKeys.Source });
        await health.BenchAsync("replicate", "main", until: null, "the account is closed");
        await health.ParkAsync("replicate", "stored", Model, TimeProvider.System.GetUtcNow().AddMinutes(9), "its rate limit is reached");
        await health.NoteFailureAsync("replicate", Model, "out of order");

        var text = await server.Http.GetStringAsync("/api/v1/providers");
        var replicate = (await server.Client.ProvidersAsync()).Single(provider => provider.Name == "replicate");

        text.ShouldNotContain(Secret);
        (replicate.Kind, replicate.Host, replicate.NeedsKey, replicate.Unknown, replicate.Available).ShouldBe(("replicate", "replicate.example:444", true, "ask", true));
        replicate.Keys.Select(key => (key.Label, key.Source, key.Weight, key.DailyBudget, key.State, key.Reason)).ShouldBe(
            [("main", "test", 1, null, "blocked", "the account is closed"), ("stored", "store", 2, 5, "ok", null)]);
        replicate.Parked.ShouldHaveSingleItem().ShouldSatisfyAllConditions(parked => parked.Key.ShouldBe("stored"), parked => parked.Model.ShouldBe(Model));
        replicate.Circuits.ShouldHaveSingleItem().ShouldBe(new CircuitRecord(Model, 1, null, "out of order"));
    }

    [Fact]
    public async Task A_provider_without_a_key_in_use_says_what_it_lacks()
    {
        await using var server = await ServerAsync();
        await server.Part<ProviderHealth>().BenchAsync("replicate", "main", TimeProvider.System.GetUtcNow().AddHours(1), "no money left");

        var providers = await server.Client.ProvidersAsync();

        providers.Select(provider => (provider.Name, provider.Available)).ShouldBe([("sketch", true), ("replicate", false)]);
        (providers[0].Host, providers[0].Unknown, providers[0].Keys.Count).ShouldBe((null, null, 0));
        (providers[1].UnavailableBecause, providers[1].AvailableAt is null).ShouldBe(("key main: no money left", false));
    }

    [Fact]
    public async Task A_key_is_cured_by_name_only()
    {
        await using var server = await ServerAsync();
        await server.Part<ProviderHealth>().BenchAsync("replicate", "main", until: null, "the account is closed");

        (await server.Client.CureKeyAsync("replicate", "main")).State.ShouldBe("ok");

        (await server.Client.CureKeyAsync("replicate", "main")).State.ShouldBe("ok");
        foreach (var path in new[] { "replicate/keys/mian", "nobody/keys/main" })
            (await server.Http.PostAsync($"/api/v1/providers/{path}/cure", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_estimate_tells_what_it_comes_to_and_records_nothing()
    {
        await using var server = await ServerAsync();

        var estimate = await server.Client.EstimateAsync(new GenerationRequest { Prompt = "a cat", Model = Model, Count = 2, Quality = "4k", NegativePrompt = "dogs" });

        (estimate.Model, estimate.StandsInFor, estimate.Provider, estimate.Count, estimate.Upscaled).ShouldBe((Model, null, "replicate", 2, true));
        (estimate.Painted, estimate.Delivered).ShouldBe((new SizeRecord(1024, 1024), new SizeRecord(2880, 2880)));
        (estimate.CostPerImage, estimate.Cost, estimate.WaitsUntil).ShouldBe((0.003m, 0.006m, null));
        estimate.Warnings.ShouldHaveSingleItem().ShouldContain("negative_prompt");
        (await server.Client.ListAsync()).Items.ShouldBeEmpty();
        (await server.Http.GetFromJsonAsync<QueueRecord>("/api/v1/queue", AtelierJson.Options))!.Depths.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_estimate_takes_a_form_and_its_images()
    {
        await using var server = await ServerAsync();
        using var form = new MultipartFormDataContent { { new StringContent("a cat"), "prompt" }, { new ByteArrayContent(Images.Png(64, 64)), "input_images", "cat.png" } };

        var answer = await server.Http.PostAsync("/api/v1/estimates", form);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadFromJsonAsync<EstimateRecord>(AtelierJson.Options))!.Model.ShouldBe("sketch");
        Directory.GetFiles(server.BlobFolder, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"prompt\": \"a cat\", \"steps\": \"many\", \"count\": 99}")]
    [InlineData("{\"prompt\": \"a cat\", \"model\": \"nobody\"}")]
    [InlineData("{\"prompt\": \"a cat\", \"model\": \"gemini/gemini-nano-banana-2.1\"}")]
    [InlineData("{\"prompt\": \"a cat\", \"model\": \"sketch\", \"input_images\": [{\"data\": \"AAAA\"}]}")]
    [InlineData("[]")]
    public async Task An_estimate_is_refused_as_the_submission_would_be(string body)
    {
        await using var server = await ServerAsync();

        var (estimate, submission) = (await PostAsync(server, "estimates", body), await PostAsync(server, "generations", body));

        (estimate.StatusCode, await estimate.Content.ReadAsStringAsync()).ShouldBe((submission.StatusCode, await submission.Content.ReadAsStringAsync()));
        ((int)estimate.StatusCode).ShouldBeInRange(400, 422);
    }

    [Fact]
    public async Task The_history_of_a_generation_tells_each_call()
    {
        var replies = new Queue<ProviderAnswer>([new ProviderAnswer.Failed(new ProviderFailure(FailureKind.Retryable, "It stumbled.", $"no: {Secret}"))]);
        await using var server = await ServerAsync(works: true, replies);
        var submitted = (await server.Client.SubmitAsync(new GenerationRequest { Prompt = "a cat", Model = Model })).Generations[0];
        await foreach (var _ in server.Client.WatchAsync(submitted.Id))
        {
            // The stream ends with the generation.
        }

        var attempts = await server.Client.AttemptsAsync(submitted.Id);

        attempts.Select(attempt => (attempt.Number, attempt.Provider, attempt.Model, attempt.Outcome, attempt.Cost, attempt.Key, attempt.Error)).ShouldBe(
            [(1, "replicate", Model, "failed", 0m, "main", "no: (key)"), (2, "replicate", Model, "painted", 0.003m, "main", null)]);
        attempts.ShouldAllBe(attempt => attempt.FinishedAt >= attempt.StartedAt);
        (await server.Client.ProvidersAsync()).Single(provider => provider.Name == "replicate").SpentToday.ShouldBe(0.003m);
        (await server.Http.GetAsync($"/api/v1/generations/{new string('0', 32)}/attempts")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await server.Http.GetAsync("/api/v1/generations/x/attempts")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public void An_owner_is_told_neither_the_key_nor_the_providers_complaint()
    {
        var attempt = new GenerationAttempt(1, "replicate", Model, "main", "p1", "failed", "their words", 0.003m, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);

        var (owner, operators) = (AttemptEndpoint.Of(attempt, forOperator: false), AttemptEndpoint.Of(attempt, forOperator: true));

        (operators.Key, operators.Error).ShouldBe(("main", "their words"));
        owner.ShouldBe(operators with { Key = null, Error = null });
    }

    private async Task<AtelierServer> ServerAsync(bool works = false, Queue<ProviderAnswer>? replies = null) => await AtelierServer.StartAsync(
        await DatabaseAsync(), works, adjust: services => services.AddSingleton(new ProviderSetup
        {
            Provider = new Replying("replicate", replies ?? []),
            Adapter = ProviderAdapter.Find("replicate")!,
            Address = new Uri("https://replicate.example:444/v1"),
            Keys = [new ApiKey { Provider = "replicate", Label = "main", Secret = Secret, Source = "test" }],
            Unknown = UnknownPolicy.Ask,
            Named = true,
        }));

    private static async Task<ModelRecord> ModelAsync(AtelierServer server, string id = Model) => (await server.Client.ModelsAsync()).Single(model => model.Id == id);

    private static async Task<HttpResponseMessage> PostAsync(AtelierServer server, string path, string body) =>
        await server.Http.PostAsync($"/api/v1/{path}", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

    // Answers what it is given, and paints when that is used up.
    private sealed class Replying(string name, Queue<ProviderAnswer> replies) : ImageProvider
    {
        public override string Name => name;

        public override Task<ProviderAnswer> StartAsync(PaintRequest request, PaintCall call, CancellationToken cancellationToken) =>
            Task.FromResult(replies.TryDequeue(out var reply) ? reply : new ProviderAnswer.Painted([Easel.Picture.Of(request)]));
    }
}

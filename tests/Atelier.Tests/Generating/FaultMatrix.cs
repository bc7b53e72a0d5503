// Every fault at every step of the way, through the whole product: how the generation ends, what its owner reads, what its history holds, what is paid.
using System.Collections.Concurrent;
using Atelier.Catalogue;
using Atelier.Doubles;
using Atelier.Generating;
using Atelier.Keys;
using Atelier.Providers;
using Atelier.Submitting;
using Atelier.Tests.Providers;
using Microsoft.AspNetCore.Http;

namespace Atelier.Tests.Generating;

// Each fault has a provider of its own at the same double, with two keys and one model, so that no fault meets what another one left behind.
public abstract class FaultMatrix<TDouble>(DoublesFixture doubles) : IClassFixture<DoublesFixture>, IAsyncLifetime where TDouble : ProviderDouble
{
    private protected const string Painted = "painted", Failed = "failed", Interrupted = "interrupted", Unknown = "unknown";

    private const string SecretPart = "s3cr3t";
    private const decimal Price = 0.5m;

    private readonly ProviderHttp _http = new(TimeProvider.System);
    private readonly ConcurrentDictionary<string, bool> _played = new();
    // Other pictures than those of other tests at the same double: a lost start is known by its input.
    private readonly int _seed = Random.Shared.Next(1_000_000_000);
    private long _before;

    private protected abstract ProviderAdapter Adapter { get; }

    /// <summary>The model of the double, and the template of its input, as YAML in one line.</summary>
    private protected abstract (string Model, string Input) Paints { get; }

    /// <summary>What is done when nobody can tell whether a start was carried out.</summary>
    private protected virtual UnknownPolicy Policy => UnknownPolicy.Ask;

    /// <summary>What else goes wrong.</summary>
    private protected Func<HttpRequest, Fault?>? Beside { get; set; }

    private protected TDouble Theirs => doubles.Host.Get<TDouble>();

    private protected long Billed => Theirs.Billed - _before;

    public Task InitializeAsync()
    {
        _before = Theirs.Billed;
        return Task.CompletedTask;
    }

    public Task DisposeAsync()
    {
        doubles.Host.Faults.Clear();
        _http.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>Paints one picture for each fault, which meets the first call that fits.</summary>
    private protected async Task<IReadOnlyList<Ended>> PaintAsync(Func<HttpRequest, bool> where, int keys = 2, Func<Fault, bool>? only = null, Func<Generation, bool>? until = null)
    {
        var faults = Fault.All.Where(only ?? (_ => true)).ToList();
        doubles.Host.Faults.Always = request =>
            where(request) && NumberOf(request) is { } number && _played.TryAdd($"{number}", true) ? faults[number] : Beside?.Invoke(request);
        return await PaintAsync(faults, keys, until);
    }

    /// <summary>Paints one picture for each fault, which meets the first fetch of any picture that none has met.</summary>
    private protected Task<IReadOnlyList<Ended>> FetchAsync()
    {
        var waiting = new ConcurrentQueue<Fault>(Fault.All);
        doubles.Host.Faults.Always = request =>
            request.Path.StartsWithSegments("/pictures", StringComparison.Ordinal) && _played.TryAdd(request.Path, true) && waiting.TryDequeue(out var fault) ? fault : null;
        return PaintAsync([.. Fault.All], keys: 2, until: null);
    }

    private async Task<IReadOnlyList<Ended>> PaintAsync(List<Fault> faults, int keys, Func<Generation, bool>? until)
    {
        using var folder = new Testing.TempFolder();
        await using var studio = await Studio.OpenAsync(
            data => Task.FromResult($"Data Source={data["test.db"]}"), others: [.. faults.Select((_, number) => Setup(number, keys))], models: Models(faults.Count));
        studio.StartWorker();
        var submitted = new List<Generation>();
        foreach (var number in Enumerable.Range(0, faults.Count))
            submitted.Add(await studio.SubmitOneAsync(new GenerationRequest { Prompt = $"{number} cats", Model = $"m{number}", Seed = _seed + number }));
        var ended = new List<Ended>();
        foreach (var (fault, generation) in faults.Zip(submitted))
        {
            var now = await studio.UntilAsync(generation.Id, until ?? (seen => seen.IsFinished));
            ended.Add(new Ended(fault, now, await studio.Generations.AttemptsAsync(generation.Id)));
        }
        (await studio.CountAsync("SELECT COUNT(*) FROM generations WHERE finished_at IS NOT NULL AND id IN (SELECT generation_id FROM generation_attempts WHERE outcome = 'open')"))
            .ShouldBe(0);
        return ended;
    }

    /// <summary>Checks one ending.</summary>
    /// <param name="ended">The ending.</param>
    /// <param name="code">The code of the failure; null for a picture.</param>
    /// <param name="attempts">How its attempts ended, in order.</param>
    private protected static void Check(Ended ended, string? code, params string[] attempts)
    {
        var why = $"{ended.Fault.Name}: {ended.Generation.Status} {ended.Generation.Error} [{string.Join(", ", ended.Attempts)}]";
        ended.Generation.Status.ShouldBe(code is null ? GenerationStatus.Completed : GenerationStatus.Failed, why);
        ended.Generation.Error?.Code.ShouldBe(code, why);
        ended.Attempts.Select(attempt => attempt.Outcome).ShouldBe(attempts, why);
        // What failed or never arrived costs nothing; what was painted, or may have been, is counted.
        ended.Attempts.ShouldAllBe(attempt => attempt.Outcome == Failed || attempt.Outcome == Interrupted ? attempt.Cost == 0 : attempt.Cost == Price, why);
        IsFitToBeRead(ended, why);
    }

    /// <summary>Checks how a start ended: by what the fault means, and where it means nothing, by what is done about lost starts.</summary>
    private protected static void CheckStart(Ended ended, string[] whenLost, string? codeWhenLost = null)
    {
        switch (ended.Fault.Name)
        {
            case "status 400" or "status 413" or "status 422":
                Check(ended, "bad_input", Failed);
                break;
            case "status 404":
                Check(ended, "model_retired", Failed);
                break;
            case "redirect into the private network":
                Check(ended, "provider_rejected", Failed);
                break;
            // The other key goes on; what passes is tried again.
            case "status 401" or "status 402" or "status 403" or "status 408" or "status 500" or "status 503":
            case var throttled when throttled.StartsWith("429", StringComparison.Ordinal):
                Check(ended, code: null, Failed, Painted);
                break;
            default:
                Check(ended, codeWhenLost, whenLost);
                break;
        }
    }

    private protected static bool IsAboutKeys(Fault fault) =>
        fault.Name is "status 401" or "status 402" or "status 403" || fault.Name.StartsWith("429", StringComparison.Ordinal);

    /// <summary>Checks how a start ended that took the only key out of use.</summary>
    private protected static void CheckOneKey(IReadOnlyList<Ended> ended)
    {
        foreach (var each in ended)
        {
            if (each.Fault.Name is "status 401" or "status 403")
            {
                Check(each, "provider_auth", Failed);
                continue;
            }
            each.Generation.ShouldSatisfyAllConditions(
                waiting => waiting.Status.ShouldBe(GenerationStatus.Queued), waiting => waiting.StatusDetail.ShouldBe("rate_limited"), waiting => waiting.RetryAt.ShouldNotBeNull());
            each.Attempts.ShouldHaveSingleItem().ShouldSatisfyAllConditions(attempt => attempt.Outcome.ShouldBe(Failed), attempt => attempt.Cost.ShouldBe(0));
            IsFitToBeRead(each, each.Fault.Name);
        }
    }

    /// <summary>Checks that every fetch that fails is made again, and that what is too large for good ends and is counted: it is painted.</summary>
    private protected async Task CheckFetchesAsync()
    {
        var ended = await FetchAsync();

        var tooLarge = ended.Where(each => each.Generation.Status != GenerationStatus.Completed).ToList().ShouldHaveSingleItem();
        tooLarge.Generation.Error.ShouldNotBeNull().ShouldSatisfyAllConditions(error => error.Code.ShouldBe("provider_rejected"), error => error.Message.ShouldEndWith("its picture is too large."));
        tooLarge.Attempts.ShouldHaveSingleItem().ShouldSatisfyAllConditions(attempt => attempt.Outcome.ShouldBe(Failed), attempt => attempt.Cost.ShouldBe(Price));
        foreach (var each in ended.Except([tooLarge]))
            Check(each, code: null, Painted);
        Billed.ShouldBe(ended.Count);
    }

    /// <summary>Its owner reads a sentence without raw details, and nobody reads a secret.</summary>
    private protected static void IsFitToBeRead(Ended ended, string why)
    {
        if (ended.Generation.Error is { } error)
        {
            error.Message.ShouldEndWith(".", customMessage: why);
            error.Message.ShouldStartWith(ended.Attempts[0].Provider.StartsWith("openai", StringComparison.Ordinal) ? "OpenAI" : ended.Generation.Model.StartsWith("fal", StringComparison.Ordinal) ? "fal" : "Replicate", customMessage: why);
            error.Message.ShouldNotContain("<", customMessage: why);
            error.Message.ShouldNotContain("{", customMessage: why);
            error.Message.ShouldNotContain("169.254", customMessage: why);
        }
        $"{ended.Generation} {string.Join(' ', ended.Attempts)}".ShouldNotContain(SecretPart, customMessage: why);
    }

    private ProviderSetup Setup(int number, int keys)
    {
        var name = $"{Adapter.Kind}-{number}";
        var endpoint = new ProviderEndpoint
        {
            Name = name,
            BaseUrl = doubles.Host.AddressOf(Theirs),
            ResultHosts = Adapter.ResultHosts,
            CallLimit = TimeSpan.FromSeconds(8),
            PaintLimit = TimeSpan.FromSeconds(8),
            MaxAnswer = 2 * 1024 * 1024,
            MaxPicture = 2 * 1024 * 1024,
        };
        return new ProviderSetup
        {
            Provider = Adapter.Create(endpoint, _http, TimeProvider.System),
            Adapter = Adapter,
            Unknown = Policy,
            Keys = [.. Enumerable.Range(0, keys).Select(key => new ApiKey { Provider = name, Label = $"k{key}", Secret = $"{ProviderDouble.GoodKey}{SecretPart}-{number}-{key}", Source = "test" })],
        };
    }

    private ModelCatalogue Models(int count) => ModelCatalogue.Parse("models:\n  - { id: free, name: Free, description: Free., provider: sketch, provider_model: m, formats: [png], sizes: { qualities: { standard: 1048576 } } }\n"
        + string.Concat(Enumerable.Range(0, count).Select(number => $$"""
              - { id: {{Adapter.Kind}}-{{number}}/m, aliases: [m{{number}}], name: M, description: M., provider: {{Adapter.Kind}}-{{number}}, provider_model: {{Paints.Model}}, formats: [png],
                  price: { per: image, usd: {{Price}} }, typical_seconds: 0.01, parameters: { seed: true }, sizes: { qualities: { standard: 1048576 } }, input: { {{Paints.Input}} } }

            """)));

    // Whose call it is, by its key.
    private static int? NumberOf(HttpRequest request) =>
        request.Headers.Authorization.ToString().Split('-') is [.., SecretPart, var number, _] ? int.Parse(number, System.Globalization.CultureInfo.InvariantCulture) : null;

    private protected sealed record Ended(Fault Fault, Generation Generation, IReadOnlyList<GenerationAttempt> Attempts);
}

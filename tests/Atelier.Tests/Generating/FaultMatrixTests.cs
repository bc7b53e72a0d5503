// The matrix of faults for a provider that can look a lost start up, for one that cannot, and for one that paints while the call lasts.
using Atelier.Doubles;
using Atelier.Doubles.Fal;
using Atelier.Doubles.OpenAi;
using Atelier.Doubles.Replicate;
using Atelier.Generating;
using Atelier.Providers;
using Atelier.Providers.Fal;
using Atelier.Providers.OpenAi;
using Atelier.Providers.Replicate;
using Atelier.Tests.Providers;

namespace Atelier.Tests.Generating;

public sealed class ReplicateFaultMatrix(DoublesFixture doubles) : FaultMatrix<ReplicateDouble>(doubles)
{
    private protected override ProviderAdapter Adapter => ReplicateProvider.Adapter;

    private protected override (string, string) Paints => ("black-forest-labs/flux-schnell", "prompt: \"{prompt}\", num_outputs: 1, seed: \"{seed}\", output_format: png");

    [Fact]
    public async Task A_start_that_fails_is_looked_up_and_never_paid_twice()
    {
        var ended = await PaintAsync(request => request.Method == "POST");

        foreach (var each in ended)
            CheckStart(each, each.Fault.Executes ? [Painted] : [Interrupted, Painted]);
        Billed.ShouldBe(ended.Count(each => each.Generation.Status == GenerationStatus.Completed));
    }

    [Fact]
    public async Task A_look_that_fails_is_repeated()
    {
        var ended = await PaintAsync(request => request.Method == "GET");

        foreach (var each in ended)
            Check(each, code: null, Painted);
        Billed.ShouldBe(ended.Count);
    }

    [Fact]
    public async Task A_picture_that_does_not_arrive_is_fetched_again() => await CheckFetchesAsync();

    [Fact]
    public async Task A_start_that_cannot_be_looked_up_either_is_looked_up_later()
    {
        var lookUps = 0;
        Beside = request => request.Path.Value!.EndsWith("/predictions", StringComparison.Ordinal) && request.Method == "GET" && Interlocked.Increment(ref lookUps) <= 3 ? Fault.Of("status 500") : null;

        var ended = await PaintAsync(request => request.Method == "POST", only: fault => fault.Name == "reset after the call was carried out");

        Check(ended.ShouldHaveSingleItem(), code: null, Painted);
        Billed.ShouldBe(1);
    }

    [Fact]
    public async Task With_one_key_it_waits_or_says_who_must_act()
    {
        var ended = await PaintAsync(request => request.Method == "POST", keys: 1, IsAboutKeys, seen => seen.IsFinished || seen.StatusDetail == "rate_limited");

        CheckOneKey(ended);
        Billed.ShouldBe(0);
    }
}

public sealed class FalFaultMatrix(DoublesFixture doubles) : FaultMatrix<FalDouble>(doubles)
{
    private protected override ProviderAdapter Adapter => FalProvider.Adapter;

    private protected override (string, string) Paints => ("fal-ai/flux/schnell", "prompt: \"{prompt}\", num_images: 1, seed: \"{seed}\", output_format: png");

    [Fact]
    public async Task A_start_of_which_nobody_knows_is_not_made_again_unasked()
    {
        var ended = await PaintAsync(request => request.Method == "POST");

        foreach (var each in ended)
            CheckStart(each, [Unknown], "outcome_unknown");
        // What was carried out and lost is paid, and the history says so: as unknown, at its price.
        Billed.ShouldBe(ended.Count(each => each.Generation.Status == GenerationStatus.Completed || each.Fault.Executes));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_look_that_fails_is_repeated(bool result)
    {
        var ended = await PaintAsync(request => request.Method == "GET" && request.Path.Value!.EndsWith("/status", StringComparison.Ordinal) != result);

        foreach (var each in ended)
        {
            // In place of a result this status is fal's own word that the engine rejected the input.
            if (result && each.Fault.Name == "status 422")
                Check(each, "bad_input", Failed);
            else
                Check(each, code: null, Painted);
        }
        Billed.ShouldBe(ended.Count);
    }

    [Fact]
    public async Task A_picture_that_does_not_arrive_is_fetched_again() => await CheckFetchesAsync();

    [Fact]
    public async Task With_one_key_it_waits_or_says_who_must_act()
    {
        var ended = await PaintAsync(request => request.Method == "POST", keys: 1, IsAboutKeys, seen => seen.IsFinished || seen.StatusDetail == "rate_limited");

        CheckOneKey(ended);
        Billed.ShouldBe(0);
    }
}

public abstract class OpenAiFaultMatrix(DoublesFixture doubles) : FaultMatrix<OpenAiDouble>(doubles)
{
    private protected override ProviderAdapter Adapter => OpenAiProvider.Adapter;

    private protected override (string, string) Paints => ("gpt-image-2", "prompt: \"{prompt}\", n: 1, size: \"{width}x{height}\", quality: medium, output_format: png");
}

public sealed class OpenAiAskingFaultMatrix(DoublesFixture doubles) : OpenAiFaultMatrix(doubles)
{
    [Fact]
    public async Task A_picture_of_which_nobody_knows_is_not_painted_again_unasked()
    {
        var ended = await PaintAsync(request => request.Method == "POST");

        foreach (var each in ended)
            CheckStart(each, [Unknown], "outcome_unknown");
        Billed.ShouldBe(ended.Count(each => each.Generation.Status == GenerationStatus.Completed || each.Fault.Executes));
    }

    [Fact]
    public async Task With_one_key_it_waits_or_says_who_must_act()
    {
        var ended = await PaintAsync(request => request.Method == "POST", keys: 1, IsAboutKeys, seen => seen.IsFinished || seen.StatusDetail == "rate_limited");

        CheckOneKey(ended);
        Billed.ShouldBe(0);
    }
}

public sealed class OpenAiRetryingFaultMatrix(DoublesFixture doubles) : OpenAiFaultMatrix(doubles)
{
    private protected override UnknownPolicy Policy => UnknownPolicy.RetryOnce;

    [Fact]
    public async Task A_picture_of_which_nobody_knows_is_painted_once_more_and_both_are_counted()
    {
        var ended = await PaintAsync(request => request.Method == "POST");

        foreach (var each in ended)
            CheckStart(each, [Unknown, Painted]);
        Billed.ShouldBe(ended.Sum(each => (each.Generation.Status == GenerationStatus.Completed ? 1 : 0) + (each.Fault.Executes ? 1 : 0)));
    }
}

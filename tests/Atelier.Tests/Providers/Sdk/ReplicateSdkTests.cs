// Replicate's own client is content with the double.
using System.Text.Json;
using Atelier.Doubles;
using Atelier.Doubles.Replicate;

namespace Atelier.Tests.Providers.Sdk;

public sealed class ReplicateSdkTests
{
    private const string Sdxl = "7762fd07cf82c948538e41f63f77d685e02b063e37e496e96eefd46c929f9bdc";

    [Fact]
    public async Task It_runs_a_model_in_one_held_call()
    {
        await using var doubles = await SdkStory.DoublesAsync();

        var told = await TellAsync(doubles, "runs");

        told.Of("pictures").GetArrayLength().ShouldBe(2);
        told.Picture("pictures", "1").ShouldBe("1024x1024");
        doubles.Get<ReplicateDouble>().Billed.ShouldBe(2);
        doubles.Calls.ShouldNotContain(call => call.Path.StartsWith("/replicate/v1/predictions/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_runs_a_version()
    {
        await using var doubles = await SdkStory.DoublesAsync();

        (await SdkStory.TellAsync(doubles, "replicate", "runsAVersion", word: Sdxl)).Picture("pictures", "0").ShouldBe("768x512");
    }

    [Fact]
    public async Task It_polls_until_the_picture_is_there()
    {
        await using var doubles = await SdkStory.DoublesAsync(TimeSpan.FromMilliseconds(500));

        var told = await TellAsync(doubles, "polls");

        // On a busy machine it may look too seldom to see it processing.
        told.Of("statuses").EnumerateArray().Select(status => status.GetString()).Distinct().Where(status => status != "processing").ShouldBe(["starting", "succeeded"]);
        told.Picture("picture").ShouldBe("1024x1024");
    }

    [Fact]
    public async Task It_uploads_what_it_is_given_as_bytes()
    {
        await using var doubles = await SdkStory.DoublesAsync();

        var told = await TellAsync(doubles, "uploads");

        told.TextOf("status").ShouldBe("succeeded");
        told.TextOf("image").ShouldNotBeNull().ShouldStartWith($"{doubles.Url}/replicate/v1/files/");
        doubles.Get<ReplicateDouble>().Files.ShouldBe(1);
    }

    [Theory]
    [InlineData("runs", "wrong-key", 401)]
    [InlineData("runs", ProviderDouble.PoorKey, 402)]
    [InlineData("finds", SdkStory.Key, 404)]
    [InlineData("rejects", SdkStory.Key, 422)]
    public async Task It_reports_an_error(string story, string key, int status)
    {
        await using var doubles = await SdkStory.DoublesAsync();

        (await TellAsync(doubles, story, key)).Error().ShouldBe(("ApiError", status));
        doubles.Get<ReplicateDouble>().Billed.ShouldBe(0);
    }

    [Fact]
    public async Task It_reports_a_refusal_as_a_failed_prediction()
    {
        await using var doubles = await SdkStory.DoublesAsync();
        doubles.Get<ReplicateDouble>().FailWith = "The input or output was flagged as sensitive. (E005)";

        (await TellAsync(doubles, "runs")).TextOf("error", "message").ShouldBe("Prediction failed: The input or output was flagged as sensitive. (E005)");
    }

    [Fact]
    public async Task It_comes_back_when_it_is_asked_for_a_pause()
    {
        await using var doubles = await SdkStory.DoublesAsync();
        doubles.Faults.Once(Fault.Answering("429", 429, """{"detail":"Request was throttled. Your rate limit resets in ~1s.","status":429,"retry_after":1}"""));

        (await TellAsync(doubles, "runs")).Of("pictures").GetArrayLength().ShouldBe(2);
        doubles.Get<ReplicateDouble>().Billed.ShouldBe(2);
    }

    [Fact]
    public async Task It_cancels()
    {
        await using var doubles = await SdkStory.DoublesAsync(TimeSpan.FromMinutes(1));

        var told = await TellAsync(doubles, "cancels");
        (told.TextOf("canceled"), told.TextOf("then")).ShouldBe(("canceled", "canceled"));

        told = await TellAsync(doubles, "aborts");
        told.Of("statuses").EnumerateArray().Select(status => status.GetString()).ShouldBe(["starting", "processing", "canceled"]);
        told.Of("output").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task It_finds_what_it_started()
    {
        await using var doubles = await SdkStory.DoublesAsync();

        (await TellAsync(doubles, "lists")).Of("found").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task It_takes_our_webhook_for_genuine_and_a_changed_one_for_false()
    {
        await using var doubles = await SdkStory.DoublesAsync();

        var told = await TellAsync(doubles, "hears");

        told.TextOf("status").ShouldBe("succeeded");
        (told.Of("genuine").GetBoolean(), told.Of("changed").GetBoolean()).ShouldBe((true, false));
    }

    private static Task<JsonElement> TellAsync(DoublesHost doubles, string story, string key = SdkStory.Key) => SdkStory.TellAsync(doubles, "replicate", story, key);
}

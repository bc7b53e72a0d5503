// fal's own client is content with the double.
using System.Text.Json;
using Atelier.Doubles;
using Atelier.Doubles.Fal;

namespace Atelier.Tests.Providers.Sdk;

public sealed class FalSdkTests
{
    [Fact]
    public async Task It_waits_in_the_queue_for_its_picture()
    {
        await using var doubles = await SdkStory.DoublesAsync(TimeSpan.FromSeconds(2));

        var told = await TellAsync(doubles, "subscribes");

        // On a busy machine it may look too seldom to see it in progress.
        told.Of("statuses").EnumerateArray().Select(status => status.GetString()).Where(status => status != "IN_PROGRESS").ShouldBe(["IN_QUEUE", "COMPLETED"]);
        told.Of("logs").GetArrayLength().ShouldBeGreaterThan(0);
        told.TextOf("requestId").ShouldNotBeNullOrEmpty();
        told.Of("seed").GetInt64().ShouldBe(7);
        told.Of("nsfw", "0").GetBoolean().ShouldBeFalse();
        told.Picture("picture").ShouldBe("768x512");
        doubles.Get<FalDouble>().Billed.ShouldBe(1);
    }

    [Fact]
    public async Task It_reports_what_is_wrong_with_which_field()
    {
        await using var doubles = await SdkStory.DoublesAsync();

        var told = await TellAsync(doubles, "rejects");

        told.Error().ShouldBe(("ValidationError", 422));
        told.TextOf("error", "fieldErrors", "0", "type").ShouldBe("less_than_equal");
        told.TextOf("error", "fieldErrors", "0", "loc", "1").ShouldBe("num_inference_steps");
        doubles.Get<FalDouble>().Billed.ShouldBe(0);
    }

    [Fact]
    public async Task It_reports_a_refusal()
    {
        await using var doubles = await SdkStory.DoublesAsync();
        doubles.Get<FalDouble>().EndWith = FalEnd.Typed(422, "content_policy_violation", "The content could not be processed.", retryable: false, "prompt");

        var told = await TellAsync(doubles, "subscribes");

        told.Error().ShouldBe(("ValidationError", 422));
        told.TextOf("error", "fieldErrors", "0", "type").ShouldBe("content_policy_violation");
    }

    [Theory]
    [InlineData("subscribes", "wrong-key", 401)]
    [InlineData("subscribes", ProviderDouble.PoorKey, 403)]
    [InlineData("finds", SdkStory.Key, 404)]
    public async Task It_reports_an_error(string story, string key, int status)
    {
        await using var doubles = await SdkStory.DoublesAsync();

        var told = await TellAsync(doubles, story, key);

        told.Error().ShouldBe(("ApiError", status));
        told.TextOf("error", "body", "detail").ShouldNotBeNullOrEmpty();
        doubles.Get<FalDouble>().Billed.ShouldBe(0);
    }

    [Fact]
    public async Task It_comes_back_when_it_is_asked_for_a_pause()
    {
        await using var doubles = await SdkStory.DoublesAsync();
        doubles.Faults.Once(Fault.Answering("429", 429, """{"detail":"Too many requests"}"""));

        (await TellAsync(doubles, "subscribes")).Picture("picture").ShouldBe("768x512");
        doubles.Get<FalDouble>().Billed.ShouldBe(1);
    }

    [Fact]
    public async Task It_cancels()
    {
        await using var doubles = await SdkStory.DoublesAsync();
        doubles.Get<FalDouble>().Holds = true;

        var told = await TellAsync(doubles, "cancels");

        (told.TextOf("status"), told.TextOf("before"), told.TextOf("after")).ShouldBe(("IN_QUEUE", "IN_QUEUE", "COMPLETED"));
        told.Of("result").GetInt32().ShouldBe(499);
    }

    private static Task<JsonElement> TellAsync(DoublesHost doubles, string story, string key = SdkStory.Key) => SdkStory.TellAsync(doubles, "fal", story, key);
}

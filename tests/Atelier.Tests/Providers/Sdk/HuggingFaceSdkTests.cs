// Hugging Face's own client is content with the double, at the router's own engine and at those behind it.
using System.Text.Json;
using Atelier.Doubles;
using Atelier.Doubles.HuggingFace;

namespace Atelier.Tests.Providers.Sdk;

public sealed class HuggingFaceSdkTests
{
    [Theory]
    [InlineData("paints", "768x512")]
    [InlineData("paintsAtTogether", "768x512")]
    [InlineData("paintsAtNscale", "1024x1024")]
    [InlineData("paintsAtFal", "1024x1024")]
    public async Task It_paints_at_every_engine(string story, string size)
    {
        await using var doubles = await SdkStory.DoublesAsync();

        (await TellAsync(doubles, story)).Picture().ShouldBe(size);
        doubles.Get<HuggingFaceDouble>().Billed.ShouldBe(1);
    }

    [Fact]
    public async Task It_edits_at_Replicate_where_it_sends_the_picture_under_every_name()
    {
        await using var doubles = await SdkStory.DoublesAsync();

        (await TellAsync(doubles, "edits")).Picture().ShouldBe("1024x1024");
        doubles.Calls.Last(call => call.Method == "POST").Body.ShouldContain("\"input_images\":[\"data:image/png;base64,");
    }

    [Theory]
    [InlineData("paints", "hf_wrong-key", 401)]
    [InlineData("paints", "hf_" + ProviderDouble.PoorKey, 402)]
    [InlineData("rejects", "hf_" + SdkStory.Key, 400)]
    public async Task It_reports_an_error(string story, string key, int status)
    {
        await using var doubles = await SdkStory.DoublesAsync();

        var told = await TellAsync(doubles, story, key);

        told.Error().ShouldBe(("InferenceClientProviderApiError", status));
        told.TextOf("error", "requestId").ShouldNotBeNullOrEmpty();
        doubles.Get<HuggingFaceDouble>().Billed.ShouldBe(0);
    }

    [Fact]
    public async Task It_reports_a_model_that_nobody_knows()
    {
        await using var doubles = await SdkStory.DoublesAsync();

        (await TellAsync(doubles, "finds")).Error().ShouldBe(("InferenceClientHubApiError", 404));
    }

    [Fact]
    public async Task It_comes_back_while_a_model_is_loading_and_not_when_it_is_too_fast()
    {
        await using var doubles = await SdkStory.DoublesAsync();
        doubles.Faults.Once(Fault.Answering("503", 503, """{"error":"Model X is currently loading","estimated_time":20.0}"""), request => request.Method == "POST");
        (await TellAsync(doubles, "paints")).Picture().ShouldBe("768x512");

        doubles.Faults.Once(Fault.Answering("429", 429, """{"error":"Too many requests"}"""), request => request.Method == "POST");
        (await TellAsync(doubles, "paints")).Error().ShouldBe(("InferenceClientProviderApiError", 429));
        doubles.Get<HuggingFaceDouble>().Billed.ShouldBe(1);
    }

    private static Task<JsonElement> TellAsync(DoublesHost doubles, string story, string key = "hf_" + SdkStory.Key) => SdkStory.TellAsync(doubles, "huggingface", story, key);
}

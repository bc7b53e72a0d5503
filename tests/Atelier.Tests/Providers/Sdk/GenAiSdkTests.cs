// Google's own client is content with the double.
using System.Text.Json;
using Atelier.Doubles;
using Atelier.Doubles.Gemini;

namespace Atelier.Tests.Providers.Sdk;

public sealed class GenAiSdkTests
{
    [Theory]
    [InlineData("paints", "2720x1536", 1)]
    [InlineData("paintsPlainly", "1024x1024", 1)]
    [InlineData("edits", "2720x1536", 2)]
    public async Task It_paints(string story, string size, int billed)
    {
        await using var doubles = await SdkStory.DoublesAsync();

        var told = await TellAsync(doubles, story);

        told.Of("pictures").GetArrayLength().ShouldBe(1);
        told.Picture("pictures", "0").ShouldBe(size);
        told.TextOf("finishReason").ShouldBe("STOP");
        told.Of("tokens").GetInt32().ShouldBe(1120);
        doubles.Get<GeminiDouble>().Billed.ShouldBe(billed);
    }

    [Fact]
    public async Task It_hears_a_stream()
    {
        await using var doubles = await SdkStory.DoublesAsync();

        (await TellAsync(doubles, "streams")).Picture("chunks", "0", "pictures", "0").ShouldBe("2720x1536");
    }

    [Fact]
    public async Task It_reports_a_blocked_prompt_and_a_picture_held_back()
    {
        await using var doubles = await SdkStory.DoublesAsync();
        doubles.Get<GeminiDouble>().BlockReason = "PROHIBITED_CONTENT";
        (await TellAsync(doubles, "paints")).TextOf("blockReason").ShouldBe("PROHIBITED_CONTENT");

        (doubles.Get<GeminiDouble>().BlockReason, doubles.Get<GeminiDouble>().FinishReason) = (null, "IMAGE_SAFETY");
        var told = await TellAsync(doubles, "paints");
        told.TextOf("finishReason").ShouldBe("IMAGE_SAFETY");
        told.Of("pictures").GetArrayLength().ShouldBe(0);
        doubles.Get<GeminiDouble>().Billed.ShouldBe(0);
    }

    [Theory]
    [InlineData("paints", "wrong-key", 400, "API_KEY_INVALID")]
    [InlineData("paints", ProviderDouble.PoorKey, 429, "\"retryDelay\":\"47s\"")]
    [InlineData("rejects", SdkStory.Key, 400, "INVALID_ARGUMENT")]
    [InlineData("retires", SdkStory.Key, 404, "NOT_FOUND")]
    public async Task It_reports_an_error(string story, string key, int status, string words)
    {
        await using var doubles = await SdkStory.DoublesAsync();

        var told = await TellAsync(doubles, story, key);

        told.Error().ShouldBe(("ApiError", status));
        told.TextOf("error", "message").ShouldNotBeNull().ShouldContain(words);
        doubles.Get<GeminiDouble>().Billed.ShouldBe(0);
    }

    private static Task<JsonElement> TellAsync(DoublesHost doubles, string story, string key = SdkStory.Key) => SdkStory.TellAsync(doubles, "genai", story, key);
}

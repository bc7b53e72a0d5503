// OpenAI's own client is content with the double.
using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.Doubles;
using Atelier.Doubles.OpenAi;

namespace Atelier.Tests.Providers.Sdk;

public sealed class OpenAiSdkTests
{
    [Fact]
    public async Task It_paints()
    {
        await using var doubles = await SdkStory.DoublesAsync();

        var told = await TellAsync(doubles, "generates");

        told.Of("pictures").GetArrayLength().ShouldBe(2);
        told.Picture("pictures", "0").ShouldBe("1536x1024");
        told.Of("usage", "total_tokens").GetInt32().ShouldBeGreaterThan(0);
        told.TextOf("requestId").ShouldNotBeNull().ShouldStartWith("req_");
        doubles.Get<OpenAiDouble>().Billed.ShouldBe(2);
    }

    [Fact]
    public async Task It_edits_one_picture_and_several()
    {
        await using var doubles = await SdkStory.DoublesAsync();

        var told = await TellAsync(doubles, "edits");

        told.Picture("one", "pictures", "0").ShouldBe("1536x1024");
        told.Of("two", "pictures").GetArrayLength().ShouldBe(2);
        told.Of("two", "usage", "input_tokens_details", "image_tokens").GetInt32().ShouldBe(200);
        doubles.Get<OpenAiDouble>().NewestForm.Count(part => part == "image[]").ShouldBe(2);
    }

    [Fact]
    public async Task It_hears_a_stream()
    {
        await using var doubles = await SdkStory.DoublesAsync();

        var told = await TellAsync(doubles, "streams");

        told.Of("events").EnumerateArray().Select(heard => heard.TextOf("type"))
            .ShouldBe(["image_generation.partial_image", "image_generation.partial_image", "image_generation.completed"]);
        told.Picture("events", "2").ShouldBe("1536x1024");
    }

    [Fact]
    public async Task It_reports_an_error_within_a_stream()
    {
        await using var doubles = await SdkStory.DoublesAsync();
        doubles.Get<OpenAiDouble>().EndStreamWith = new JsonObject { ["type"] = "image_generation_user_error", ["code"] = "moderation_blocked", ["message"] = "Rejected.", ["param"] = null };

        var told = await TellAsync(doubles, "streams");

        told.Error().ShouldBe(("APIError", null));
        told.TextOf("error", "code").ShouldBe("moderation_blocked");
    }

    [Theory]
    [InlineData("generates", "wrong-key", "AuthenticationError", 401, "invalid_api_key")]
    [InlineData("generates", ProviderDouble.PoorKey, "RateLimitError", 429, "insufficient_quota")]
    [InlineData("generates", OpenAiDouble.UnverifiedKey, "PermissionDeniedError", 403, null)]
    [InlineData("rejects", SdkStory.Key, "BadRequestError", 400, "invalid_value")]
    [InlineData("refuses", SdkStory.Key, "BadRequestError", 400, "moderation_blocked")]
    [InlineData("retires", SdkStory.Key, "NotFoundError", 404, "model_not_found")]
    public async Task It_reports_an_error(string story, string key, string error, int status, string? code)
    {
        await using var doubles = await SdkStory.DoublesAsync();

        var told = await TellAsync(doubles, story, key);

        told.Error().ShouldBe((error, status));
        told.TextOf("error", "code").ShouldBe(code);
        told.TextOf("error", "requestId").ShouldNotBeNull();
        doubles.Get<OpenAiDouble>().Billed.ShouldBe(0);
    }

    [Fact]
    public async Task It_comes_back_when_it_is_asked_for_a_pause()
    {
        await using var doubles = await SdkStory.DoublesAsync();
        doubles.Faults.Once(Fault.Answering("429", 429, """{"error":{"message":"Rate limit reached.","type":"requests","param":null,"code":"rate_limit_exceeded"}}""", headers: ("retry-after-ms", "5")));

        (await TellAsync(doubles, "persists")).Of("pictures").GetArrayLength().ShouldBe(1);
        doubles.Get<OpenAiDouble>().Billed.ShouldBe(1);
    }

    private static Task<JsonElement> TellAsync(DoublesHost doubles, string story, string key = SdkStory.Key) =>
        SdkStory.TellAsync(doubles, "openai", story, key, OpenAiDouble.ForbiddenWord);
}

// Gemini, against its double.
using System.Text.Json;
using Atelier.Catalogue;
using Atelier.Doubles;
using Atelier.Doubles.Gemini;
using Atelier.Providers;
using Atelier.Providers.Gemini;
using Atelier.Vips;

namespace Atelier.Tests.Providers.Gemini;

public sealed class GeminiTests(DoublesFixture doubles) : ProviderContract<GeminiDouble>(doubles)
{
    protected override ProviderAdapter Adapter => GeminiProvider.Adapter;

    protected override string PlainModel => "gemini/gemini-nano-banana-2.1";

    protected override bool PaintsAtOnce => true;

    protected override bool IsTestable => true;

    protected override bool IsStart(HttpRequestLike request) => request.Path.EndsWith(":generateContent", StringComparison.Ordinal);

    [Fact]
    public async Task Drafts_are_skipped_and_the_tokens_are_priced()
    {
        var painted = await PaintAsync(Provider(), Call());

        using var image = VipsImage.FromEncoded(painted.Images.ShouldHaveSingleItem().Bytes.Span);
        image.Width.ShouldBe(256);
        painted.Images[0].Seed.ShouldBeNull();
        // 10 tokens asked, 100 thought, 1,120 painted.
        painted.Cost.ShouldBe(0.034365m);
    }

    [Fact]
    public async Task A_seed_beyond_its_numbers_is_folded_and_told()
    {
        var painted = await PaintAsync(Provider(), Call(), Request(Model(PlainModel)) with { Seed = uint.MaxValue });

        painted.Images[0].Seed.ShouldBe(int.MaxValue);
    }

    [Fact]
    public async Task Images_size_and_shape_reach_it()
    {
        var model = Model("gemini/gemini-3-pro-image");
        await PaintAsync(Provider(), Call(), Request(model, SizePlan.For(model.Sizes, new AspectRatio(16, 9), "4k").Paint, images: 2));

        using var body = JsonDocument.Parse(Host.Calls.Last().Body);
        var parts = body.RootElement.At("contents")[0].At("parts").EnumerateArray().ToList();
        parts[0].At("text").Text().ShouldBe("a cat {prompt} on a mat");
        parts.Skip(1).Select(part => part.At("inlineData", "mimeType").Text()).ShouldBe(["image/png", "image/png"]);
        body.RootElement.At("generationConfig", "imageConfig").GetRawText().ShouldBe("""{"aspectRatio":"16:9","imageSize":"4K"}""");
    }

    [Theory]
    [InlineData("STOP", FailureKind.Retryable)]
    [InlineData("NO_IMAGE", FailureKind.Retryable)]
    [InlineData("MAX_TOKENS", FailureKind.Retryable)]
    [InlineData("OTHER", FailureKind.Retryable)]
    [InlineData("IMAGE_OTHER", FailureKind.Retryable)]
    [InlineData("MALFORMED_FUNCTION_CALL", FailureKind.Retryable)]
    [InlineData("UNEXPECTED_TOOL_CALL", FailureKind.Retryable)]
    [InlineData("TOO_MANY_TOOL_CALLS", FailureKind.Retryable)]
    [InlineData("CONTINUATION", FailureKind.Retryable)]
    [InlineData("SOMETHING_NEW", FailureKind.Retryable)]
    [InlineData("LANGUAGE", FailureKind.BadInput)]
    [InlineData("SAFETY", FailureKind.Refused)]
    [InlineData("BLOCKLIST", FailureKind.Refused)]
    [InlineData("PROHIBITED_CONTENT", FailureKind.Refused)]
    [InlineData("SPII", FailureKind.Refused)]
    [InlineData("IMAGE_SAFETY", FailureKind.Refused)]
    [InlineData("IMAGE_PROHIBITED_CONTENT", FailureKind.Refused)]
    [InlineData("RECITATION", FailureKind.Refused)]
    [InlineData("IMAGE_RECITATION", FailureKind.Refused)]
    public async Task An_end_without_a_picture_says_why(string reason, FailureKind kind)
    {
        var before = Theirs.Billed;
        Theirs.FinishReason = reason;
        var failure = await StartFailsAsync();
        Theirs.FinishReason = null;

        failure.Kind.ShouldBe(kind);
        failure.Details.ShouldNotBeNull().ShouldContain(reason);
        Theirs.Billed.ShouldBe(before);
    }

    [Theory]
    [InlineData("SAFETY")]
    [InlineData("OTHER")]
    [InlineData("BLOCKLIST")]
    [InlineData("PROHIBITED_CONTENT")]
    [InlineData("IMAGE_SAFETY")]
    [InlineData("MODEL_ARMOR")]
    [InlineData("JAILBREAK")]
    public async Task A_blocked_prompt_is_a_refusal(string reason)
    {
        Theirs.BlockReason = reason;
        var failure = await StartFailsAsync();
        Theirs.BlockReason = null;

        failure.Kind.ShouldBe(FailureKind.Refused);
        failure.Message.ShouldBe("Gemini refused this prompt or picture because of its content rules.");
    }

    [Theory]
    [InlineData(400, "INVALID_ARGUMENT", "Request contains an invalid argument.", "", FailureKind.BadInput)]
    [InlineData(400, "INVALID_ARGUMENT", "API key expired. Please renew the API key.", """{"reason":"API_KEY_INVALID"}""", FailureKind.Auth)]
    [InlineData(400, "FAILED_PRECONDITION", "User location is not supported for the API use.", "", FailureKind.Auth)]
    [InlineData(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.", "", FailureKind.Auth)]
    [InlineData(403, "PERMISSION_DENIED", "Your API key was reported as leaked.", "", FailureKind.Auth)]
    [InlineData(404, "NOT_FOUND", "models/gemini-2.5-flash-image is not found for API version v1beta.", "", FailureKind.RetiredModel)]
    [InlineData(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).", "", FailureKind.RateLimited)]
    [InlineData(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.", """{"violations":[{"quotaId":"GenerateRequestsPerMinutePerProjectPerModel"}]}""", FailureKind.RateLimited)]
    [InlineData(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.", """{"violations":[{"quotaId":"GenerateRequestsPerMinutePerProjectPerModel"},{"quotaId":"GenerateRequestsPerDayPerProjectPerModel"}]}""", FailureKind.QuotaExhausted)]
    [InlineData(429, "RESOURCE_EXHAUSTED", "Your prepayment credits are depleted. Please go to AI Studio to manage your project and billing.", "", FailureKind.QuotaExhausted)]
    [InlineData(429, "RESOURCE_EXHAUSTED", "Quota exceeded for metric: generate_content_free_tier_requests, limit: 0", "", FailureKind.QuotaExhausted)]
    [InlineData(500, "INTERNAL", "An internal error has occurred.", "", FailureKind.Retryable)]
    [InlineData(503, "UNAVAILABLE", "The model is overloaded. Please try again later.", "", FailureKind.Retryable)]
    [InlineData(504, "DEADLINE_EXCEEDED", "Deadline expired before operation could complete.", "", FailureKind.Retryable)]
    public async Task An_error_of_Google_is_understood(int code, string status, string message, string detail, FailureKind kind)
    {
        Host.Faults.Once(Fault.Answering("Google", code, $$"""{"error":{"code":{{code}},"message":"{{message}}","status":"{{status}}","details":[{{detail}}]} }"""));

        var failure = await StartFailsAsync();

        failure.Kind.ShouldBe(kind);
        if (kind == FailureKind.BadInput)
            failure.Message.ShouldContain("invalid argument");
    }

    [Fact]
    public async Task A_pause_is_as_long_as_its_RetryInfo_says()
    {
        Host.Faults.Once(Fault.Answering("Google", 429,
            """{"error":{"code":429,"message":"Quota exceeded","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.07s"}]}}"""));

        (await StartFailsAsync()).RetryAfter.ShouldBe(TimeSpan.FromSeconds(34.07));
    }

    [Theory]
    [InlineData("""{"responseId":"r","usageMetadata":{"promptTokenCount":8}}""", FailureKind.Retryable)]
    [InlineData("""{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"not base64"}}]},"finishReason":"STOP"}]}""", FailureKind.OutcomeUnknown)]
    public async Task Nothing_painted_is_told_from_something_broken(string body, FailureKind kind)
    {
        Host.Faults.Once(Fault.Answering("Google", 200, body));

        (await StartFailsAsync()).Kind.ShouldBe(kind);
    }

    [Fact]
    public async Task A_model_that_was_shut_is_told_as_retired() =>
        (await StartFailsAsync(Request(Model(PlainModel)) with { Model = "gemini-2.5-flash-image" })).Kind.ShouldBe(FailureKind.RetiredModel);

    private async Task<ProviderFailure> StartFailsAsync(PaintRequest? request = null) =>
        (await Provider().StartAsync(request ?? Request(Model(PlainModel)), Call(), CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Failed>().Failure;
}

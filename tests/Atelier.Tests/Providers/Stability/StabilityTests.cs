// Stability AI, against its double.
using Atelier.Doubles;
using Atelier.Doubles.Stability;
using Atelier.Providers;
using Atelier.Providers.Stability;

namespace Atelier.Tests.Providers.Stability;

public sealed class StabilityTests(DoublesFixture doubles) : ProviderContract<StabilityDouble>(doubles)
{
    protected override ProviderAdapter Adapter => StabilityProvider.Adapter;

    protected override string PlainModel => "stability/stable-image-core";

    protected override bool PaintsAtOnce => true;

    protected override bool IsTestable => true;

    protected override bool IsStart(HttpRequestLike request) => request.Method == "POST";

    [Theory]
    [InlineData(0L, 1L)]
    [InlineData(7L, 7L)]
    [InlineData(4_294_967_294L, 4_294_967_294L)]
    [InlineData(4_294_967_295L, 1L)]
    public async Task A_seed_stays_in_range_and_is_told(long ours, long used)
    {
        var painted = await PaintAsync(Provider(), Call(), Request(Model(PlainModel)) with { Seed = ours });

        painted.Images.ShouldHaveSingleItem().Seed.ShouldBe(used);
        Theirs.LastForm["seed"].ShouldBe($"{used}");
    }

    [Fact]
    public async Task A_filtered_picture_is_a_refusal()
    {
        Theirs.Filtered = true;
        var failure = await StartFailsAsync();
        Theirs.Filtered = false;

        failure.Kind.ShouldBe(FailureKind.Refused);
        failure.Message.ShouldBe("Stability AI refused this prompt or picture because of its content rules.");
    }

    [Theory]
    [InlineData(400, "bad_request", "some-field: is required", FailureKind.BadInput)]
    [InlineData(401, "unauthorized", "missing authorization header", FailureKind.Auth)]
    [InlineData(402, "payment_required", "You lack sufficient credits", FailureKind.QuotaExhausted)]
    [InlineData(403, "content_moderation", "Your request was flagged by our content moderation system", FailureKind.Refused)]
    [InlineData(403, "forbidden", "Your organisation may not use this", FailureKind.Auth)]
    [InlineData(404, "not_found", "No such resource", FailureKind.RetiredModel)]
    [InlineData(413, "payload_too_large", "The request was larger than 10MiB.", FailureKind.BadInput)]
    [InlineData(422, "invalid_language", "English is the only supported language", FailureKind.BadInput)]
    [InlineData(429, "rate_limit_exceeded", "You have exceeded the rate limit", FailureKind.RateLimited)]
    [InlineData(500, "internal_error", "An unexpected server error has occurred", FailureKind.Retryable)]
    public async Task An_error_is_understood(int status, string name, string error, FailureKind kind)
    {
        Host.Faults.Once(Fault.Answering("Stability", status, $$"""{"id":"1","name":"{{name}}","errors":["{{error}}"]}"""));

        var failure = await StartFailsAsync();

        failure.Kind.ShouldBe(kind);
        failure.Details.ShouldNotBeNull().ShouldContain(error);
        if (kind == FailureKind.BadInput)
            failure.Message.ShouldEndWith(status == 413 ? "the images are too large." : $"{error}.");
        if (kind == FailureKind.RateLimited)
            failure.RetryAfter.ShouldBe(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_picture_that_arrives_broken_may_have_been_painted()
    {
        Host.Faults.Once(Fault.Answering("Stability", 200, """{"image":"not base64","finish_reason":"SUCCESS","seed":7}"""));

        (await StartFailsAsync()).Kind.ShouldBe(FailureKind.OutcomeUnknown);
    }

    [Fact]
    public async Task What_people_type_stays_text()
    {
        await PaintAsync(Provider(), Call(), Request(Model(PlainModel)) with { Prompt = "a \"cat\"; name=image\r\näöü 猫 data:image/png;base64,AAAA" });

        Theirs.LastForm["prompt"].ShouldBe("a \"cat\"; name=image\r\näöü 猫 data:image/png;base64,AAAA");
    }

    [Fact]
    public async Task A_picture_to_start_from_goes_as_a_file_with_its_strength()
    {
        var request = Request(Model("stability/sd3.5-large"), images: 1) with { Strength = 0.35 };
        await PaintAsync(Provider(), Call(), request);

        Theirs.LastForm["mode"].ShouldBe("image-to-image");
        Theirs.LastForm["strength"].ShouldBe("0.35");
        Theirs.LastForm["image"].ShouldBe($"{request.InputImages[0].Bytes.Length} bytes");
        Theirs.LastForm.Keys.ShouldNotContain("aspect_ratio");
    }

    [Fact]
    public async Task A_mask_goes_with_its_picture()
    {
        var request = Request(Model("stability/inpaint"), images: 1);
        await PaintAsync(Provider(), Call(), request with { Mask = request.InputImages[0] });

        Theirs.LastForm["mask"].ShouldEndWith(" bytes");
    }

    private async Task<ProviderFailure> StartFailsAsync() =>
        (await Provider().StartAsync(Request(Model(PlainModel)), Call(), CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Failed>().Failure;
}

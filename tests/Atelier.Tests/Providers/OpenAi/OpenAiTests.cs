// OpenAI, against its double.
using System.Text.Json;
using Atelier.Doubles;
using Atelier.Doubles.OpenAi;
using Atelier.Providers;
using Atelier.Providers.OpenAi;
using Atelier.Vips;

namespace Atelier.Tests.Providers.OpenAi;

public sealed class OpenAiTests(DoublesFixture doubles) : ProviderContract<OpenAiDouble>(doubles)
{
    protected override ProviderAdapter Adapter => OpenAiProvider.Adapter;

    protected override string PlainModel => "openai/gpt-image-2";

    protected override bool PaintsAtOnce => true;

    protected override bool IsTestable => true;

    protected override bool IsStart(HttpRequestLike request) => request.Method == "POST" && request.Path.StartsWith("/openai/v1/images/", StringComparison.Ordinal);

    public static TheoryData<int, string, FailureKind, string> Errors => new()
    {
        { 400, Body("Your request was rejected by the safety system.", "image_generation_user_error", "moderation_blocked"), FailureKind.Refused, "content rules" },
        { 400, """{"error":{"message":"Rejected.","type":"image_generation_user_error","code":"moderation_blocked","moderation_details":{"moderation_stage":"input","categories":["sexual","violence"]}}}""", FailureKind.Refused, "sexual, violence" },
        { 400, Body("Your request was rejected as a result of our content policy.", "invalid_request_error", "content_policy_violation"), FailureKind.Refused, "content rules" },
        { 400, Body("Invalid value: 'ultra'.", "invalid_request_error", "invalid_value"), FailureKind.BadInput, "Invalid value: 'ultra'." },
        { 400, Body("Billing hard limit has been reached", "billing_limit_user_error", "billing_hard_limit_reached"), FailureKind.QuotaExhausted, "allowance" },
        { 401, Body("Incorrect API key provided: sk-1234.", "invalid_request_error", "invalid_api_key"), FailureKind.Auth, "does not accept the key" },
        { 403, Body("Your organization must be verified to use the model `gpt-image-2`.", "invalid_request_error", null), FailureKind.Auth, "organisation must be verified" },
        { 404, Body("The model 'gpt-image-1' does not exist.", "invalid_request_error", "model_not_found"), FailureKind.RetiredModel, "does not offer this model" },
        { 400, Body("The model 'gpt-image-1' does not exist.", "invalid_request_error", "model_not_found"), FailureKind.RetiredModel, "does not offer this model" },
        { 400, Body("Invalid value: 'gpt-image-1'. Value must be 'gpt-image-2'.", "invalid_request_error", "invalid_value", "model"), FailureKind.RetiredModel, "does not offer this model" },
        { 429, Body("You exceeded your current quota.", "insufficient_quota", "insufficient_quota"), FailureKind.QuotaExhausted, "allowance" },
        { 429, Body("Rate limit reached for gpt-image-2.", "requests", "rate_limit_exceeded"), FailureKind.RateLimited, "pause" },
        { 500, Body("The server had an error.", "server_error", null), FailureKind.Retryable, "passing problem" },
        { 503, Body("The engine is currently overloaded.", "server_error", null), FailureKind.Retryable, "passing problem" },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task Every_documented_error_is_understood(int status, string body, FailureKind kind, string told)
    {
        Host.Faults.Once(Fault.Answering("documented", status, body));

        var failure = (await StartAsync(Request(Model(PlainModel)))).ShouldBeOfType<ProviderAnswer.Failed>().Failure;

        failure.Kind.ShouldBe(kind, failure.ToString());
        failure.Message.ShouldContain(told);
        failure.Message.ShouldNotContain("sk-1234");
    }

    [Theory]
    [InlineData("retry-after-ms", "1500", 1.5)]
    [InlineData("retry-after", "20", 20)]
    [InlineData("x-ratelimit-reset-requests", "1s", 1)]
    [InlineData("x-ratelimit-reset-tokens", "6m0s", 360)]
    public async Task It_is_left_alone_for_as_long_as_it_asks(string header, string value, double seconds)
    {
        Host.Faults.Once(Fault.Answering("busy", 429, Body("Rate limit reached.", "tokens", "rate_limit_exceeded"), headers: (header, value)));

        var failure = (await StartAsync(Request(Model(PlainModel)))).ShouldBeOfType<ProviderAnswer.Failed>().Failure;

        (failure.Kind, failure.RetryAfter).ShouldBe((FailureKind.RateLimited, TimeSpan.FromSeconds(seconds)));
    }

    [Fact]
    public async Task A_prompt_that_is_refused_is_not_billed()
    {
        var before = Theirs.Billed;

        var answer = await StartAsync(Request(Model(PlainModel)) with { Prompt = "much gore" });

        answer.ShouldBeOfType<ProviderAnswer.Failed>().Failure.Message.ShouldContain("violence/graphic");
        Theirs.Billed.ShouldBe(before);
    }

    [Fact]
    public async Task An_organisation_that_is_not_verified_is_told_so()
    {
        var answer = await Provider().StartAsync(Request(Model(PlainModel)), Call(OpenAiDouble.UnverifiedKey), CancellationToken.None);

        var failure = answer.ShouldBeOfType<ProviderAnswer.Failed>().Failure;
        failure.Kind.ShouldBe(FailureKind.Auth);
        failure.Message.ShouldContain("verified");
    }

    [Fact]
    public async Task A_model_that_is_gone_is_told_from_a_wrong_request()
    {
        var answer = await StartAsync(Request(Model(PlainModel)) with { Model = "dall-e-3" });

        answer.ShouldBeOfType<ProviderAnswer.Failed>().Failure.Kind.ShouldBe(FailureKind.RetiredModel);
    }

    [Fact]
    public async Task The_cost_follows_from_the_tokens()
    {
        var plain = await PaintAsync(Provider(), Call());
        var edited = await PaintAsync(Provider(), Call(), Request(Model(PlainModel), images: 2));

        plain.Cost.ShouldBe(12 * 0.000005m + 439 * 0.00003m);
        edited.Cost.ShouldBe(12 * 0.000005m + 200 * 0.000008m + 439 * 0.00003m);
        (await PaintAsync(Provider(), Call(), Request(Model(PlainModel)) with { TokenPrices = new Dictionary<string, decimal>() })).Cost.ShouldBeNull();
    }

    [Fact]
    public async Task Several_pictures_of_one_call_come_all()
    {
        var request = Request(Model(PlainModel));
        request.Input["n"] = 3;

        (await PaintAsync(Provider(), Call(), request)).Images.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Input_images_travel_in_a_form_with_a_mask_that_is_transparent_where_to_repaint()
    {
        var request = Request(Model(PlainModel), images: 3) with { Mask = Masks.LeftHalfWhite() };

        (await StartAsync(request)).ShouldBeOfType<ProviderAnswer.Painted>();

        Theirs.NewestForm.Count(name => name == "image[]").ShouldBe(3);
        Theirs.NewestForm.ShouldBe(["prompt", "n", "size", "quality", "output_format", "model", "image[]", "image[]", "image[]", "mask"], ignoreOrder: true);
        using var mask = VipsImage.FromEncoded(Theirs.NewestMask);
        var pixels = mask.ToPixels();
        (mask.Width, mask.Height).ShouldBe((64, 64));
        pixels[3].ShouldBe((byte)0);
        pixels[63 * 4 + 3].ShouldBe((byte)255);
    }

    [Fact]
    public async Task A_mask_that_is_no_picture_is_bad_input()
    {
        var answer = await StartAsync(Request(Model(PlainModel), images: 1) with { Mask = new InputImage("broken"u8.ToArray(), "image/png") });

        answer.ShouldBeOfType<ProviderAnswer.Failed>().Failure.Kind.ShouldBe(FailureKind.BadInput);
    }

    [Fact]
    public async Task Who_is_charged_is_told()
    {
        var endpoint = new ProviderEndpoint
        {
            Name = "openai", BaseUrl = Host.AddressOf(Theirs), Options = new Dictionary<string, string> { ["organization"] = "org-1", ["project"] = "proj-2" },
        };

        (await Provider(endpoint: endpoint).StartAsync(Request(Model(PlainModel)), Call(), CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Painted>();

        Theirs.NewestHeaders["OpenAI-Organization"].ShouldBe("org-1");
        Theirs.NewestHeaders["OpenAI-Project"].ShouldBe("proj-2");
    }

    private Task<ProviderAnswer> StartAsync(PaintRequest request) => Provider().StartAsync(request, Call(), CancellationToken.None);

    private static string Body(string message, string type, string? code, string? param = null) =>
        JsonSerializer.Serialize(new { error = new { message, type, param, code } });
}

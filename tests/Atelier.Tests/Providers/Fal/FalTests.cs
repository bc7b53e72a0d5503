// fal, against its double.
using System.Text.Json.Nodes;
using Atelier.Catalogue;
using Atelier.Doubles;
using Atelier.Doubles.Fal;
using Atelier.Providers;
using Atelier.Providers.Fal;

namespace Atelier.Tests.Providers.Fal;

public sealed class FalTests(DoublesFixture doubles) : ProviderContract<FalDouble>(doubles)
{
    public static TheoryData<FalEnd, FailureKind, string> Ends => new()
    {
        { FalEnd.Typed(422, "content_policy_violation", "The content could not be processed.", false, "prompt"), FailureKind.Refused, "content rules" },
        { FalEnd.Typed(422, "less_than_equal", "Input should be less than or equal to 12", false, "num_inference_steps"), FailureKind.BadInput, "num_inference_steps: Input should be" },
        { FalEnd.Typed(422, "image_too_small", "Image is too small", false, "image_url"), FailureKind.BadInput, "image_url: Image is too small" },
        { FalEnd.Typed(422, "no_media_generated", "No media was generated", true), FailureKind.Retryable, "passing" },
        { FalEnd.Typed(400, "downstream_service_error", "Downstream service error", true), FailureKind.Retryable, "passing" },
        { FalEnd.Typed(500, "internal_server_error", "Internal server error", false), FailureKind.Permanent, "could not paint" },
        { FalEnd.Typed(504, "generation_timeout", "Generation timeout", true), FailureKind.Retryable, "passing" },
        { new FalEnd(422, """{"detail":"Prompt is too long"}"""), FailureKind.BadInput, "Prompt is too long" },
        { new FalEnd(503, """{"detail":"Runner disconnected","error_type":"runner_disconnected"}""", ErrorType: "runner_disconnected"), FailureKind.Retryable, "passing" },
        { new FalEnd(504, """{"detail":"Request timed out","error_type":"request_timeout"}""", ErrorType: "request_timeout"), FailureKind.Retryable, "passing" },
        { new FalEnd(500, "{}", ErrorType: "runner_server_error"), FailureKind.Retryable, "passing" },
    };

    protected override ProviderAdapter Adapter => FalProvider.Adapter;

    protected override string PlainModel => "fal/flux-schnell";

    protected override bool IsTestable => true;

    protected override bool IsStart(HttpRequestLike request) => request.Method == "POST";

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task A_request_that_ends_without_a_picture_says_why(FalEnd end, FailureKind kind, string sentence)
    {
        var before = Theirs.Billed;
        Theirs.EndWith = end;

        var failure = await FailAsync(Provider(), Request(Model(PlainModel)));
        Theirs.EndWith = null;

        failure.Kind.ShouldBe(kind, failure.ToString());
        failure.Message.ShouldContain(sentence);
        Theirs.Billed.ShouldBe(before);
    }

    [Fact]
    public async Task A_rejected_field_is_told_to_the_user_when_the_engine_reads_it()
    {
        var failure = await FailAsync(Provider(), Request(Model(PlainModel)) with { Steps = 13 });

        failure.Kind.ShouldBe(FailureKind.BadInput);
        failure.Message.ShouldContain("num_inference_steps");
    }

    [Theory]
    [InlineData(403, """{"detail":"User is locked. Reason: TOP_UP."}""", FailureKind.QuotaExhausted)]
    [InlineData(403, """{"detail":"User is locked. Reason: Admin lock. Please contact support@fal.ai"}""", FailureKind.Auth)]
    [InlineData(429, """{"detail":"Too many concurrent requests"}""", FailureKind.RateLimited)]
    [InlineData(404, """{"detail":"Application \"flux\" not found"}""", FailureKind.RetiredModel)]
    [InlineData(422, """{"detail":[{"loc":["body","prompt"],"msg":"flagged","type":"content_policy_violation"}]}""", FailureKind.Refused)]
    [InlineData(504, """{"detail":"Gateway timeout"}""", FailureKind.OutcomeUnknown)]
    public async Task A_start_that_is_turned_away_is_understood(int status, string body, FailureKind kind)
    {
        Host.Faults.Once(Fault.Answering("turned away", status, body), request => request.Method == "POST");

        var answer = await Provider().StartAsync(Request(Model(PlainModel)), Call(), CancellationToken.None);

        answer.ShouldBeOfType<ProviderAnswer.Failed>().Failure.Kind.ShouldBe(kind);
    }

    [Theory]
    [MemberData(nameof(FaultNames.All), MemberType = typeof(FaultNames))]
    public async Task A_result_that_does_not_arrive_is_asked_for_again_and_paid_once(string name)
    {
        var (before, provider, call) = (Theirs.Billed, Provider(), Call());
        var pending = await StartAsync(Provider(), call);
        Host.Faults.Once(Fault.Of(name), request => request.Method == "GET" && request.Path.Value!.EndsWith(pending.ExternalId, StringComparison.Ordinal));

        // Nothing but the engine's own judgement has this status.
        if (name == "status 422")
            (await Should.ThrowAsync<InvalidOperationException>(FinishAsync(provider, pending, call))).Message.ShouldContain("unprocessable");
        else
            (await FinishAsync(provider, pending, call)).Images.ShouldHaveSingleItem();

        (Theirs.Billed - before).ShouldBe(1);
    }

    [Fact]
    public async Task Every_model_really_paints_what_it_is_asked_for()
    {
        var (provider, call) = (Provider(), Call());
        foreach (var model in ModelCatalogue.BuiltIn().Models.Where(model => model.Provider == "fal"))
        {
            foreach (var images in new[] { 0, model.Parameters.MaxInputImages }.Distinct())
                (await PaintAsync(provider, call, Request(model, images: images) with { Seed = uint.MaxValue })).Images.ShouldHaveSingleItem(model.Id);
        }
    }

    [Fact]
    public async Task Several_pictures_come_with_their_seed_and_are_billed_each()
    {
        var (before, request) = (Theirs.Billed, Request(Model(PlainModel)));
        var input = (JsonObject)request.Input.DeepClone();
        input["num_images"] = 3;

        var painted = await PaintAsync(Provider(), Call(), request with { Input = input, Seed = 99 });

        painted.Images.Count.ShouldBe(3);
        painted.Images.ShouldAllBe(image => image.Seed == 99);
        painted.Nsfw.ShouldBe(false);
        (Theirs.Billed - before).ShouldBe(3);
    }

    [Fact]
    public async Task What_the_safety_checker_marks_is_marked()
    {
        Theirs.MarksNsfw = true;
        var painted = await PaintAsync(Provider(), Call());
        Theirs.MarksNsfw = false;

        painted.Nsfw.ShouldBe(true);
    }

    [Fact]
    public async Task An_image_goes_to_the_endpoint_that_starts_from_one()
    {
        await PaintAsync(Provider(), Call(), Request(Model("fal/flux-dev"), images: 1));

        var start = Host.Calls.Last(call => call.Method == "POST");
        start.Path.ShouldEndWith("/fal-ai/flux/dev/image-to-image");
        JsonNode.Parse(start.Body)!["image_url"]!.GetValue<string>().ShouldStartWith("data:image/png;base64,");
    }

    [Fact]
    public async Task The_webhook_is_named_where_it_can_be_reached()
    {
        var provider = Provider();
        await provider.StartAsync(Request(Model(PlainModel)), Call() with { Webhook = new Uri("http://atelier.test/hook") }, CancellationToken.None);
        Host.Calls.Last(call => call.Method == "POST").Path.ShouldNotContain("fal_webhook");
        await provider.StartAsync(Request(Model(PlainModel)), Call() with { Webhook = new Uri("https://127.0.0.1:1/hook?a=b&c=d") }, CancellationToken.None);
        Host.Calls.Last(call => call.Method == "POST").Path.ShouldContain("?fal_webhook=https%3A%2F%2F127.0.0.1%3A1%2Fhook%3Fa%3Db%26c%3Dd");
        provider.IsGenuine(new WebhookMessage(new Dictionary<string, string>(), default), null, TimeProvider.System.GetUtcNow()).ShouldBeNull();
    }

    [Theory]
    [InlineData("https://elsewhere.test/fal")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("not an address")]
    public async Task Addresses_of_another_host_are_not_followed(string elsewhere)
    {
        Theirs.NamesItself = elsewhere;
        var painted = await PaintAsync(Provider(), Call(), Request(Model("fal/seedream-4")));
        Theirs.NamesItself = null;

        painted.Images.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_cancel_reaches_it_and_a_late_one_is_told_so()
    {
        var (provider, call) = (Provider(), Call());
        Theirs.Holds = true;
        var pending = await StartAsync(provider, call);

        var told = await provider.CancelAsync(pending.ExternalId, call, CancellationToken.None);
        Theirs.Holds = false;

        told.ShouldBeTrue();
        (await EndAsync(provider, pending, call)).Kind.ShouldBe(FailureKind.Retryable);
        (await provider.CancelAsync(pending.ExternalId, call, CancellationToken.None)).ShouldBeFalse();
        (await provider.CancelAsync("/fal-ai/flux/requests/unknown", call, CancellationToken.None)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_start_whose_answer_was_lost_cannot_be_found_again()
    {
        var (provider, call, request) = (Provider(), Call(), Request(Model(PlainModel)));
        Host.Faults.Once(Fault.Of("reset after the call was carried out"));

        (await provider.StartAsync(request, call, CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Failed>().Failure.Kind.ShouldBe(FailureKind.OutcomeUnknown);
        (await provider.FindAsync(request, call, CancellationToken.None)).ShouldBeOfType<ProviderLookup.Unknown>();
    }

    private async Task<ProviderAnswer.Pending> StartAsync(ImageProvider provider, PaintCall call, PaintRequest? request = null) =>
        (await provider.StartAsync(request ?? Request(Model(PlainModel)), call, CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Pending>();

    private async Task<ProviderFailure> FailAsync(ImageProvider provider, PaintRequest request)
    {
        var call = Call();
        return await EndAsync(provider, await StartAsync(provider, call, request), call);
    }

    private static async Task<ProviderFailure> EndAsync(ImageProvider provider, ProviderAnswer.Pending pending, PaintCall call)
    {
        ProviderAnswer answer = pending;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (answer is ProviderAnswer.Pending)
            answer = await provider.PollAsync(pending.ExternalId, call, limit.Token);
        return answer.ShouldBeOfType<ProviderAnswer.Failed>().Failure;
    }
}

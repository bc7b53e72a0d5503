// Replicate, against its double.
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Atelier.Catalogue;
using Atelier.Doubles;
using Atelier.Doubles.Replicate;
using Atelier.Providers;
using Atelier.Providers.Replicate;

namespace Atelier.Tests.Providers.Replicate;

public sealed class ReplicateTests(DoublesFixture doubles) : ProviderContract<ReplicateDouble>(doubles)
{
    protected override ProviderAdapter Adapter => ReplicateProvider.Adapter;

    protected override string PlainModel => "replicate/flux-schnell";

    protected override bool IsStart(HttpRequestLike request) => request.Method == "POST" && request.Path.EndsWith("/predictions", StringComparison.Ordinal);

    protected override bool IsTestable => true;

    [Fact]
    public async Task A_start_whose_answer_was_lost_is_found_again()
    {
        var (provider, call, request) = (Provider(), Call(), Request(Model(PlainModel)) with { Seed = 4711 });
        Host.Faults.Once(Fault.Of("reset after the call was carried out"));
        (await provider.StartAsync(request, call, CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Failed>();

        (await provider.FindAsync(request, call, CancellationToken.None)).ShouldBeOfType<ProviderLookup.Found>();
        (await provider.FindAsync(request with { Seed = 4712 }, call, CancellationToken.None)).ShouldBeOfType<ProviderLookup.Absent>();
    }

    [Fact]
    public async Task A_rejected_field_is_told_to_the_user()
    {
        var request = Request(Model(PlainModel)) with { Steps = 9 };

        var answer = await Provider().StartAsync(request, Call(), CancellationToken.None);

        var failure = answer.ShouldBeOfType<ProviderAnswer.Failed>().Failure;
        failure.Kind.ShouldBe(FailureKind.BadInput);
        failure.Message.ShouldContain("num_inference_steps");
    }

    [Theory]
    [InlineData("NSFW content detected. Try running it again, or try a different prompt.", FailureKind.Refused)]
    [InlineData("The input or output was flagged as sensitive. Please try again with different inputs. (E005)", FailureKind.Refused)]
    [InlineData("CUDA out of memory", FailureKind.Retryable)]
    public async Task A_prediction_that_fails_says_why(string error, FailureKind kind)
    {
        Theirs.FailWith = error;
        var (provider, call) = (Provider(), Call());
        var pending = (await provider.StartAsync(Request(Model(PlainModel)), call, CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Pending>();
        ProviderAnswer answer = pending;
        while (answer is ProviderAnswer.Pending)
            answer = await provider.PollAsync(pending.ExternalId, call, CancellationToken.None);
        Theirs.FailWith = null;

        answer.ShouldBeOfType<ProviderAnswer.Failed>().Failure.Kind.ShouldBe(kind);
    }

    [Theory]
    [InlineData(422, """{"title":"Invalid version or not permitted","detail":"The specified version does not exist","status":422}""", FailureKind.RetiredModel, null)]
    [InlineData(404, """{"title":"Not found","detail":"The requested resource could not be found.","status":404}""", FailureKind.RetiredModel, null)]
    [InlineData(402, """{"title":"Insufficient credit","detail":"You have insufficient credit to run this model.","status":402}""", FailureKind.QuotaExhausted, null)]
    [InlineData(429, """{"detail":"Request was throttled. Your rate limit resets in ~10s.","status":429,"retry_after":9}""", FailureKind.RateLimited, 9)]
    [InlineData(429, """{"detail":"Request was throttled. Your rate limit resets in ~10s.","status":429}""", FailureKind.RateLimited, 10)]
    [InlineData(429, """{"detail":"Request was throttled. Expected available in 1 second."}""", FailureKind.RateLimited, 1)]
    public async Task A_start_that_is_turned_away_is_understood(int status, string body, FailureKind kind, int? seconds)
    {
        Host.Faults.Once(Fault.Answering("turned away", status, body), request => request.Method == "POST");

        var answer = await Provider().StartAsync(Request(Model(PlainModel)), Call(), CancellationToken.None);

        var failure = answer.ShouldBeOfType<ProviderAnswer.Failed>().Failure;
        failure.Kind.ShouldBe(kind);
        failure.RetryAfter.ShouldBe(seconds is { } wait ? TimeSpan.FromSeconds(wait) : null);
    }

    [Fact]
    public async Task Every_model_really_paints_what_it_is_asked_for()
    {
        var (provider, call) = (Provider(), Call());
        foreach (var model in ModelCatalogue.BuiltIn().Models.Where(model => model.Provider == "replicate"))
        {
            foreach (var images in new[] { model.Parameters.NeedsInputImage ? 1 : 0, model.Parameters.MaxInputImages }.Distinct())
            {
                var painted = await PaintAsync(provider, call, Request(model, images: images) with { Seed = uint.MaxValue });
                Encoding.ASCII.GetString(painted.Images.ShouldHaveSingleItem(model.Id).Bytes.Span[..4]).Contains("<svg", StringComparison.Ordinal).ShouldBe(model.Formats is ["svg"]);
            }
        }
    }

    [Theory]
    [InlineData("replicate/sdxl", "stability-ai/sdxl")]
    [InlineData("replicate/flux-fill-dev", null)]
    [InlineData("replicate/ideogram-v3-turbo", null)]
    public async Task A_mask_goes_with_its_image(string model, string? byVersion)
    {
        var request = Request(Model(model), images: 1);
        await PaintAsync(Provider(), Call(), request with { Mask = request.InputImages[0] with { ContentType = "image/webp" } });

        var start = Host.Calls.Last(call => call.Method == "POST");
        var input = JsonNode.Parse(start.Body)!["input"]!;
        input["image"]!.GetValue<string>().ShouldStartWith("data:image/png;base64,");
        input["mask"]!.GetValue<string>().ShouldStartWith("data:image/webp;base64,");
        start.Path.ShouldEndWith(byVersion is null ? $"/models/{Model(model).ProviderModel}/predictions" : "/v1/predictions");
    }

    [Fact]
    public async Task Several_pictures_come_together()
    {
        var request = Request(Model(PlainModel));
        var input = (JsonObject)request.Input.DeepClone();
        input["num_outputs"] = 3;

        (await PaintAsync(Provider(), Call(), request with { Input = input })).Images.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_large_image_is_uploaded_first_and_found_again_all_the_same()
    {
        var (provider, call, files) = (Provider(), Call(), Theirs.Files);
        var large = new InputImage(RandomNumberGenerator.GetBytes(300_000), "image/png");
        var request = Request(Model("replicate/flux-dev"), images: 1) with { InputImages = [large], Seed = 815 };

        await PaintAsync(provider, call, request);

        (Theirs.Files - files).ShouldBe(1);
        JsonNode.Parse(Host.Calls.Last(each => each.Method == "POST").Body)!["input"]!["image"]!.GetValue<string>().ShouldContain("/v1/files/");
        (await provider.FindAsync(request, call, CancellationToken.None)).ShouldBeOfType<ProviderLookup.Found>();
    }

    [Theory]
    [MemberData(nameof(FaultNames.All), MemberType = typeof(FaultNames))]
    public async Task An_upload_that_fails_has_started_nothing(string name)
    {
        var before = Theirs.Billed;
        Host.Faults.Once(Fault.Of(name), request => request.Path.Value!.EndsWith("/files", StringComparison.Ordinal));
        var request = Request(Model("replicate/flux-dev"), images: 1) with { InputImages = [new InputImage(new byte[300_000], "image/png")] };

        var answer = await Provider().StartAsync(request, Call(), CancellationToken.None);

        answer.ShouldBeOfType<ProviderAnswer.Failed>().Failure.Kind.ShouldNotBeOneOf(FailureKind.OutcomeUnknown, FailureKind.RetiredModel);
        Theirs.Billed.ShouldBe(before);
    }

    [Fact]
    public async Task What_cannot_be_told_apart_is_not_taken_for_ours()
    {
        var (provider, call) = (Provider(), Call());
        var (seedless, plain) = (Request(Model("replicate/seedream-4")), Request(Model(PlainModel)) with { Seed = 4713 });
        await provider.StartAsync(seedless, call, CancellationToken.None);
        await provider.StartAsync(plain, call, CancellationToken.None);
        (await provider.FindAsync(seedless, call, CancellationToken.None)).ShouldBeOfType<ProviderLookup.Unknown>();
        (await provider.FindAsync(plain with { Model = "black-forest-labs/flux-dev" }, call, CancellationToken.None)).ShouldBeOfType<ProviderLookup.Absent>();

        Theirs.Forgets = true;
        var found = await provider.FindAsync(plain, call, CancellationToken.None);
        Theirs.Forgets = false;

        found.ShouldBeOfType<ProviderLookup.Unknown>();
    }

    [Fact]
    public void A_webhook_is_genuine_when_it_is_signed_and_fresh()
    {
        var (provider, now, body) = (Provider(), TimeProvider.System.GetUtcNow(), """{"status":"succeeded"}""");
        var signature = HMACSHA256.HashData(Convert.FromBase64String(Theirs.WebhookSecret["whsec_".Length..]), Encoding.UTF8.GetBytes($"msg_1.{now.ToUnixTimeSeconds()}.{body}"));
        WebhookMessage Message(string text) => new(new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["webhook-id"] = "msg_1", ["webhook-timestamp"] = $"{now.ToUnixTimeSeconds()}", ["webhook-signature"] = $"v1,AAAA v1,{Convert.ToBase64String(signature)}",
        }, Encoding.UTF8.GetBytes(text));

        provider.IsGenuine(Message(body), Theirs.WebhookSecret, now).ShouldBe(true);
        provider.IsGenuine(Message(body + " "), Theirs.WebhookSecret, now).ShouldBe(false);
        provider.IsGenuine(Message(body), Theirs.WebhookSecret, now.AddMinutes(6)).ShouldBe(false);
        provider.IsGenuine(Message(body), null, now).ShouldBeNull();
    }

    [Fact]
    public async Task A_cancel_reaches_it()
    {
        var (provider, call) = (Provider(), Call());
        var pending = (await provider.StartAsync(Request(Model(PlainModel)), call, CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Pending>();

        (await provider.CancelAsync(pending.ExternalId, call, CancellationToken.None)).ShouldBeTrue();
    }
}

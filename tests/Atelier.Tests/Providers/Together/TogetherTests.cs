// Together AI, against its double.
using Atelier.Doubles;
using Atelier.Doubles.Together;
using Atelier.Providers;
using Atelier.Providers.Together;

namespace Atelier.Tests.Providers.Together;

public sealed class TogetherTests(DoublesFixture doubles) : ProviderContract<TogetherDouble>(doubles)
{
    protected override ProviderAdapter Adapter => TogetherProvider.Adapter;

    protected override string PlainModel => "together/flux-schnell";

    protected override bool PaintsAtOnce => true;

    protected override bool IsTestable => true;

    protected override bool IsStart(HttpRequestLike request) => request.Method == "POST" && request.Path == "/together/v1/images/generations";

    [Theory]
    [InlineData(400, """{"error":{"message":"Unable to access non-serverless model m.","type":"invalid_request_error","param":null,"code":"model_not_available"}}""", FailureKind.RetiredModel)]
    [InlineData(400, """{"error":{"message":"The dedicated endpoint for m is not running.","type":"invalid_request_error","param":null,"code":"dedicated_endpoint_not_running"}}""", FailureKind.RetiredModel)]
    [InlineData(402, """{"error":{"message":"Credit limit exceeded","type":"credit_limit","param":null,"code":null}}""", FailureKind.QuotaExhausted)]
    [InlineData(403, """{"error":{"message":"Credit limit exceeded","type":"credit_limit","param":null,"code":null}}""", FailureKind.QuotaExhausted)]
    [InlineData(422, """{"error":{"message":"NSFW content detected in prompt","type":"invalid_request_error","param":"prompt","code":null}}""", FailureKind.Refused)]
    [InlineData(429, """{"error":{"message":"You have reached the rate limit specific to this model","type":"model_rate_limit","param":null,"code":null}}""", FailureKind.RateLimited)]
    [InlineData(401, """{"error":{"message":"Invalid API key provided.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}""", FailureKind.Auth)]
    [InlineData(500, """{"error":{"message":"Internal server error","type":"server_error","param":null,"code":null}}""", FailureKind.Retryable)]
    public async Task Every_known_error_is_understood(int status, string body, FailureKind kind)
    {
        Host.Faults.Once(Fault.Answering("known", status, body));

        (await StartAsync(Request(Model(PlainModel)))).ShouldBeOfType<ProviderAnswer.Failed>().Failure.Kind.ShouldBe(kind);
    }

    [Fact]
    public async Task A_model_without_a_server_is_retired() =>
        (await StartAsync(Request(Model(PlainModel)) with { Model = "black-forest-labs/FLUX.1-redux" })).ShouldBeOfType<ProviderAnswer.Failed>().Failure.Kind.ShouldBe(FailureKind.RetiredModel);

    [Fact]
    public async Task A_rejected_field_is_told_to_the_user()
    {
        var failure = (await StartAsync(Request(Model(PlainModel)) with { Steps = 50 })).ShouldBeOfType<ProviderAnswer.Failed>().Failure;

        failure.Kind.ShouldBe(FailureKind.BadInput);
        failure.Message.ShouldContain("steps");
    }

    [Fact]
    public async Task Several_pictures_of_one_call_come_all()
    {
        var request = Request(Model(PlainModel));
        request.Input["n"] = 2;

        (await PaintAsync(Provider(), Call(), request)).Images.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_picture_answered_by_its_address_is_fetched_again_when_it_does_not_arrive_and_paid_once()
    {
        var (before, provider, call, request) = (Theirs.Billed, Provider(), Call(), Request(Model(PlainModel)));
        request.Input["response_format"] = "url";
        Host.Faults.Once(Fault.Of("status 503"), fetched => fetched.Path.StartsWithSegments("/pictures", StringComparison.Ordinal));

        var pending = (await provider.StartAsync(request, call, CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Pending>();

        (await FinishAsync(provider, pending, call)).Images.ShouldHaveSingleItem();
        (Theirs.Billed - before).ShouldBe(1);
    }

    private Task<ProviderAnswer> StartAsync(PaintRequest request) => Provider().StartAsync(request, Call(), CancellationToken.None);
}

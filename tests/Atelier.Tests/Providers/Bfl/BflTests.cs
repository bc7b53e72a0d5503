// Black Forest Labs, against its double.
using System.Text.Json;
using Atelier.Doubles;
using Atelier.Doubles.Bfl;
using Atelier.Providers;
using Atelier.Providers.Bfl;

namespace Atelier.Tests.Providers.Bfl;

public sealed class BflTests : ProviderContract<BflDouble>
{
    // The contract starts more at once than an account may.
    public BflTests(DoublesFixture doubles) : base(doubles) => Theirs.MostActive = int.MaxValue;

    protected override ProviderAdapter Adapter => BflProvider.Adapter;

    protected override string PlainModel => "bfl/flux-2-pro";

    protected override bool IsTestable => true;

    protected override bool IsStart(HttpRequestLike request) => request.Method == "POST";

    [Fact]
    public async Task A_task_is_known_by_its_polling_address_and_tells_its_seed()
    {
        var (provider, call) = (Provider(), Call());
        var pending = await StartAsync(provider, call);

        pending.ExternalId.ShouldStartWith(Host.AddressOf(Theirs) + "/get_result?id=");
        (await FinishAsync(provider, pending, call)).Images[0].Seed.ShouldBe(7);
    }

    [Fact]
    public async Task The_key_does_not_follow_a_polling_address_to_a_stranger()
    {
        Theirs.PollingRoot = "https://bfl.ai.evil.example";
        var (provider, call) = (Provider(), Call());
        var pending = await StartAsync(provider, call);
        Theirs.PollingRoot = null;

        Guid.TryParse(pending.ExternalId, out _).ShouldBeTrue();
        (await FinishAsync(provider, pending, call)).Images.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("Request Moderated", FailureKind.Refused)]
    [InlineData("Content Moderated", FailureKind.Refused)]
    [InlineData("Error", FailureKind.Retryable)]
    [InlineData("Failed", FailureKind.Retryable)]
    public async Task A_task_that_ends_without_a_picture_says_why(string status, FailureKind kind)
    {
        Theirs.EndWith = status;
        var (provider, call) = (Provider(), Call());
        ProviderAnswer answer = await StartAsync(provider, call);
        while (answer is ProviderAnswer.Pending pending)
            answer = await provider.PollAsync(pending.ExternalId, call, CancellationToken.None);
        Theirs.EndWith = null;

        var failure = answer.ShouldBeOfType<ProviderAnswer.Failed>().Failure;
        failure.Kind.ShouldBe(kind);
        if (kind == FailureKind.Refused)
            failure.Message.ShouldEndWith("content rules: Derivative Works Filter.");
    }

    [Fact]
    public async Task A_forgotten_task_may_be_started_again_unless_it_may_live_in_another_region()
    {
        var (provider, call) = (Provider(), Call());
        var pending = await StartAsync(provider, call);
        Theirs.Forget();

        (await provider.PollAsync(pending.ExternalId, call, CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Pending>();
        call = call with { StartedAt = call.StartedAt.AddMinutes(-2) };
        (await PollFailsAsync(pending.ExternalId)).Kind.ShouldBe(FailureKind.Retryable);
        (await PollFailsAsync(pending.ExternalId.Split('=')[^1])).Kind.ShouldBe(FailureKind.OutcomeUnknown);

        async Task<ProviderFailure> PollFailsAsync(string id) =>
            (await provider.PollAsync(id, call, CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Failed>().Failure;
    }

    [Fact]
    public async Task Too_many_active_tasks_ask_for_a_pause()
    {
        Theirs.MostActive = 0;

        (await StartFailsAsync(Request(Model(PlainModel)))).Kind.ShouldBe(FailureKind.RateLimited);
    }

    [Fact]
    public async Task A_rejected_field_is_told_to_the_user()
    {
        var failure = await StartFailsAsync(Request(Model(PlainModel)) with { Width = 1000 });

        failure.Kind.ShouldBe(FailureKind.BadInput);
        failure.Message.ShouldEndWith("width must be a multiple of 16.");
    }

    [Theory]
    [InlineData(402, """{"detail":"Insufficient credits"}""", FailureKind.QuotaExhausted)]
    [InlineData(403, """{"detail":"Not authenticated"}""", FailureKind.Auth)]
    [InlineData(404, """{"detail":"Not Found"}""", FailureKind.RetiredModel)]
    [InlineData(400, """{"detail":"Invalid image"}""", FailureKind.BadInput)]
    [InlineData(500, """{"detail":"Internal error"}""", FailureKind.Retryable)]
    public async Task An_error_of_a_start_is_understood(int status, string body, FailureKind kind)
    {
        Host.Faults.Once(Fault.Answering("BFL", status, body));

        (await StartFailsAsync(Request(Model(PlainModel)))).Kind.ShouldBe(kind);
    }

    [Fact]
    public async Task Several_images_go_in_as_plain_base64()
    {
        await Provider().StartAsync(Request(Model(PlainModel), images: 8), Call(), CancellationToken.None);

        using var body = JsonDocument.Parse(Host.Calls.Last().Body);
        body.RootElement.At("input_image").Text().ShouldNotBeNull().ShouldStartWith("iVBOR");
        body.RootElement.At("input_image_8").Text().ShouldNotBeNull();
    }

    [Fact]
    public async Task A_mask_goes_with_its_picture()
    {
        var request = Request(Model("bfl/flux-pro-1.0-fill"), images: 1);
        (await Provider().StartAsync(request with { Mask = request.InputImages[0] }, Call(), CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Pending>();

        Host.Calls.Last().Body.ShouldContain("\"mask\":\"iVBOR");
    }

    [Fact]
    public async Task It_is_polled_even_where_a_webhook_could_reach_us()
    {
        var pending = await StartAsync(Provider(), Call() with { Webhook = new Uri("https://atelier.example/hooks/1") });

        pending.ExternalId.ShouldContain("/get_result?id=");
        Provider().IsGenuine(new WebhookMessage(new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase), "{}"u8.ToArray()), "secret", DateTimeOffset.UnixEpoch).ShouldBeNull();
    }

    private async Task<ProviderAnswer.Pending> StartAsync(ImageProvider provider, PaintCall call) =>
        (await provider.StartAsync(Request(Model(PlainModel)), call, CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Pending>();

    private async Task<ProviderFailure> StartFailsAsync(PaintRequest request) =>
        (await Provider().StartAsync(request, Call(), CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Failed>().Failure;
}

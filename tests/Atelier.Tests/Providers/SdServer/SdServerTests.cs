// stable-diffusion.cpp's sd-server, against its double.
using Atelier.Doubles;
using Atelier.Doubles.SdServer;
using Atelier.Providers;
using Atelier.Providers.SdServer;

namespace Atelier.Tests.Providers.SdServer;

public sealed class SdServerTests(DoublesFixture doubles) : ProviderContract<SdServerDouble>(doubles), IAsyncLifetime
{
    protected override ProviderAdapter Adapter => SdServerProvider.Adapter;

    protected override string PlainModel => "sd-server/default";

    protected override bool LookBringsPicture => true;

    protected override bool IsTestable => true;

    protected override bool IsStart(HttpRequestLike request) => request.Method == "POST" && request.Path.EndsWith("/img_gen", StringComparison.Ordinal);

    public Task InitializeAsync()
    {
        (Theirs.Full, Theirs.StaysAt, Theirs.FailWith) = (false, null, null);
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_full_queue_is_waited_out()
    {
        Theirs.Full = true;

        (await Provider().StartAsync(Request(Model(PlainModel)), Call(), CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Failed>().Failure.Kind.ShouldBe(FailureKind.RateLimited);
    }

    [Fact]
    public async Task What_it_does_not_take_is_told_to_the_user()
    {
        var answer = await Provider().StartAsync(Request(Model(PlainModel)) with { Width = 1000 }, Call(), CancellationToken.None);

        var failure = answer.ShouldBeOfType<ProviderAnswer.Failed>().Failure;
        failure.Kind.ShouldBe(FailureKind.BadInput);
        failure.Message.ShouldBe("stable-diffusion.cpp does not accept this request: invalid generation parameters.");
    }

    [Fact]
    public async Task A_server_error_may_pass()
    {
        Host.Faults.Once(Fault.Answering("server error", 500, """{"error":"server_error","message":"bad alloc"}"""));

        (await Provider().StartAsync(Request(Model(PlainModel)), Call(), CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Failed>().Failure.Kind.ShouldBe(FailureKind.Retryable);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_job_that_the_server_forgot_is_started_again(bool expired)
    {
        var (provider, call) = (Provider(), Call());
        var pending = await StartAsync(provider, call);
        if (expired)
            Theirs.Expire();
        else
            Theirs.Restart();

        (await provider.PollAsync(pending.ExternalId, call, CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Failed>().Failure.Kind.ShouldBe(FailureKind.Retryable);
    }

    [Fact]
    public async Task A_job_that_failed_says_why_to_the_operator()
    {
        Theirs.FailWith = ("generation_failed", "generate_image returned no results");
        var (provider, call) = (Provider(), Call());
        var pending = await StartAsync(provider, call);
        ProviderAnswer answer = pending;
        while (answer is ProviderAnswer.Pending)
            answer = await provider.PollAsync(pending.ExternalId, call, CancellationToken.None);

        var failure = answer.ShouldBeOfType<ProviderAnswer.Failed>().Failure;
        failure.Kind.ShouldBe(FailureKind.Retryable);
        failure.Details.ShouldNotBeNull().ShouldContain("no results");
    }

    [Theory]
    [InlineData("queued", true)]
    [InlineData("generating", false)]
    public async Task A_cancel_reaches_what_waits_and_not_what_is_painted(string state, bool reached)
    {
        Theirs.StaysAt = state;
        var (provider, call) = (Provider(), Call());
        var pending = await StartAsync(provider, call);

        (await provider.CancelAsync(pending.ExternalId, call, CancellationToken.None)).ShouldBe(reached);
        var answer = await provider.PollAsync(pending.ExternalId, call, CancellationToken.None);
        (answer is ProviderAnswer.Failed).ShouldBe(reached);
    }

    [Fact]
    public async Task Image_and_mask_arrive_as_base64()
    {
        var request = Request(Model("sd-server/stable-diffusion"), images: 1);
        await Provider().StartAsync(request with { Mask = request.InputImages[0] }, Call(), CancellationToken.None);

        var body = Host.Calls.Last(call => call.Method == "POST").Body;
        body.ShouldContain("\"mask_image\":\"iVBOR");
        body.ShouldContain("\"init_image\":\"iVBOR");
        body.ShouldContain("\"txt_cfg\":7");
    }

    [Fact]
    public async Task Several_pictures_come_together()
    {
        var request = Request(Model(PlainModel));
        request.Input.ShouldNotBeNull();
        var input = request.Input.DeepClone().AsObject();
        input["batch_count"] = 3;

        (await PaintAsync(Provider(), Call(), request with { Input = input })).Images.Count.ShouldBe(3);
    }

    private async Task<ProviderAnswer.Pending> StartAsync(ImageProvider provider, PaintCall call) =>
        (await provider.StartAsync(Request(Model("sd-server/default")), call, CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Pending>();
}

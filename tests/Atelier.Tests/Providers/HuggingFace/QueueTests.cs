// The engines behind Hugging Face's router that answer before they have painted: fal's queue and Replicate's predictions.
using Atelier.Doubles.HuggingFace;
using Atelier.Providers;
using Atelier.Providers.HuggingFace;

namespace Atelier.Tests.Providers.HuggingFace;

public sealed class QueueTests(DoublesFixture doubles) : ProviderContract<HuggingFaceDouble>(doubles)
{
    private const string Kontext = "huggingface/flux-kontext-dev";

    protected override ProviderAdapter Adapter => HuggingFaceProvider.Adapter;

    protected override string PlainModel => "huggingface/flux-dev";

    protected override bool IsTestable => true;

    protected override bool IsStart(HttpRequestLike request) => request.Method == "POST";

    [Fact]
    public async Task What_follows_the_application_in_a_name_plays_no_part_once_it_is_queued()
    {
        var (provider, call) = (Provider(), Call());

        var pending = (await provider.StartAsync(Request(Model(PlainModel), images: 1), call, CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Pending>();

        pending.ExternalId.ShouldStartWith("/fal-ai/fal-ai/flux/requests/");
        (await FinishAsync(provider, pending, call)).Nsfw.ShouldBe(false);
    }

    [Theory]
    [InlineData("huggingface/flux-dev", "The content could not be processed", FailureKind.Refused)]
    [InlineData(Kontext, "NSFW content detected. Try running it again.", FailureKind.Refused)]
    [InlineData(Kontext, "The input or output was flagged as sensitive. (E005)", FailureKind.Refused)]
    [InlineData(Kontext, "CUDA out of memory", FailureKind.Retryable)]
    public async Task A_prediction_that_fails_says_why(string model, string error, FailureKind kind)
    {
        (Theirs.FailWith, Theirs.Holds) = (error, false);
        var (provider, call, before) = (Provider(), Call(), Theirs.Billed);
        var pending = (await provider.StartAsync(Start(model), call, CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Pending>();
        ProviderAnswer answer = pending;
        while (answer is ProviderAnswer.Pending)
            answer = await provider.PollAsync(pending.ExternalId, call, CancellationToken.None);

        answer.ShouldBeOfType<ProviderAnswer.Failed>().Failure.Kind.ShouldBe(kind);
        Theirs.Billed.ShouldBe(before);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Replicate_paints_within_the_call_or_is_looked_for(bool holds)
    {
        Theirs.Holds = holds;
        var (provider, call, before) = (Provider(), Call(), Theirs.Billed);

        var answer = await provider.StartAsync(Start(Kontext), call, CancellationToken.None);

        if (!holds)
            answer.ShouldBeOfType<ProviderAnswer.Pending>().ExternalId.ShouldStartWith("/replicate/v1/predictions/");
        if (answer is ProviderAnswer.Pending pending)
            answer = await FinishAsync(provider, pending, call);
        answer.ShouldBeOfType<ProviderAnswer.Painted>().Images.ShouldHaveSingleItem();
        (Theirs.Billed - before).ShouldBe(1);
    }

    [Theory]
    [InlineData("huggingface/flux-dev")]
    [InlineData(Kontext)]
    public async Task A_cancel_reaches_it(string model)
    {
        Theirs.Holds = false;
        var (provider, call) = (Provider(), Call());
        var pending = (await provider.StartAsync(Start(model), call, CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Pending>();

        (await provider.CancelAsync(pending.ExternalId, call, CancellationToken.None)).ShouldBeTrue();
        (await provider.CancelAsync("https://fal.media/picture.png", call, CancellationToken.None)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_prediction_that_is_gone_has_ended()
    {
        foreach (var id in new[] { "/fal-ai/fal-ai/flux/requests/none", "/replicate/v1/predictions/none" })
            (await Provider().PollAsync(id, Call(), CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Failed>().Failure.Kind.ShouldBe(FailureKind.Retryable);
    }

    public override void Dispose()
    {
        (Theirs.FailWith, Theirs.Holds) = (null, true);
        base.Dispose();
    }

    private PaintRequest Start(string model) => Request(Model(model), images: Model(model).Parameters.NeedsInputImage ? 1 : 0);
}

// Replicate, against its double.
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

    [Fact]
    public async Task A_cancel_reaches_it()
    {
        var (provider, call) = (Provider(), Call());
        var pending = (await provider.StartAsync(Request(Model(PlainModel)), call, CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Pending>();

        (await provider.CancelAsync(pending.ExternalId, call, CancellationToken.None)).ShouldBeTrue();
    }
}

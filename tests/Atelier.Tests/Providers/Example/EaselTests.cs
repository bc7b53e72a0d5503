// Easel, an imaginary engine, against its double: the example of docs/adding-a-provider.md.
using System.Runtime.CompilerServices;
using Atelier.Catalogue;
using Atelier.Doubles;
using Atelier.Providers;

namespace Atelier.Tests.Providers.Example;

public sealed class EaselTests(DoublesFixture doubles) : ProviderContract<EaselDouble>(doubles)
{
    protected override ProviderAdapter Adapter => EaselProvider.Adapter;

    protected override string PlainModel => "easel/gouache";

    protected override bool IsStart(HttpRequestLike request) => request.Method == "POST";

    // A real provider's file stands among the built-in ones, and this member is not needed.
    protected override ModelCatalogue Models { get; } = ModelCatalogue.Parse(File.ReadAllText(Path.Combine(ThisFolder(), "easel.yaml")));

    [Theory]
    [InlineData("torn", FailureKind.Retryable, "Easel had a passing problem.")]
    [InlineData("refused", FailureKind.Refused, "Easel refused this prompt or picture because of its content rules: it is not fit for hanging.")]
    public async Task A_painting_that_ends_without_a_picture_says_why(string state, FailureKind kind, string sentence)
    {
        var (provider, call) = (Provider(), Call());
        Theirs.EndWith = state;
        var answer = await provider.StartAsync(Request(Model(PlainModel)), call, CancellationToken.None);
        while (answer is ProviderAnswer.Pending pending)
            answer = await provider.PollAsync(pending.ExternalId, call, CancellationToken.None);
        Theirs.EndWith = null;

        var failure = answer.ShouldBeOfType<ProviderAnswer.Failed>().Failure;
        (failure.Kind, failure.Message).ShouldBe((kind, sentence));
    }

    [Fact]
    public async Task A_wrong_order_is_told_to_the_user()
    {
        var answer = await Provider().StartAsync(Request(Model(PlainModel)) with { Width = 1000 }, Call(), CancellationToken.None);

        var failure = answer.ShouldBeOfType<ProviderAnswer.Failed>().Failure;
        (failure.Kind, failure.Message).ShouldBe((FailureKind.BadInput, "Easel does not accept this request: width must be a multiple of 64."));
    }

    [Fact]
    public async Task A_start_whose_answer_was_lost_is_found_by_its_label()
    {
        var (provider, call, request) = (Provider(), Call(), Request(Model(PlainModel)));
        (await provider.FindAsync(request, call, CancellationToken.None)).ShouldBeOfType<ProviderLookup.Absent>();

        Host.Faults.Once(Fault.Of("reset after the call was carried out"));
        var lost = (await provider.StartAsync(request, call, CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Failed>().Failure;
        lost.Kind.ShouldBe(FailureKind.OutcomeUnknown);

        var found = (await provider.FindAsync(request, call, CancellationToken.None)).ShouldBeOfType<ProviderLookup.Found>();
        (await FinishAsync(provider, new ProviderAnswer.Pending(found.ExternalId), call)).Images.ShouldHaveSingleItem();
        Host.Faults.Once(Fault.Of("status 503"));
        (await provider.FindAsync(request, call, CancellationToken.None)).ShouldBeOfType<ProviderLookup.Unanswered>();
    }

    [Fact]
    public async Task A_painting_can_be_cancelled_once()
    {
        var (provider, call) = (Provider(), Call());
        var pending = (await provider.StartAsync(Request(Model(PlainModel)), call, CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Pending>();

        (await provider.CancelAsync(pending.ExternalId, call, CancellationToken.None)).ShouldBeTrue();
        (await provider.CancelAsync(pending.ExternalId, call, CancellationToken.None)).ShouldBeFalse();
    }

    private static string ThisFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}

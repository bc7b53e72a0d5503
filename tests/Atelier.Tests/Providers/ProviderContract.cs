// What every provider does, against its double: paints every model in every shape, understands every failure, never pays twice for one call.
using Atelier.Catalogue;
using Atelier.Doubles;
using Atelier.Generating;
using Atelier.Providers;
using Atelier.Vips;

namespace Atelier.Tests.Providers;

public abstract class ProviderContract<TDouble>(DoublesFixture doubles) : IClassFixture<DoublesFixture>, IDisposable where TDouble : ProviderDouble
{
    private const string Secret = ProviderDouble.GoodKey + "secret-5c1f";

    private static readonly InputImage Picture = new(new PictureShelf(new DoubleSettings()).Paint(64, 64), "image/png");

    private readonly ProviderHttp _http = doubles.Http();

    protected DoublesHost Host => doubles.Host;

    protected TDouble Theirs => doubles.Host.Get<TDouble>();

    /// <summary>The kind of provider that is tested.</summary>
    protected abstract ProviderAdapter Adapter { get; }

    /// <summary>The model with which failures are tried.</summary>
    protected abstract string PlainModel { get; }

    /// <summary>Whether a call is the one that starts a picture.</summary>
    protected abstract bool IsStart(HttpRequestLike request);

    /// <summary>Whether the engine paints while the call lasts.</summary>
    protected virtual bool PaintsAtOnce => false;

    /// <summary>Whether a look brings the picture itself, so that there is nothing to fetch and a look can be too large for good.</summary>
    protected virtual bool LookBringsPicture => false;

    /// <summary>The catalogue whose models of this kind are tried. Default: the one that ships.</summary>
    protected virtual ModelCatalogue Models { get; } = ModelCatalogue.BuiltIn();

    /// <summary>Whether it has a call that asks for the key and costs nothing.</summary>
    protected virtual bool IsTestable => false;

    /// <summary>What a fault of a start means to this provider; null for what it means to most.</summary>
    protected virtual FailureKind? MeaningOf(Fault fault) => null;

    /// <summary>How the endpoint of the test is set up beyond what all have in common.</summary>
    protected virtual ProviderEndpoint Set(ProviderEndpoint endpoint) => endpoint;

    [Fact]
    public async Task Every_model_in_every_shape_and_quality_is_accepted_with_and_without_an_image()
    {
        var provider = Provider();
        var models = Models.Models.Where(model => model.Provider == Adapter.Kind).ToList();
        models.ShouldNotBeEmpty();
        var (before, painted) = (Theirs.Billed, 0);
        foreach (var model in models)
        {
            foreach (var (size, images) in ContractRequests.Of(model))
            {
                var request = Request(model, size, images);
                var answer = await provider.StartAsync(request, Call(), CancellationToken.None);
                answer.ShouldNotBeOfType<ProviderAnswer.Failed>($"{model.Id} {size} with {images} images: {(answer as ProviderAnswer.Failed)?.Failure}");
                painted++;
            }
        }
        (Theirs.Billed - before).ShouldBe(painted);
    }

    [Fact]
    public async Task A_picture_comes_whole_and_is_billed_once()
    {
        var before = Theirs.Billed;

        var painted = await PaintAsync(Provider(), Call());

        painted.Images.ShouldHaveSingleItem();
        using var image = VipsImage.FromEncoded(painted.Images[0].Bytes.Span);
        image.Width.ShouldBeGreaterThan(0);
        (Theirs.Billed - before).ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(FaultNames.All), MemberType = typeof(FaultNames))]
    public async Task A_start_that_fails_is_understood(string name)
    {
        var fault = Fault.Of(name);
        var before = Theirs.Billed;
        Host.Faults.Once(fault, request => IsStart(new HttpRequestLike(request.Method, request.Path)));

        var answer = await Provider().StartAsync(Request(Model(PlainModel)), Call(), CancellationToken.None);

        var failure = answer.ShouldBeOfType<ProviderAnswer.Failed>($"{name}: {answer}").Failure;
        failure.Kind.ShouldBe(MeaningOf(fault) ?? UsualMeaning(fault), failure.ToString());
        failure.Message.ShouldEndWith(".");
        failure.ToString().ShouldNotContain(Secret);
        if (fault.Name.StartsWith("429 with", StringComparison.Ordinal))
            failure.RetryAfter.ShouldNotBeNull().TotalSeconds.ShouldBeInRange(4, 9);
        (Theirs.Billed - before).ShouldBe(fault.Executes ? 1 : 0);
    }

    [Fact]
    public async Task A_provider_that_cannot_be_reached_was_surely_not_asked()
    {
        var answer = await Provider(new Uri("http://127.0.0.1:1")).StartAsync(Request(Model(PlainModel)), Call(), CancellationToken.None);

        answer.ShouldBeOfType<ProviderAnswer.Failed>().Failure.Kind.ShouldBe(FailureKind.Retryable);
    }

    [Fact]
    public async Task A_wrong_key_is_told_from_a_poor_one()
    {
        if (!Adapter.NeedsKey)
            return;
        var before = Theirs.Billed;
        (await StartWithAsync("wrong-key")).Kind.ShouldBe(FailureKind.Auth);
        (await StartWithAsync(ProviderDouble.PoorKey)).Kind.ShouldBe(FailureKind.QuotaExhausted);
        Theirs.Billed.ShouldBe(before);
    }

    [Fact]
    public async Task A_key_is_tried_by_a_call_that_paints_nothing()
    {
        var before = Theirs.Billed;
        (await TestAsync(Provider())).ShouldBeOfType(IsTestable ? typeof(KeyTest.Works) : typeof(KeyTest.Untestable));
        if (!IsTestable)
            return;
        if (Adapter.NeedsKey)
            (await TestAsync(Provider(), "wrong-key")).ShouldBeOfType<KeyTest.Fails>().Failure.Kind.ShouldBe(FailureKind.Auth);
        (await TestAsync(Provider(new Uri("http://127.0.0.1:1")))).ShouldBeOfType<KeyTest.Fails>().Failure.Kind.ShouldBe(FailureKind.Retryable);
        foreach (var fault in Fault.All.Where(fault => fault.Name is "a web page instead of an answer" or "broken JSON" or "status 404" or "status 503"))
        {
            Host.Faults.Once(fault);
            var failure = (await TestAsync(Provider())).ShouldBeOfType<KeyTest.Fails>(fault.Name).Failure;
            failure.Kind.ShouldBeOneOf(FailureKind.Retryable, FailureKind.Permanent);
        }
        Theirs.Billed.ShouldBe(before);

        Task<KeyTest> TestAsync(ImageProvider provider, string secret = Secret) => provider.TestAsync(Call(secret), CancellationToken.None);
    }

    [Theory]
    [MemberData(nameof(FaultNames.All), MemberType = typeof(FaultNames))]
    public async Task A_look_that_fails_is_repeated_and_pays_nothing(string name)
    {
        if (PaintsAtOnce)
            return;
        var (fault, before, provider, call) = (Fault.Of(name), Theirs.Billed, Provider(), Call());
        var pending = (await provider.StartAsync(Request(Model(PlainModel)), call, CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Pending>();
        // A prediction that the provider no longer knows has ended; everything else passes.
        var ends = fault.Name is "status 404" || LookBringsPicture && fault.Name is "answer that is too large";
        Host.Faults.Once(fault, request => request.Path.StartsWithSegments($"/{Theirs.Name}", StringComparison.Ordinal));

        var answer = await Provider().PollAsync(pending.ExternalId, call, CancellationToken.None);

        if (ends && answer is ProviderAnswer.Failed)
            return;
        answer.ShouldBeOfType<ProviderAnswer.Pending>($"{name}: {answer}");
        await FinishAsync(provider, pending, call);
        (Theirs.Billed - before).ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(FaultNames.All), MemberType = typeof(FaultNames))]
    public async Task A_picture_that_does_not_arrive_is_fetched_again_and_paid_once(string name)
    {
        if (PaintsAtOnce || LookBringsPicture)
            return;
        var (before, provider, call) = (Theirs.Billed, Provider(), Call());
        var pending = (await provider.StartAsync(Request(Model(PlainModel)), call, CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Pending>();
        Host.Faults.Once(Fault.Of(name), request => IsFetch(new HttpRequestLike(request.Method, request.Path)));

        // What is larger than allowed once is so always.
        if (name == "answer that is too large")
            (await Should.ThrowAsync<InvalidOperationException>(FinishAsync(provider, pending, call))).Message.ShouldContain("too large");
        else
            (await FinishAsync(provider, pending, call)).Images.ShouldNotBeEmpty();

        (Theirs.Billed - before).ShouldBe(1);
    }

    public virtual void Dispose()
    {
        Host.Faults.Clear();
        _http.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Whether a call fetches a picture that is done.</summary>
    protected virtual bool IsFetch(HttpRequestLike request) => request.Path.StartsWith("/pictures/", StringComparison.Ordinal);

    protected ImageProvider Provider(Uri? at = null, ProviderEndpoint? endpoint = null) => Adapter.Create(endpoint ?? Set(new ProviderEndpoint
    {
        Name = Adapter.Kind,
        BaseUrl = at ?? Host.AddressOf(Theirs),
        ResultHosts = Adapter.ResultHosts,
        SiblingHosts = Adapter.SiblingHosts,
        MaxAnswer = 2 * 1024 * 1024,
        MaxPicture = 2 * 1024 * 1024,
    }), _http, TimeProvider.System);

    protected PaintCall Call(string secret = Secret) => new()
    {
        Key = Adapter.NeedsKey ? new ProviderKey(Adapter.Kind, "main", secret) : null,
        Reference = Guid.NewGuid().ToString("D"),
        StartedAt = TimeProvider.System.GetUtcNow(),
    };

    protected Model Model(string id) => Models.Find(id).ShouldNotBeNull();

    /// <summary>What the worker asks for when somebody wishes for a cat.</summary>
    protected static PaintRequest Request(Model model, PixelSize? size = null, int images = 0) => EngineRequest.For(
        new Generation
        {
            Id = "g", BatchId = "b", BatchIndex = 0, Owner = "ada", Prompt = "a cat {prompt} on a mat", NegativePrompt = model.Parameters.NegativePrompt ? "dogs" : null,
            Model = model.Id, Width = (size ?? Standard(model)).Width, Height = (size ?? Standard(model)).Height, Quality = "standard", Seed = 7,
            Steps = (int?)model.Parameters.Steps?.Default, Guidance = model.Parameters.Guidance?.Default,
            Strength = images > 0 ? model.Parameters.Strength?.Default : null, OutputFormat = model.Formats[0], CreatedAt = DateTimeOffset.UnixEpoch,
        },
        model, style: null, [.. Enumerable.Repeat(Picture, images)])
        with { Mask = images > 0 && model.Parameters.NeedsMask ? Picture : null };

    protected async Task<ProviderAnswer.Painted> PaintAsync(ImageProvider provider, PaintCall call, PaintRequest? request = null) =>
        await provider.StartAsync(request ?? Request(Model(PlainModel)), call, CancellationToken.None) switch
        {
            ProviderAnswer.Painted painted => painted,
            ProviderAnswer.Pending pending => await FinishAsync(provider, pending, call),
            var failed => throw new InvalidOperationException($"not painted: {failed}"),
        };

    protected static async Task<ProviderAnswer.Painted> FinishAsync(ImageProvider provider, ProviderAnswer.Pending pending, PaintCall call)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            switch (await provider.PollAsync(pending.ExternalId, call, limit.Token))
            {
                case ProviderAnswer.Painted painted:
                    return painted;
                case ProviderAnswer.Pending again:
                    again.ExternalId.ShouldBe(pending.ExternalId);
                    await Task.Delay(10, limit.Token);
                    break;
                case var failed:
                    throw new InvalidOperationException($"not painted: {failed}");
            }
        }
    }

    private async Task<ProviderFailure> StartWithAsync(string secret) =>
        (await Provider().StartAsync(Request(Model(PlainModel)), Call(secret), CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Failed>().Failure;

    private static PixelSize Standard(Model model) => SizePlan.For(model.Sizes, new AspectRatio(1, 1), SizePlan.StandardQuality).Paint;

    private static FailureKind UsualMeaning(Fault fault) => fault.Name switch
    {
        _ when fault.Name.StartsWith("429", StringComparison.Ordinal) => FailureKind.RateLimited,
        "status 400" or "status 413" or "status 422" => FailureKind.BadInput,
        "status 401" or "status 403" => FailureKind.Auth,
        "status 402" => FailureKind.QuotaExhausted,
        "status 404" => FailureKind.RetiredModel,
        "status 408" or "status 500" or "status 503" => FailureKind.Retryable,
        "redirect into the private network" => FailureKind.Permanent,
        _ => FailureKind.OutcomeUnknown,
    };
}

/// <summary>Method and path of a call.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path.</param>
public readonly record struct HttpRequestLike(string Method, string Path);

/// <summary>The names of every fault.</summary>
public static class FaultNames
{
    public static TheoryData<string> All => [.. Fault.All.Select(fault => fault.Name)];
}

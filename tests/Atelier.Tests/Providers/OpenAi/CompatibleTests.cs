// A server that speaks like OpenAI, against the double of stable-diffusion.cpp's; the model is the example that the catalogue's own file shows.
using Atelier.Catalogue;
using Atelier.Doubles;
using Atelier.Doubles.OpenAi;
using Atelier.Providers;
using Atelier.Providers.OpenAi;
using Atelier.Vips;

namespace Atelier.Tests.Providers.OpenAi;

public sealed class CompatibleTests(DoublesFixture doubles) : ProviderContract<CompatibleDouble>(doubles)
{
    protected override ProviderAdapter Adapter => OpenAiProvider.Compatible;

    protected override string PlainModel => "home/stable-diffusion";

    protected override bool PaintsAtOnce => true;

    protected override ModelCatalogue Models { get; } = ModelCatalogue.Parse(Example());

    protected override bool IsTestable => true;

    protected override bool IsStart(HttpRequestLike request) => request.Method == "POST" && request.Path.StartsWith("/openai-compatible/v1/images/", StringComparison.Ordinal);

    [Fact]
    public void No_model_of_it_ships() => ModelCatalogue.BuiltIn().Models.ShouldNotContain(model => model.Provider == "openai-compatible");

    [Fact]
    public async Task Seed_and_steps_travel_inside_the_prompt()
    {
        await PaintAsync(Provider(), Call(), Request(Model(PlainModel)) with { Prompt = "a \"quoted\" cat", Seed = 4711, Steps = 9 });

        Theirs.NewestPrompt.ShouldBe("a \"quoted\" cat");
        Theirs.NewestSettings.At("seed").Number().ShouldBe(4711);
        Theirs.NewestSettings.At("sample_params", "sample_steps").Number().ShouldBe(9);
    }

    [Fact]
    public async Task A_key_is_sent_where_there_is_one_only()
    {
        await PaintAsync(Provider(), Call());
        Theirs.NewestKey.ShouldBe("");

        await PaintAsync(Provider(), Call() with { Key = new ProviderKey("home", "main", "secret") });
        Theirs.NewestKey.ShouldBe("Bearer secret");
    }

    [Fact]
    public async Task A_mask_says_the_same_in_brightness_and_in_transparency()
    {
        await PaintAsync(Provider(), Call(), Request(Model(PlainModel), images: 1) with { Mask = Masks.LeftHalfWhite() });

        using var mask = VipsImage.FromEncoded(Theirs.NewestMask);
        var pixels = mask.ToPixels();
        pixels[..4].ShouldBe([255, 255, 255, 0]);
        pixels[(63 * 4)..(64 * 4)].ShouldBe([0, 0, 0, 255]);
    }

    [Fact]
    public async Task A_picture_may_be_answered_by_a_path_of_the_server()
    {
        Theirs.AnswersWithAddress = true;

        var painted = await PaintAsync(Provider(), Call());

        using var picture = VipsImage.FromEncoded(painted.Images.ShouldHaveSingleItem().Bytes.Span);
        picture.Width.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_picture_that_does_not_arrive_is_asked_for_again_by_its_address_and_paid_once()
    {
        Theirs.AnswersWithAddress = true;
        var (before, provider, call) = (Theirs.Billed, Provider(), Call());
        Host.Faults.Once(Fault.Of("status 500"), request => request.Path.StartsWithSegments("/pictures", StringComparison.Ordinal));

        var pending = (await provider.StartAsync(Request(Model(PlainModel)), call, CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Pending>();

        (await FinishAsync(provider, pending, call)).Images.ShouldHaveSingleItem();
        (Theirs.Billed - before).ShouldBe(1);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://elsewhere.example/picture.png")]
    public async Task A_picture_is_never_fetched_from_where_it_may_not_be(string address)
    {
        Host.Faults.Once(Fault.Answering("elsewhere", 200, $$"""{"data":[{"url":"{{address}}"}]}"""));

        (await StartAsync()).ShouldBeOfType<ProviderAnswer.Failed>().Failure.Kind.ShouldBe(FailureKind.Permanent);
    }

    [Theory]
    [InlineData(400, """{"error":"width and height must be between 64 and 4096"}""", FailureKind.BadInput, "between 64 and 4096")]
    [InlineData(500, """{"error":"server_error","message":"generate_image failed"}""", FailureKind.Retryable, "passing problem")]
    [InlineData(429, """{"error":"job queue is full"}""", FailureKind.RateLimited, "pause")]
    [InlineData(422, """{"detail":[{"loc":["body","size"],"msg":"Input should be a valid string","type":"string_type"}]}""", FailureKind.BadInput, "valid string")]
    [InlineData(400, """{"message":"NSFW content detected"}""", FailureKind.Refused, "content rules")]
    [InlineData(404, """{"error":{"message":"model \"sdxl\" not found","type":"invalid_request_error","code":null}}""", FailureKind.RetiredModel, "does not offer")]
    [InlineData(500, "out of memory", FailureKind.Retryable, "passing problem")]
    [InlineData(400, """{"error":"half a character: \ud800"}""", FailureKind.BadInput, "does not accept this request.")]
    [InlineData(200, """{"data":[]}""", FailureKind.OutcomeUnknown, "did not say")]
    [InlineData(200, """{"data":[{"b64_json":"!!!"}]}""", FailureKind.OutcomeUnknown, "did not say")]
    public async Task Errors_of_any_shape_are_understood(int status, string body, FailureKind kind, string told)
    {
        Host.Faults.Once(Fault.Answering("some server's", status, body));

        var failure = (await StartAsync()).ShouldBeOfType<ProviderAnswer.Failed>().Failure;

        failure.Kind.ShouldBe(kind, failure.ToString());
        failure.Message.ShouldContain(told);
    }

    public override void Dispose()
    {
        Theirs.AnswersWithAddress = false;
        base.Dispose();
    }

    private Task<ProviderAnswer> StartAsync() => Provider().StartAsync(Request(Model(PlainModel)), Call(), CancellationToken.None);

    // The comment of the shipped file, from its first line of YAML on.
    private static string Example()
    {
        using var stream = typeof(ModelCatalogue).Assembly.GetManifestResourceStream("Atelier.Catalogue.Models.openai-compatible.yaml").ShouldNotBeNull();
        using var reader = new StreamReader(stream);
        return string.Join('\n', reader.ReadToEnd().Split('\n').SkipWhile(line => line != "# models:").Select(line => line.TrimStart('#')));
    }
}

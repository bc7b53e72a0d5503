// Pictures of OpenAI that come as a stream: previews on the way, one picture at the end, and no second one when the stream breaks.
using System.Text;
using System.Text.Json.Nodes;
using Atelier.Doubles;
using Atelier.Doubles.OpenAi;
using Atelier.Providers;
using Atelier.Providers.OpenAi;
using Atelier.Vips;

namespace Atelier.Tests.Providers.OpenAi;

public sealed class PreviewTests(DoublesFixture doubles) : IClassFixture<DoublesFixture>, IDisposable
{
    private readonly ProviderHttp _http = doubles.Http();
    private readonly Heard _heard = new();

    private OpenAiDouble Theirs => doubles.Host.Get<OpenAiDouble>();

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Partial_pictures_become_small_previews_while_it_paints(int images)
    {
        var before = Theirs.Billed;

        var painted = (await StartAsync(images: images)).ShouldBeOfType<ProviderAnswer.Painted>();

        _heard.All.Select(progress => Math.Round(progress.Fraction, 2)).ShouldBe([0.33, 0.67]);
        using var preview = VipsImage.FromEncoded(_heard.All[0].Preview.Span);
        Math.Max(preview.Width, preview.Height).ShouldBeLessThanOrEqualTo(384);
        _heard.All[0].PreviewType.ShouldBe("image/webp");
        using var picture = VipsImage.FromEncoded(painted.Images.ShouldHaveSingleItem().Bytes.Span);
        picture.Width.ShouldBeGreaterThan(0);
        painted.Cost.ShouldNotBeNull().ShouldBeGreaterThan(0);
        (Theirs.Billed - before).ShouldBe(1);
    }

    [Fact]
    public async Task A_preview_that_nobody_would_see_is_not_made()
    {
        await StartAsync(apart: TimeSpan.FromMinutes(1));

        _heard.All.Select(progress => progress.Preview.IsEmpty).ShouldBe([false, true]);
    }

    [Fact]
    public async Task Previews_may_be_as_large_as_the_picture_each()
    {
        var whole = new PictureShelf(new DoubleSettings { LongestSide = 256 }).Paint(1024, 1024).Length;

        (await StartAsync(mostBytes: whole * 2)).ShouldBeOfType<ProviderAnswer.Painted>();
    }

    [Fact]
    public async Task Without_previews_nothing_is_streamed()
    {
        (await StartAsync(previews: "0")).ShouldBeOfType<ProviderAnswer.Painted>();

        _heard.All.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("moderation_blocked", "image_generation_user_error", FailureKind.Refused)]
    [InlineData("rate_limit_exceeded", "requests", FailureKind.RateLimited)]
    [InlineData("server_error", "server_error", FailureKind.Retryable)]
    [InlineData("something_new", "image_generation_error", FailureKind.OutcomeUnknown)]
    public async Task A_stream_that_ends_with_an_error_says_why(string code, string type, FailureKind kind)
    {
        Theirs.EndStreamWith = new JsonObject { ["type"] = type, ["code"] = code, ["message"] = "It ended.", ["param"] = null };

        var failure = (await StartAsync()).ShouldBeOfType<ProviderAnswer.Failed>().Failure;

        failure.Kind.ShouldBe(kind);
    }

    [Fact]
    public async Task A_stream_that_ends_without_a_picture_leaves_the_outcome_unknown()
    {
        doubles.Host.Faults.Once(Fault.Answering("half a stream", 200, "event: image_generation.partial_image\ndata: {\"type\":\"image_generation.partial_image\",\"b64_json\":\"AAAA\"}\n\n", "text/event-stream"));

        (await StartAsync()).ShouldBeOfType<ProviderAnswer.Failed>().Failure.Kind.ShouldBe(FailureKind.OutcomeUnknown);
        _heard.All.ShouldHaveSingleItem().Preview.IsEmpty.ShouldBeTrue();
    }

    [Theory]
    [InlineData("answer cut short")]
    [InlineData("reset after the call was carried out")]
    [InlineData("answer that never ends")]
    public async Task A_stream_that_breaks_is_never_started_again_blindly(string fault)
    {
        doubles.Host.Faults.Once(Fault.Of(fault));

        (await StartAsync()).ShouldBeOfType<ProviderAnswer.Failed>().Failure.Kind.ShouldBe(FailureKind.OutcomeUnknown);
    }

    [Fact]
    public async Task A_server_that_does_not_stream_is_read_all_the_same()
    {
        var picture = Convert.ToBase64String(new PictureShelf(new DoubleSettings()).Paint(8, 8));
        doubles.Host.Faults.Once(Fault.Answering("plain answer", 200, $$"""{"created":1,"data":[{"b64_json":"{{picture}}"}]}"""));

        (await StartAsync()).ShouldBeOfType<ProviderAnswer.Painted>().Images.ShouldHaveSingleItem();
    }

    [Fact]
    public void Events_are_read_however_the_bytes_are_cut()
    {
        var text = "event: a\r\ndata: one\r\n\r\n: a comment\n\ndata:two\ndata: lines\n\ndata: never ended\n";
        for (var size = 1; size < text.Length; size++)
        {
            var events = new List<string>();
            var stream = new EventStream(data => events.Add(Encoding.UTF8.GetString(data.Span)));
            foreach (var block in Encoding.UTF8.GetBytes(text).Chunk(size))
                stream.Feed(block);
            events.ShouldBe(["one", "two\nlines"]);
        }
    }

    public void Dispose()
    {
        Theirs.EndStreamWith = null;
        doubles.Host.Faults.Clear();
        _http.Dispose();
    }

    private Task<ProviderAnswer> StartAsync(int images = 0, TimeSpan apart = default, string? previews = null, long mostBytes = ProviderEndpoint.DefaultMaxAnswer)
    {
        var endpoint = new ProviderEndpoint
        {
            Name = "openai", BaseUrl = doubles.Host.AddressOf(Theirs), MaxAnswer = mostBytes,
            Options = previews is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["previews"] = previews },
        };
        var request = new PaintRequest
        {
            Model = "gpt-image-2", Prompt = "a cat", Width = 1024, Height = 1024, Seed = 1, Format = ImageFormat.Png, 
            TokenPrices = new Dictionary<string, decimal> { ["text_in"] = 5, ["image_in"] = 8, ["image_out"] = 30 },
            Input = images == 0
                ? new JsonObject { ["prompt"] = "{prompt}", ["size"] = "{width}x{height}" }
                : new JsonObject { ["prompt"] = "{prompt}", ["image[]"] = "{images}" },
            InputImages = [.. Enumerable.Repeat(new InputImage(new PictureShelf(new DoubleSettings()).Paint(64, 64), "image/png"), images)],
        };
        var call = new PaintCall { Key = new ProviderKey("openai", "main", "test-key"), Progress = _heard, PreviewInterval = apart };
        return OpenAiProvider.Adapter.Create(endpoint, _http, TimeProvider.System).StartAsync(request, call, CancellationToken.None);
    }

    private sealed class Heard : IProgress<PaintProgress>
    {
        public List<PaintProgress> All { get; } = [];

        public void Report(PaintProgress value) => All.Add(value);
    }
}

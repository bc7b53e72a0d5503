// The built-in painter as others see it: same bytes for the same seed, every size, style and setting, safe SVG, honest failures.
using System.Xml.Linq;
using Atelier.Providers;
using Atelier.Providers.Sketch;
using Atelier.Vips;

namespace Atelier.Tests.Sketch;

public sealed class SketchProviderTests
{
    private const string Plain = "a cat on a bench in a park";

    public static TheoryData<string> Settings() => [.. Backdrop.All.Keys.Order(StringComparer.Ordinal)];

    public static TheoryData<string> Styles() => [.. Studio.Lexicon.Section("styles").Select(s => s.Key)];

    [Theory]
    [MemberData(nameof(Styles))]
    public async Task The_same_seed_gives_the_same_bytes(string style)
    {
        var request = Studio.Request(Plain) with { Style = style };
        var other = new SketchProvider();
        var answer = (ProviderAnswer.Painted)await other.StartAsync(request, new PaintCall(), CancellationToken.None);
        answer.Images[0].Bytes.ToArray().ShouldBe(await Studio.PaintAsync(request));
    }

    [Theory]
    [InlineData(Plain)]
    [InlineData("happiness")]
    [InlineData("a red circle")]
    [InlineData("three fish underwater")]
    public async Task Another_seed_gives_a_visibly_different_picture(string prompt)
    {
        var pictures = new List<byte[]>();
        for (var seed = 1; seed <= 4; seed++)
            pictures.Add(await Studio.PaintAsync(Studio.Request(prompt, seed: seed)));
        for (var i = 1; i < pictures.Count; i++)
            Studio.Distance(pictures[0], pictures[i]).ShouldBeGreaterThan(5);
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task Every_setting_is_painted_at_every_shape(string setting)
    {
        foreach (var (width, height) in ((int, int)[])[(192, 192), (256, 64), (64, 256)])
        {
            foreach (var time in (string[])["day", "night"])
                Varied(await Studio.PaintAsync(Studio.Request($"a dog, {setting}, {time}", width, height)), width, height);
        }
    }

    [Theory]
    [MemberData(nameof(Styles))]
    public async Task Every_style_is_painted_at_every_shape(string style)
    {
        foreach (var (width, height) in ((int, int)[])[(192, 192), (320, 80), (80, 320)])
            Varied(await Studio.PaintAsync(Studio.Request(Plain, width, height) with { Style = style }), width, height);
    }

    [Theory]
    [MemberData(nameof(Styles))]
    public async Task Every_style_is_safe_and_self_contained_SVG(string style) =>
        Safe(await Studio.SvgAsync(Studio.Request(Plain + " with a sign that says \"a < b & c\"") with { Style = style }));

    [Theory]
    [InlineData("</svg><script>alert(1)</script>")]
    [InlineData("\"</svg><script>alert(1)</script>\"")]
    [InlineData("a cat saying '<image href=\"http://example.com/x.png\"/>'")]
    [InlineData("\u200b\u200b\ufeff")]
    [InlineData("🐱🐶 \"🐱 emoji ünïcödé 漢字\" 👩‍👩‍👧")]
    [InlineData("\ud800 lone surrogate \"\udc00\"")]
    [InlineData("\"\"\"''''\"\"")]
    [InlineData("a\0cat\u0001 \"\u0001\u0002\"")]
    public async Task Hostile_prompts_paint_safely(string prompt)
    {
        Safe(await Studio.SvgAsync(Studio.Request(prompt)));
        Varied(await Studio.PaintAsync(Studio.Request(prompt)), 256, 256);
    }

    [Fact]
    public async Task Prompts_of_ten_thousand_characters_paint()
    {
        Safe(await Studio.SvgAsync(Studio.Request(string.Concat(Enumerable.Repeat("three cats on a sofa and ", 400)))));
        Safe(await Studio.SvgAsync(Studio.Request(new string('x', 10_000))));
        Safe(await Studio.SvgAsync(Studio.Request("\"" + new string('W', 10_000) + "\"")));
        Safe(await Studio.SvgAsync(Studio.Request(string.Concat(Enumerable.Repeat("'s ", 3_000)))));
    }

    [Theory]
    [InlineData(16, 16)]
    [InlineData(4096, 16)]
    [InlineData(16, 4096)]
    [InlineData(2048, 2048)]
    public async Task Extreme_sizes_are_honoured(int width, int height)
    {
        using var image = VipsImage.FromEncoded(await Studio.PaintAsync(Studio.Request(Plain, width, height)));
        (image.Width, image.Height).ShouldBe((width, height));
    }

    [Theory]
    [InlineData(ImageFormat.Webp, "image/webp")]
    [InlineData(ImageFormat.Png, "image/png")]
    [InlineData(ImageFormat.Jpeg, "image/jpeg")]
    [InlineData(ImageFormat.Avif, "image/avif")]
    [InlineData(ImageFormat.Svg, "image/svg+xml")]
    public async Task The_format_is_honoured(ImageFormat format, string contentType)
    {
        var answer = await Studio.Provider.StartAsync(Studio.Request(Plain, 128, 128, format: format), new PaintCall(),
            CancellationToken.None);
        var image = answer.ShouldBeOfType<ProviderAnswer.Painted>().Images[0];
        image.ContentType.ShouldBe(contentType);
        image.Seed.ShouldBe(7);
    }

    [Theory]
    [InlineData(15, 64, null, null)]
    [InlineData(64, 4097, null, null)]
    [InlineData(64, 64, 0, null)]
    [InlineData(64, 64, 51, null)]
    [InlineData(64, 64, null, -0.1)]
    [InlineData(64, 64, null, double.NaN)]
    public async Task What_it_cannot_paint_is_bad_input(int width, int height, int? steps, double? strength)
    {
        var request = Studio.Request(Plain, width, height) with { Steps = steps, Strength = strength };
        var answer = await Studio.Provider.StartAsync(request, new PaintCall(), CancellationToken.None);
        answer.ShouldBeOfType<ProviderAnswer.Failed>().Failure.Kind.ShouldBe(FailureKind.BadInput);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(50)]
    public async Task Progress_rises_step_by_step_with_few_small_previews(int steps)
    {
        var progress = new Collected();
        await Studio.PaintAsync(Studio.Request(Plain, 1024, 512) with { Steps = steps }, progress);
        progress.All.Count.ShouldBe(steps + 1);
        progress.All.Select(p => p.Fraction).ShouldBeInOrder();
        progress.All[^1].Fraction.ShouldBe(1);
        var previews = progress.All.Where(p => !p.Preview.IsEmpty).ToArray();
        previews.Length.ShouldBeInRange(1, 8);
        foreach (var preview in previews)
        {
            preview.PreviewType.ShouldBe("image/webp");
            using var image = VipsImage.FromEncoded(preview.Preview.Span);
            Math.Max(image.Width, image.Height).ShouldBeLessThanOrEqualTo(512);
        }
    }

    [Fact]
    public async Task Listening_changes_nothing_in_the_picture() =>
        (await Studio.PaintAsync(Studio.Request(Plain), new Collected())).ShouldBe(await Studio.PaintAsync(Studio.Request(Plain)));

    [Fact]
    public async Task A_canceled_call_stops() =>
        await Should.ThrowAsync<OperationCanceledException>(() => Studio.Provider.StartAsync(Studio.Request(Plain), new PaintCall(),
            new CancellationToken(canceled: true)));

    [Fact]
    public async Task An_input_image_shows_through_less_as_the_strength_grows()
    {
        var input = await Studio.PaintAsync(Studio.Request("a red circle", seed: 3));
        var distances = new List<double>();
        foreach (var strength in (double[])[0, 0.3, 0.9])
        {
            var request = Studio.Request("a cat") with { InputImages = [new InputImage(input, "image/png")], Strength = strength };
            distances.Add(Studio.Distance(input, await Studio.PaintAsync(request)));
        }

        distances[0].ShouldBeLessThan(1.5);
        distances.ShouldBeInOrder();
        distances[2].ShouldBeGreaterThan(distances[1] + 1);
    }

    [Theory]
    [MemberData(nameof(Styles))]
    public async Task An_input_image_is_restyled_as_safe_SVG(string style)
    {
        var input = await Studio.PaintAsync(Studio.Request("a red circle", 200, 100));
        Safe(await Studio.SvgAsync(Studio.Request("a cat") with { Style = style, InputImages = [new InputImage(input, "image/png")],
            Strength = 0.8 }));
    }

    [Fact]
    public async Task A_broken_input_image_is_bad_input()
    {
        var request = Studio.Request(Plain) with { InputImages = [new InputImage(new byte[] { 1, 2, 3 }, "image/png")] };
        var answer = await Studio.Provider.StartAsync(request, new PaintCall(), CancellationToken.None);
        answer.ShouldBeOfType<ProviderAnswer.Failed>().Failure.Kind.ShouldBe(FailureKind.BadInput);
    }

    private static void Varied(byte[] encoded, int width, int height)
    {
        using var image = VipsImage.FromEncoded(encoded);
        (image.Width, image.Height).ShouldBe((width, height));
        image.Statistics().Take(3).Max(c => c.Deviation).ShouldBeGreaterThan(6);
    }

    private static void Safe(string svg)
    {
        string[] allowed = ["svg", "defs", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "linearGradient",
            "radialGradient", "stop", "pattern", "filter", "feGaussianBlur", "feMerge", "feMergeNode", "feOffset",
            "feComponentTransfer", "feFuncA", "feTurbulence", "feDisplacementMap", "feColorMatrix", "feTile"];
        var root = XDocument.Parse(svg).Root!;
        foreach (var element in root.DescendantsAndSelf())
        {
            allowed.ShouldContain(element.Name.LocalName);
            element.Name.NamespaceName.ShouldBe("http://www.w3.org/2000/svg");
            foreach (var attribute in element.Attributes().Where(a => !a.IsNamespaceDeclaration))
            {
                attribute.Name.LocalName.ShouldNotStartWith("on");
                attribute.Name.LocalName.ShouldNotBe("href");
                attribute.Value.ShouldNotContain("://");
                if (attribute.Value.Contains("url(", StringComparison.Ordinal))
                    attribute.Value.ShouldStartWith("url(#");
            }
        }

        var ids = root.Descendants().Select(e => e.Attribute("id")?.Value).OfType<string>().ToArray();
        ids.ShouldBeUnique();
        root.Nodes().OfType<XText>().ShouldBeEmpty();
    }
}

// What the painter's tests share: one provider, requests in one line, pixels to compare.
using System.Text;
using System.Xml.Linq;
using Atelier.Providers;
using Atelier.Providers.Sketch;
using Atelier.Vips;

namespace Atelier.Tests.Sketch;

internal static class Studio
{
    public static readonly Lexicon Lexicon = Lexicon.Load();
    public static readonly SymbolShelf Shelf = SymbolShelf.Load(Lexicon);
    public static readonly PromptReader Reader = new(Lexicon, Shelf);
    public static readonly SketchProvider Provider = new();

    public static PaintRequest Request(string prompt, int width = 256, int height = 256, long seed = 7,
        ImageFormat format = ImageFormat.Png) =>
        new() { Model = "sketch", Prompt = prompt, Width = width, Height = height, Seed = seed, Format = format };

    public static async Task<byte[]> PaintAsync(PaintRequest request, IProgress<PaintProgress>? progress = null)
    {
        var answer = await Provider.StartAsync(request, new PaintCall { Progress = progress }, CancellationToken.None);
        var painted = answer.ShouldBeOfType<ProviderAnswer.Painted>();
        return painted.Images.ShouldHaveSingleItem().Bytes.ToArray();
    }

    public static async Task<string> SvgAsync(PaintRequest request) =>
        Encoding.UTF8.GetString(await PaintAsync(request with { Format = ImageFormat.Svg }));

    /// <summary>Mean difference of two pictures of one size, 0 (equal) to 255.</summary>
    public static double Distance(byte[] one, byte[] other)
    {
        using var a = VipsImage.FromEncoded(one);
        using var b = VipsImage.FromEncoded(other);
        return a.ToPixels().Zip(b.ToPixels(), (x, y) => (double)Math.Abs(x - y)).Average();
    }

    /// <summary>Where each subject came to stand, in paint order: middle and foot, from the transforms of the layer of things.</summary>
    public static XElement Layer(string svg, int index) =>
        XDocument.Parse(svg).Root!.Elements().Where(e => e.Name.LocalName == "g").ElementAt(index);
}

/// <summary>Collects progress at once, unlike Progress, which posts it elsewhere.</summary>
internal sealed class Collected : IProgress<PaintProgress>
{
    public List<PaintProgress> All { get; } = [];

    public void Report(PaintProgress value) => All.Add(value);
}

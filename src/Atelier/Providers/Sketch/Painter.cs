// From a request to a picture: reads, composes, restyles. Holds only immutable data, so one painter serves any number of requests at once.
using Atelier.Vips;

namespace Atelier.Providers.Sketch;

/// <summary>The painter itself, without formats and progress.</summary>
internal sealed class Painter
{
    private const double DefaultStrength = 0.6;

    /// <summary>From this strength on the prompt's subjects step into an input image.</summary>
    private const double SubjectsFrom = 0.4;
    private const int InputPixels = 420;
    private readonly Lexicon _lexicon = Lexicon.Load();
    private readonly Lettering _letters = new();
    private readonly PromptReader _reader;

    public Painter() => _reader = new PromptReader(_lexicon, SymbolShelf.Load(_lexicon));

    public Scene Read(PaintRequest request) => _reader.Read(request.Prompt, request.NegativePrompt, request.Style);

    /// <summary>The picture before its style, and the finished one.</summary>
    public (Picture Plain, Picture Styled) Paint(PaintRequest request)
    {
        var scene = Read(request);
        var rng = Rng.For(request.Seed, request.Prompt);
        var plain = Compose(scene, request, rng);
        return (plain, Style.Apply(scene.Style, plain, rng.Fork("style")));
    }

    /// <summary>Redraws an input image in the style; the prompt's subjects appear as the strength grows.</summary>
    public (Picture Plain, Picture Styled) Restyle(PaintRequest request, VipsImage input)
    {
        var scene = Read(request);
        var rng = Rng.For(request.Seed, request.Prompt);
        var plain = Compose(scene, request, rng);
        var pixels = Raster.Of(input, plain.Width, plain.Height, InputPixels);
        var strength = Strength(request);
        var ground = Style.OfPixels(scene.Style, plain with { Layers = [], Definitions = "" }, pixels, rng.Fork("style"));
        if (strength <= SubjectsFrom || scene.Subjects.Count == 0)
            return (ground, ground);
        var share = Math.Min(1, (strength - SubjectsFrom) / 0.35);
        var things = new Picture(plain.Width, plain.Height, plain.Definitions,
            [$"<g opacity=\"{Sheet.N(share)}\">{plain.Layers[Picture.Things]}</g>"]);
        var whole = ground with { Definitions = ground.Definitions + things.Definitions, Layers = [.. ground.Layers, .. things.Layers] };
        return (ground, whole);
    }

    public static double Strength(PaintRequest request) => request.Strength ?? DefaultStrength;

    private Picture Compose(Scene scene, PaintRequest request, Rng rng)
    {
        var aspect = Math.Clamp(request.Width / (double)request.Height, 0.2, 5);
        return Picture.Of(scene.NeedsAbstract
            ? AbstractArt.Paint(scene, aspect, rng, _lexicon)
            : new Composer(_lexicon, _letters).Compose(scene, aspect, rng));
    }
}

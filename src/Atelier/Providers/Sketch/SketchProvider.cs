// The built-in painter as a provider: reads the prompt, composes, renders. Pure: a crash loses nothing, the same request gives the same bytes.
using System.Text;
using Atelier.Vips;

namespace Atelier.Providers.Sketch;

/// <summary>
/// Paints recognisable scenes from the prompt's own words, without a model, a key or a network. It is for trying out, for tests and for
/// placeholders, and says so. The same prompt, seed and size give the same bytes on every run.
/// </summary>
public sealed class SketchProvider : ImageProvider
{
    /// <summary>The longest side it paints, in pixels.</summary>
    public const int LargestSide = 4096;

    private readonly Lexicon _lexicon;
    private readonly PromptReader _reader;

    /// <summary>Loads the vocabulary and the symbols from the assembly; throws where they are broken.</summary>
    public SketchProvider()
    {
        _lexicon = Lexicon.Load();
        _reader = new PromptReader(_lexicon, SymbolShelf.Load(_lexicon));
    }

    /// <inheritdoc/>
    public override string Name => "sketch";

    /// <inheritdoc/>
    public override Task<ProviderAnswer> StartAsync(PaintRequest request, PaintCall call, CancellationToken ct)
    {
        var picture = Compose(request);
        var svg = Encoding.UTF8.GetBytes(picture.ToSvg(request.Width, request.Height));
        using var image = VipsImage.FromSvg(svg, request.Width, request.Height);
        return Task.FromResult<ProviderAnswer>(new ProviderAnswer.Painted([new PaintedImage(image.EncodeWebp(), "image/webp", request.Seed)]));
    }

    internal Scene Read(PaintRequest request) => _reader.Read(request.Prompt, request.NegativePrompt, request.Style);

    internal Picture Compose(PaintRequest request)
    {
        var scene = Read(request);
        var rng = Rng.For(request.Seed, request.Prompt);
        return Picture.Of(new Composer(_lexicon).Compose(scene, request.Width / (double)request.Height, rng));
    }
}

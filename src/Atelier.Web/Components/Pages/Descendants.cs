// The wishes for pictures that descend from another: more of its kind, and the same one larger. Plain values; nothing is recorded here.
using Atelier.Catalogue;
using Atelier.Generating;
using Atelier.Submitting;

namespace Atelier.Web.Components.Pages;

internal sealed class Descendants(ModelCatalogue catalogue)
{
    // Half of the way back to noise keeps the composition; a tenth or two only redraws the detail.
    private const double Varied = 0.5, Redrawn = 0.15;
    private const int Variations = 4;
    private const string Largest = "4k";

    /// <summary>Whether the picture's model can make it larger: it must take a picture and say how far to depart from it.</summary>
    public bool CanUpscale(Generation generation) =>
        generation.Picture is not null && generation.Quality != Largest
        && catalogue.Find(generation.Model) is { Parameters: { MaxInputImages: > 0, Strength: not null } };

    /// <summary>More of its kind: from the picture itself where the model takes one, with other seeds where not.</summary>
    public GenerationRequest VariationsOf(Generation generation)
    {
        var request = Like(generation) with { Count = Variations, Parent = new Parent(generation.Id, Parent.Variation) };
        return TakesPictures(generation) is { } model
            ? request with { InputImages = [new InputSource.OfGeneration(generation.Id)], Strength = Within(model, Varied) }
            : request;
    }

    /// <summary>The same picture, larger. Only where <see cref="CanUpscale"/> says so.</summary>
    public GenerationRequest UpscaleOf(Generation generation) => Like(generation) with
    {
        AspectRatio = generation.AspectRatio ?? Nearest(generation),
        Width = null,
        Height = null,
        Quality = Largest,
        Seed = generation.Seed,
        InputImages = [new InputSource.OfGeneration(generation.Id)],
        Strength = Within(catalogue.Find(generation.Model)!, Redrawn),
        Parent = new Parent(generation.Id, Parent.Upscale),
    };

    private Model? TakesPictures(Generation generation) =>
        catalogue.Find(generation.Model) is { Parameters: { MaxInputImages: > 0, NeedsMask: false, Strength: not null } } model ? model : null;

    private static GenerationRequest Like(Generation generation) => new()
    {
        Prompt = generation.PromptTemplate ?? generation.Prompt,
        NegativePrompt = generation.NegativePrompt,
        Model = generation.Model,
        AspectRatio = generation.AspectRatio,
        Width = generation.AspectRatio is null ? generation.Width : null,
        Height = generation.AspectRatio is null ? generation.Height : null,
        Quality = generation.Quality,
        Steps = generation.Steps,
        Guidance = generation.Guidance,
        Style = generation.Style,
        OutputFormat = generation.OutputFormat,
        Nsfw = generation.Nsfw,
    };

    private static double? Within(Model model, double strength) =>
        model.Parameters.Strength is { } range ? Math.Clamp(strength, range.Min, range.Max) : null;

    private static string Nearest(Generation generation) =>
        AspectRatio.Common.MinBy(ratio => Math.Abs(Math.Log(ratio.Value * generation.Height / generation.Width))).ToString();
}

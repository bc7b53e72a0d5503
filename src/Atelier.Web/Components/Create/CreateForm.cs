// What stands in the create form, as it was typed: read from a link, a generation or a post; kept when it is refused. Nothing is recorded here.
using System.Globalization;
using Atelier.Catalogue;
using Atelier.Generating;
using Atelier.Imaging;
using Atelier.Submitting;
using Atelier.Web.Components.Layout;
using Microsoft.Extensions.Primitives;

namespace Atelier.Web.Components.Create;

/// <summary>The create form's fields as text. The names of the fields are the API's.</summary>
public sealed record CreateForm
{
    /// <summary>What to paint.</summary>
    public string Prompt { get; init; } = "";

    /// <summary>What must not appear.</summary>
    public string NegativePrompt { get; init; } = "";

    /// <summary>The model's id.</summary>
    public string Model { get; init; } = "";

    /// <summary>The shape, W:H.</summary>
    public string AspectRatio { get; init; } = "1:1";

    /// <summary>The quality's name.</summary>
    public string Quality { get; init; } = SizePlan.StandardQuality;

    /// <summary>How many images.</summary>
    public string Count { get; init; } = "1";

    /// <summary>The seed; empty for a random one.</summary>
    public string Seed { get; init; } = "";

    /// <summary>The style preset's id; empty for none.</summary>
    public string Style { get; init; } = "";

    /// <summary>The format's name; empty for the model's own.</summary>
    public string OutputFormat { get; init; } = "";

    /// <summary>How far to depart from the input image; empty for the model's own.</summary>
    public string Strength { get; init; } = "";

    /// <summary>The guidance scale; empty for the model's own.</summary>
    public string Guidance { get; init; } = "";

    /// <summary>private or public.</summary>
    public string Visibility { get; init; } = "private";

    /// <summary>Whether the author says that it is not safe for work: on or empty.</summary>
    public string Nsfw { get; init; } = "";

    /// <summary>Tags, separated by commas.</summary>
    public string Tags { get; init; } = "";

    /// <summary>The generations whose pictures are input images.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>Whether it goes before the others: 1 or empty.</summary>
    public string Front { get; init; } = "";

    /// <summary>The generation that it is made from; empty for none.</summary>
    public string Parent { get; init; } = "";

    /// <summary>How it is made from it.</summary>
    public string ParentKind { get; init; } = "";

    /// <summary>Makes a second arrival of the same form harmless.</summary>
    public string Key { get; init; } = Guid.CreateVersion7().ToString("N");

    /// <summary>What is wrong, by the field's name.</summary>
    public IReadOnlyDictionary<string, string> Errors { get; init; } = new Dictionary<string, string>();

    /// <summary>What is wrong with a field, or null.</summary>
    public string? Error(string field) => Errors.GetValueOrDefault(field);

    /// <summary>Whether something hidden behind "More" is filled in or wrong.</summary>
    public bool UsesMore => NegativePrompt.Length + References.Count + Strength.Length + Guidance.Length + Tags.Length + Nsfw.Length > 0
        || InMore.Any(name => Error(name) is not null);

    private static readonly string[] InMore = ["negative_prompt", "strength", "guidance", "input_images", "mask", "tags", "output_format"];

    /// <summary>Reads the fields that are there; the others keep what they have.</summary>
    public CreateForm With(IEnumerable<KeyValuePair<string, StringValues>> fields)
    {
        var all = fields.ToDictionary(field => field.Key, field => field.Value, StringComparer.Ordinal);
        var given = all.ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.Ordinal);
        string Field(string name, string otherwise) => given.GetValueOrDefault(name, otherwise);
        return this with
        {
            Prompt = Field("prompt", Prompt),
            NegativePrompt = Field("negative_prompt", NegativePrompt),
            Model = Field("model", Model),
            AspectRatio = Field("aspect_ratio", AspectRatio),
            Quality = Field("quality", Quality),
            Count = Field("count", Count),
            Seed = Field("seed", Seed).Trim(),
            Style = Field("style", Style),
            OutputFormat = Field("output_format", OutputFormat),
            Strength = Field("strength", Strength).Trim(),
            Guidance = Field("guidance", Guidance).Trim(),
            Visibility = Field("visibility", Visibility),
            Nsfw = Field("nsfw", Nsfw),
            Tags = Field("tags", Tags),
            References = given.ContainsKey("reference") ? [.. all["reference"].OfType<string>().Where(id => id.Length > 0).Distinct()] : References,
            Front = Field("front", Front),
            Key = Field("key", Key),
            Parent = Field("parent", Parent),
            ParentKind = Field("parent_kind", ParentKind),
        };
    }

    /// <summary>The form that would make such a picture again, except for its seed.</summary>
    public static CreateForm Like(Generation generation) => new()
    {
        Prompt = generation.PromptTemplate ?? generation.Prompt,
        NegativePrompt = generation.NegativePrompt ?? "",
        Model = generation.Model,
        AspectRatio = generation.AspectRatio ?? Nearest(generation.Width, generation.Height),
        Quality = generation.Quality,
        Style = generation.Style ?? "",
        OutputFormat = generation.OutputFormat,
        Strength = generation.Strength?.ToString(CultureInfo.InvariantCulture) ?? "",
        Visibility = StatusNames.Of(generation.Visibility),
        Nsfw = generation.Nsfw ? "on" : "",
        Tags = string.Join(", ", generation.Tags),
    };

    /// <summary>The form with what a picture's file tells of its making; what it does not tell stays.</summary>
    public CreateForm With(PictureSettings settings, ModelCatalogue catalogue) => this with
    {
        Prompt = settings.Prompt ?? Prompt,
        NegativePrompt = settings.NegativePrompt ?? "",
        Model = (settings.Model is { } name ? catalogue.Find(name) ?? catalogue.Models.FirstOrDefault(model => string.Equals(model.Name, name, StringComparison.OrdinalIgnoreCase)) : null)
            ?.Id ?? Model,
        AspectRatio = settings is { Width: > 0 and var width, Height: > 0 and var height } ? Nearest(width, height) : AspectRatio,
        Quality = settings is { Width: > 0 and var across, Height: > 0 and var down } ? SizePlan.Qualities.MinBy(quality => Math.Abs(Math.Log((double)across * down / quality.Value))).Key : Quality,
        Seed = settings.Seed is <= uint.MaxValue and var seed ? seed.ToString(CultureInfo.InvariantCulture) : "",
        Guidance = settings.Guidance?.ToString(CultureInfo.InvariantCulture) ?? "",
        Style = "",
    };

    /// <summary>The wish that the form expresses, with what can be seen to be wrong before anybody is asked.</summary>
    /// <param name="uploads">The pictures that came with it.</param>
    /// <param name="mask">The mask that came with it.</param>
    /// <param name="maxPriority">The highest priority that its author may give.</param>
    public (GenerationRequest Request, IReadOnlyList<FieldError> Errors) ToRequest(
        IReadOnlyList<ReadOnlyMemory<byte>> uploads, ReadOnlyMemory<byte>? mask, int maxPriority)
    {
        var errors = new List<FieldError>();
        var request = new GenerationRequest
        {
            Prompt = Prompt,
            NegativePrompt = NullIfEmpty(NegativePrompt),
            Model = NullIfEmpty(Model),
            AspectRatio = NullIfEmpty(AspectRatio),
            Quality = NullIfEmpty(Quality),
            Count = (int?)Whole("count", Count, errors),
            Seed = Whole("seed", Seed, errors),
            Style = NullIfEmpty(Style),
            OutputFormat = NullIfEmpty(OutputFormat),
            Strength = Fraction("strength", Strength, errors),
            Parent = Parent.Length > 0 ? new Parent(Parent, ParentKind) : null,
            Guidance = Fraction("guidance", Guidance, errors),
            Visibility = NullIfEmpty(Visibility),
            Nsfw = Nsfw.Length > 0,
            Tags = [.. Tags.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct()],
            Priority = Front.Length > 0 && maxPriority > 0 ? 1 : null,
            InputImages = [.. References.Select(id => new InputSource.OfGeneration(id)), .. uploads.Select(bytes => new InputSource.Upload(bytes))],
            Mask = mask is { } bytes ? new InputSource.Upload(bytes) : null,
        };
        return (request, errors);
    }

    /// <summary>The same form with what is wrong said at its fields.</summary>
    public CreateForm Refused(IEnumerable<FieldError> errors) => this with
    {
        Errors = errors.GroupBy(error => error.Field.Split('[')[0], StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => Wording.FieldSentence(group.First()), StringComparer.Ordinal),
    };

    private static long? Whole(string field, string text, List<FieldError> errors)
    {
        if (text.Length == 0)
            return null;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number is > int.MinValue and <= uint.MaxValue)
            return field == "count" ? Math.Min(number, int.MaxValue) : number;
        errors.Add(new FieldError(field, text, $"{field} must be a whole number from 0 to {uint.MaxValue}."));
        return null;
    }

    private static double? Fraction(string field, string text, List<FieldError> errors)
    {
        if (text.Length == 0)
            return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
            return number;
        errors.Add(new FieldError(field, text, $"{field} must be a number."));
        return null;
    }

    private static string Nearest(int width, int height) => Atelier.Catalogue.AspectRatio.Common
        .MinBy(ratio => Math.Abs(Math.Log(ratio.Value * height / width))).ToString();

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}

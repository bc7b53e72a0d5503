// What stands in the create form, as it was typed: read from a link, a generation or a post; kept when it is refused. Nothing is recorded here.
using System.Globalization;
using Atelier.Catalogue;
using Atelier.Generating;
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

    /// <summary>The generation whose picture is the input image; empty for none.</summary>
    public string Reference { get; init; } = "";

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
    public bool UsesMore => NegativePrompt.Length + Reference.Length + Strength.Length > 0
        || Error("negative_prompt") is not null || Error("strength") is not null || Error("input_images") is not null;

    /// <summary>Reads the fields that are there; the others keep what they have.</summary>
    public CreateForm With(IEnumerable<KeyValuePair<string, StringValues>> fields)
    {
        var given = fields.ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.Ordinal);
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
            Reference = Field("reference", Reference),
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
    };

    /// <summary>The wish that the form expresses, with what can be seen to be wrong before anybody is asked.</summary>
    public (GenerationRequest Request, IReadOnlyList<FieldError> Errors) ToRequest(ReadOnlyMemory<byte>? upload)
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
            InputImages = upload is { } bytes ? [new InputSource.Upload(bytes)]
                : Reference.Length > 0 ? [new InputSource.OfGeneration(Reference)] : [],
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
        errors.Add(new FieldError(field, text, $"{field} must be a number from 0 to 1."));
        return null;
    }

    private static string Nearest(int width, int height) => Atelier.Catalogue.AspectRatio.Common
        .MinBy(ratio => Math.Abs(Math.Log(ratio.Value * height / width))).ToString();

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}

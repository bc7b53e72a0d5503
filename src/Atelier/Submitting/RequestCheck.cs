// Turns a wish into effective parameters, or into the list of everything that is wrong with it. Pure: nothing is recorded here.
using System.Globalization;
using Atelier.Catalogue;
using Atelier.Generating;

namespace Atelier.Submitting;

internal sealed class RequestCheck(
    GenerationRequest request, Submitter submitter, ModelCatalogue catalogue, Model? model, SubmissionLimits limits, StylePreset? ownStyle = null)
{
    public const long MaxSeed = uint.MaxValue;
    public const int MaxPriority = 10;
    private const int MaxTags = 16, MaxTagLength = 40, MaxMetadata = 16, MaxMetadataKey = 64, MaxMetadataValue = 500, ShownValue = 60;

    // Whatever an engine delivers, a picture can be had in any of these.
    private static readonly string[] Raster = ["webp", "png", "jpeg", "avif"];

    private readonly List<FieldError> _errors = [];
    private readonly List<string> _warnings = [];

    /// <summary>Everything that is wrong; empty when <see cref="Run"/> gave parameters.</summary>
    public IReadOnlyList<FieldError> Errors => _errors;

    /// <summary>The effective parameters, or null when there are errors.</summary>
    public EffectiveParameters? Run()
    {
        CheckModel();
        var count = CheckCount();
        var visibility = CheckVisibility();
        var style = CheckStyle();
        CheckSeed(count);
        CheckPriority();
        CheckTags();
        CheckMetadata();
        CheckPrompt("prompt", request.Prompt, required: true);
        CheckPrompt("negative_prompt", request.NegativePrompt, required: false);
        if (model is null)
            return null;
        var size = CheckSize(model, out var ratio);
        var parameters = new EffectiveParameters
        {
            Model = model,
            Prompt = request.Prompt ?? "",
            NegativePrompt = Supported("negative_prompt", NullIfBlank(request.NegativePrompt), model.Parameters.NegativePrompt, model),
            Size = size,
            AspectRatio = ratio,
            Quality = request.Quality ?? SizePlan.StandardQuality,
            Count = count,
            Steps = (int?)CheckNumber("steps", request.Steps, model.Parameters.Steps, model),
            Guidance = CheckNumber("guidance", request.Guidance, model.Parameters.Guidance, model),
            Strength = CheckStrength(model),
            Style = style?.Id,
            OwnStyle = ownStyle,
            OutputFormat = CheckFormat(model),
            Visibility = visibility,
            Warnings = _warnings,
        };
        if (request.Seed is not null && !model.Parameters.Seed)
            _warnings.Add($"seed is not supported by {model.Id} and was ignored.");
        return _errors.Count == 0 ? parameters : null;
    }

    private void CheckModel()
    {
        if (model is null)
            Error("model", request.Model, "is not a model of this catalogue.", [.. catalogue.Models.SelectMany(known => known.Aliases.Prepend(known.Id)).Distinct()]);
    }

    private void CheckPrompt(string field, string? text, bool required)
    {
        if (required && string.IsNullOrWhiteSpace(text))
        {
            Error(field, text, "must say what to paint.");
            return;
        }
        var max = Math.Min(limits.MaxPrompt, model?.Parameters.MaxPrompt ?? int.MaxValue);
        if (text?.Length > max)
            Error(field, text, $"has {text.Length} characters; at most {max} are allowed.");
        if (!IsPlainText(text))
            Error(field, text, "holds control characters or broken Unicode; plain text, tabs and line breaks are allowed.");
    }

    private int CheckCount()
    {
        var count = request.Count ?? 1;
        if (count < 1 || count > limits.MaxCount)
            Error("count", count, $"must be 1 to {limits.MaxCount}.");
        return count;
    }

    private void CheckSeed(int count)
    {
        if (request.Seed is { } seed && (seed < 0 || seed > MaxSeed - Math.Max(0, count - 1)))
            Error("seed", seed, $"must be 0 to {MaxSeed - Math.Max(0, count - 1)}.");
    }

    private PixelSize CheckSize(Model model, out string? ratioText)
    {
        ratioText = null;
        var quality = request.Quality ?? SizePlan.StandardQuality;
        if (!SizePlan.Qualities.ContainsKey(quality))
        {
            Error("quality", quality, "is not a quality.", [.. SizePlan.Qualities.Keys]);
            return default;
        }
        if (request.Width is null && request.Height is null)
            return CheckRatio(model, quality, out ratioText);
        if (request.AspectRatio is not null)
            Error("aspect_ratio", request.AspectRatio, "cannot be combined with width and height; give one or the other.");
        if (request.Width is not { } width || request.Height is not { } height)
        {
            Error(request.Width is null ? "width" : "height", null, "is missing; width and height belong together.");
            return default;
        }
        foreach (var (field, side, max) in new[] { ("width", width, limits.MaxWidth), ("height", height, limits.MaxHeight) })
        {
            if (side < 1 || side > max)
                Error(field, side, $"must be 1 to {max} pixels.");
        }
        var size = new PixelSize(width, height);
        if (SizePlan.WhyIllegal(model.Sizes, size) is { } why && _errors.TrueForAll(error => error.Field is not ("width" or "height")))
            Error(width < model.Sizes.Min || width > model.Sizes.Max ? "width" : "height", size, $"is not a legal size for {model.Id}: {why}.");
        return size;
    }

    private PixelSize CheckRatio(Model model, string quality, out string? ratioText)
    {
        ratioText = request.AspectRatio ?? "1:1";
        if (AspectRatio.TryParse(ratioText, out var ratio))
            return SizePlan.For(model.Sizes, ratio, quality).Final;
        Error("aspect_ratio", ratioText, "must be W:H with whole numbers from 1 to 100, between 1:4 and 4:1.",
            [.. AspectRatio.Common.Select(common => common.ToString())]);
        return default;
    }

    private double? CheckNumber(string field, double? value, NumberRange? range, Model model)
    {
        if (range is null)
            return Supported(field, value, supported: false, model);
        if (value is { } number && !(number >= range.Min && number <= range.Max))
            Error(field, number, $"must be {Text(range.Min)} to {Text(range.Max)} for {model.Id}.");
        return value ?? range.Default;
    }

    private double? CheckStrength(Model model)
    {
        if (request.InputImages.Count > model.Parameters.MaxInputImages)
        {
            Error("input_images", request.InputImages.Count, model.Parameters.MaxInputImages == 0
                ? $"are not taken by {model.Id}."
                : $"may be at most {model.Parameters.MaxInputImages} for {model.Id}.");
        }
        if (request.InputImages.Count == 0 && model.Parameters.NeedsInputImage)
            Error("input_images", null, $"is missing: {model.Id} paints from an image only.");
        if (request.Mask is not null && model.Parameters.Mask == MaskPolarity.None)
            Error("mask", null, $"is not taken by {model.Id}.");
        else if (request.Mask is null && model.Parameters.NeedsMask && request.InputImages.Count > 0)
            Error("mask", null, $"is missing: {model.Id} repaints an image only where a mask is white.");
        else if (request.Mask is not null && request.InputImages.Count == 0)
            Error("mask", null, "needs an input image that it lies over.");
        var strength = CheckNumber("strength", request.Strength, model.Parameters.Strength, model);
        if (request.Strength is not null && request.InputImages.Count == 0)
            _warnings.Add("strength has no effect without an input image.");
        return request.InputImages.Count == 0 ? null : strength;
    }

    private string CheckFormat(Model model)
    {
        if (request.OutputFormat is not { } format)
            return model.Formats[0];
        string[] possible = [.. Raster, .. model.Formats.Contains("svg") ? ["svg"] : Array.Empty<string>()];
        if (!possible.Contains(format))
            Error("output_format", format, $"is not a format of {model.Id}.", possible);
        return format;
    }

    private Visibility CheckVisibility()
    {
        if (request.Visibility is null or "private")
            return Visibility.Private;
        if (request.Visibility != "public")
            Error("visibility", request.Visibility, "must be private or public.", ["private", "public"]);
        return Visibility.Public;
    }

    private StylePreset? CheckStyle()
    {
        if (string.IsNullOrEmpty(request.Style))
            return null;
        var style = ownStyle ?? catalogue.FindStyle(request.Style);
        if (style is null)
            Error("style", request.Style, "is not a style preset.", [.. catalogue.Styles.Select(known => known.Id)]);
        return style;
    }

    private void CheckPriority()
    {
        if (request.Priority is { } priority && (priority < -MaxPriority || priority > submitter.MaxPriority))
            Error("priority", priority, $"must be {-MaxPriority} to {submitter.MaxPriority} for you.");
    }

    private void CheckTags()
    {
        if (request.Tags.Count > MaxTags)
            Error("tags", request.Tags.Count, $"may be at most {MaxTags}.");
        foreach (var tag in request.Tags.Where(tag => string.IsNullOrWhiteSpace(tag) || tag.Length > MaxTagLength || !IsPlainText(tag)).Take(1))
            Error("tags", tag, $"must have 1 to {MaxTagLength} characters of plain text each.");
    }

    private void CheckMetadata()
    {
        if (request.Metadata.Count > MaxMetadata)
            Error("metadata", request.Metadata.Count, $"may have at most {MaxMetadata} keys.");
        foreach (var (key, value) in request.Metadata)
        {
            if (key.Length is 0 or > MaxMetadataKey || !IsPlainText(key))
                Error("metadata", key, $"keys must have 1 to {MaxMetadataKey} characters of plain text.");
            else if (value.Length > MaxMetadataValue || !IsPlainText(value))
                Error($"metadata.{key}", value, $"may have at most {MaxMetadataValue} characters of plain text.");
        }
    }

    // A parameter that the model ignores is reported, never silently dropped.
    private T? Supported<T>(string field, T? value, bool supported, Model model)
    {
        if (supported || value is null)
            return value;
        _warnings.Add($"{field} is not supported by {model.Id} and was ignored.");
        return default;
    }

    private void Error(string field, object? value, string message, IReadOnlyList<string>? allowed = null)
    {
        var text = value switch { null => null, double number => Text(number), _ => value.ToString() };
        _errors.Add(new FieldError(field, text?.Length > ShownValue ? text[..ShownValue] + "…" : text, $"{field} {message}", allowed));
    }

    private static string Text(double number) => number.ToString("0.####", CultureInfo.InvariantCulture);

    private static string? NullIfBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    // Databases refuse NUL and half characters, and no engine can use any other control character.
    public static bool IsPlainText(string? text)
    {
        for (var i = 0; i < text?.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                i++;
            else if (char.IsSurrogate(text[i]) || (char.IsControl(text[i]) && text[i] is not ('\n' or '\r' or '\t')))
                return false;
        }
        return true;
    }
}

internal sealed record EffectiveParameters
{
    public required Model Model { get; init; }
    public string? RequestedModel { get; init; }
    public required string Prompt { get; init; }
    public required string? NegativePrompt { get; init; }
    public required PixelSize Size { get; init; }
    public required string? AspectRatio { get; init; }
    public required string Quality { get; init; }
    public required int Count { get; init; }
    public required int? Steps { get; init; }
    public required double? Guidance { get; init; }
    public required double? Strength { get; init; }
    public required string? Style { get; init; }
    public required StylePreset? OwnStyle { get; init; }
    public required string OutputFormat { get; init; }
    public required Visibility Visibility { get; init; }
    public required IReadOnlyList<string> Warnings { get; init; }
}

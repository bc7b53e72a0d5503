// The forms that Stability AI's endpoints accept.
using System.Globalization;

namespace Atelier.Doubles.Stability;

internal static class StabilityForms
{
    private static readonly string[] Ratios = ["16:9", "1:1", "21:9", "2:3", "3:2", "4:5", "5:4", "9:16", "9:21"];

    private static readonly string[] Styles =
    [
        "3d-model", "analog-film", "anime", "cinematic", "comic-book", "digital-art", "enhance", "fantasy-art", "isometric", "line-art", "low-poly",
        "modeling-compound", "neon-punk", "origami", "photographic", "pixel-art", "tile-texture",
    ];

    public static IReadOnlyDictionary<string, StabilityForm> Endpoints { get; } = new Dictionary<string, StabilityForm>(StringComparer.Ordinal)
    {
        ["generate/core"] = Common("png", "jpeg", "webp").Choice("aspect_ratio", Ratios).Choice("style_preset", Styles),
        ["generate/ultra"] = Common("png", "jpeg", "webp").Choice("aspect_ratio", Ratios).Choice("style_preset", Styles).File("image").Number("strength", 0, 1)
            .Rule(form => form.Files["image"] is null == form.ContainsKey("strength") ? "strength: is required with an image, and only then" : null),
        ["generate/sd3"] = Common("png", "jpeg").Choice("model", "sd3.5-large", "sd3.5-large-turbo", "sd3.5-medium").Choice("mode", "text-to-image", "image-to-image")
            .Choice("aspect_ratio", Ratios).File("image").Number("strength", 0, 1).Number("cfg_scale", 1, 10).Rule(ByMode),
        ["edit/inpaint"] = Common("png", "jpeg", "webp").Choice("style_preset", Styles).File("image", required: true).File("mask").Number("grow_mask", 0, 100),
    };

    /// <summary>The size of the picture.</summary>
    public static (int Width, int Height) SizeOf(string ratio)
    {
        var value = ratio.Split(':') is [var first, var second] ? double.Parse(first, CultureInfo.InvariantCulture) / double.Parse(second, CultureInfo.InvariantCulture) : 1;
        return ((int)Math.Sqrt(1_048_576 * value) / 64 * 64, (int)Math.Sqrt(1_048_576 / value) / 64 * 64);
    }

    private static StabilityForm Common(params string[] formats) =>
        new StabilityForm().Text("prompt", 10_000).Text("negative_prompt", 10_000, required: false).Number("seed", 0, 4_294_967_294).Choice("output_format", formats);

    private static string? ByMode(IFormCollection form)
    {
        var fromImage = form["mode"] == "image-to-image";
        if (fromImage != (form.Files["image"] is not null) || fromImage != form.ContainsKey("strength"))
            return "mode: image-to-image needs image and strength, and only it takes them";
        return fromImage && form.ContainsKey("aspect_ratio") ? "aspect_ratio: is only for text-to-image" : null;
    }
}

/// <summary>The fields of a form, each with its rule.</summary>
internal sealed class StabilityForm
{
    private readonly Dictionary<string, Func<string, string?>> _fields = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> _files = new(StringComparer.Ordinal);
    private readonly List<Func<IFormCollection, string?>> _rules = [];
    private readonly List<string> _required = [];

    public StabilityForm Text(string name, int max, bool required = true)
    {
        _fields[name] = text => text.Length >= 1 && text.Length <= max ? null : $"{name}: must be 1 to {max} characters";
        if (required)
            _required.Add(name);
        return this;
    }

    public StabilityForm Choice(string name, params string[] allowed)
    {
        _fields[name] = text => allowed.Contains(text) ? null : $"{name}: must be one of {string.Join(", ", allowed)}";
        return this;
    }

    public StabilityForm Number(string name, double min, double max)
    {
        _fields[name] = text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? null : string.Create(CultureInfo.InvariantCulture, $"{name}: must be a number from {min} to {max}");
        return this;
    }

    public StabilityForm File(string name, bool required = false)
    {
        _files[name] = required;
        return this;
    }

    public StabilityForm Rule(Func<IFormCollection, string?> rule)
    {
        _rules.Add(rule);
        return this;
    }

    /// <summary>Everything that is wrong.</summary>
    public IReadOnlyList<string> Check(IFormCollection form)
    {
        var errors = _required.Where(name => !form.ContainsKey(name)).Concat(_files.Where(file => file.Value && form.Files[file.Key] is null).Select(file => file.Key))
            .Select(name => $"{name}: is required").ToList();
        foreach (var (name, value) in form)
            errors.AddRange(_fields.TryGetValue(name, out var check) ? (check(value.ToString()) is { } error ? [error] : []) : [$"{name}: is not a field"]);
        foreach (var file in form.Files)
        {
            if (!_files.ContainsKey(file.Name) || file.Length == 0 || file.ContentType is not ("image/png" or "image/jpeg" or "image/webp"))
                errors.Add($"{file.Name}: must be an image in PNG, JPEG or WebP");
        }
        return errors.Count > 0 ? errors : [.. _rules.Select(rule => rule(form)).OfType<string>()];
    }
}

// The models and style presets on offer, read once from the catalogue file that ships inside.
using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Atelier.Catalogue;

/// <summary>All models and style presets. Immutable and safe to share.</summary>
public sealed class ModelCatalogue
{
    private readonly Dictionary<string, Model> _byName;

    private ModelCatalogue(IReadOnlyList<Model> models, IReadOnlyList<StylePreset> styles)
    {
        Models = models;
        Styles = styles;
        _byName = models.SelectMany(model => model.Aliases.Prepend(model.Id).Select(name => (name, model)))
            .ToDictionary(pair => pair.name, pair => pair.model, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Every model, in the order of the file; the first is the default.</summary>
    public IReadOnlyList<Model> Models { get; }

    /// <summary>Every style preset, in the order of the file.</summary>
    public IReadOnlyList<StylePreset> Styles { get; }

    /// <summary>The model used when a request names none.</summary>
    public Model Default => Models[0];

    /// <summary>The model of that id or alias, or null.</summary>
    public Model? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The style preset of that id, or null.</summary>
    public StylePreset? FindStyle(string id) =>
        Styles.FirstOrDefault(style => string.Equals(style.Id, id, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads the catalogue that ships inside.</summary>
    public static ModelCatalogue BuiltIn()
    {
        using var stream = typeof(ModelCatalogue).Assembly.GetManifestResourceStream("Atelier.Catalogue.catalogue.yaml")!;
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd());
    }

    /// <summary>Reads a catalogue from YAML.</summary>
    /// <exception cref="CatalogueException">The text is not a valid catalogue; the message names the line or the model and field.</exception>
    public static ModelCatalogue Parse(string yaml)
    {
        CatalogueFile file;
        try
        {
            file = new DeserializerBuilder().WithNamingConvention(UnderscoredNamingConvention.Instance).Build()
                .Deserialize<CatalogueFile>(yaml) ?? new CatalogueFile();
        }
        catch (YamlException e)
        {
            throw new CatalogueException($"line {e.Start.Line}: {e.InnerException?.Message ?? e.Message}", e);
        }
        var models = file.Models.Select(entry => entry.ToModel()).ToList();
        if (models.Count == 0)
            throw new CatalogueException("models: at least one model is needed");
        var twice = models.SelectMany(model => model.Aliases.Prepend(model.Id)).GroupBy(name => name, StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(group => group.Count() > 1);
        return twice is null
            ? new ModelCatalogue(models, file.Styles.Select(style => style.ToPreset()).ToList())
            : throw new CatalogueException($"models: the name '{twice.Key}' is used twice");
    }

    // The file's shape. Everything is nullable so that a missing field is reported by name.
    private sealed class CatalogueFile
    {
        public List<ModelEntry> Models { get; init; } = [];
        public List<StyleEntry> Styles { get; init; } = [];
    }

    private sealed class StyleEntry
    {
        public string? Id { get; init; }
        public string? Name { get; init; }
        public string? Prompt { get; init; }
        public string? NegativePrompt { get; init; }

        public StylePreset ToPreset() =>
            new(Required(Id, "styles", "id"), Required(Name, Id!, "name"), Required(Prompt, Id!, "prompt"), NegativePrompt ?? "");
    }

    private sealed class ModelEntry
    {
        public string? Id { get; init; }
        public List<string> Aliases { get; init; } = [];
        public string? Name { get; init; }
        public string? Description { get; init; }
        public string? Provider { get; init; }
        public string? ProviderModel { get; init; }
        public ModelKind Kind { get; init; } = ModelKind.Trained;
        public decimal PricePerImage { get; init; }
        public double TypicalSeconds { get; init; } = 10;
        public List<string>? Formats { get; init; }
        public ParametersEntry Parameters { get; init; } = new();
        public SizesEntry? Sizes { get; init; }

        public Model ToModel() => new()
        {
            Id = Required(Id, "models", "id"),
            Aliases = Aliases,
            Name = Required(Name, Id!, "name"),
            Description = Required(Description, Id!, "description"),
            Provider = Required(Provider, Id!, "provider"),
            ProviderModel = Required(ProviderModel, Id!, "provider_model"),
            Kind = Kind,
            PricePerImage = PricePerImage,
            TypicalSeconds = TypicalSeconds,
            Formats = Required(Formats, Id!, "formats"),
            Parameters = Parameters.ToParameters(Id!),
            Sizes = Required(Sizes, Id!, "sizes").ToSizes(Id!),
        };
    }

    private sealed class ParametersEntry
    {
        public int MaxPrompt { get; init; } = 2_000;
        public bool NegativePrompt { get; init; }
        public bool Seed { get; init; }
        public bool NativeStyles { get; init; }
        public RangeEntry? Steps { get; init; }
        public RangeEntry? Guidance { get; init; }
        public RangeEntry? Strength { get; init; }
        public int MaxInputImages { get; init; }

        public ModelParameters ToParameters(string model) => new()
        {
            MaxPrompt = MaxPrompt,
            NegativePrompt = NegativePrompt,
            Seed = Seed,
            NativeStyles = NativeStyles,
            Steps = Steps?.ToRange(model, "steps"),
            Guidance = Guidance?.ToRange(model, "guidance"),
            Strength = Strength?.ToRange(model, "strength"),
            MaxInputImages = MaxInputImages,
        };
    }

    private sealed class RangeEntry
    {
        public double Min { get; init; }
        public double Max { get; init; }
        public double Default { get; init; }

        public NumberRange ToRange(string model, string field) =>
            Min <= Default && Default <= Max
                ? new NumberRange(Min, Max, Default)
                : throw new CatalogueException($"{model}: {field}: the default {Default} must lie within {Min} to {Max}");
    }

    private sealed class SizesEntry
    {
        public List<string> Exact { get; init; } = [];
        public int MultipleOf { get; init; } = 1;
        public int Min { get; init; } = 64;
        public int Max { get; init; } = 2_048;
        public long MaxPixels { get; init; } = 2_048L * 2_048;
        public Dictionary<string, long> Qualities { get; init; } = [];

        public ModelSizes ToSizes(string model) => new()
        {
            Exact = Exact.Select(text => ParseSize(model, text)).ToList(),
            MultipleOf = MultipleOf,
            Min = Min,
            Max = Max,
            MaxPixels = MaxPixels,
            Qualities = Qualities.ContainsKey(SizePlan.StandardQuality)
                ? Qualities
                : throw new CatalogueException($"{model}: sizes: qualities must contain '{SizePlan.StandardQuality}'"),
        };
    }

    private static PixelSize ParseSize(string model, string text)
    {
        var parts = text.Split('x');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var width)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var height)
                ? new PixelSize(width, height)
                : throw new CatalogueException($"{model}: sizes: '{text}' is not of the form 1024x768");
    }

    private static T Required<T>(T? value, string where, string field) where T : class =>
        value ?? throw new CatalogueException($"{where}: {field} is missing");
}

/// <summary>A catalogue file cannot be used; the message says where and why.</summary>
public sealed class CatalogueException : Exception
{
    /// <summary>Creates the exception.</summary>
    public CatalogueException(string message, Exception? inner = null) : base(message, inner) { }
}

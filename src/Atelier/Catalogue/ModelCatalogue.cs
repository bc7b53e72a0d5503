// The models and style presets on offer: what ships inside, with the operator's own file laid over it, read again when that file changes.
namespace Atelier.Catalogue;

/// <summary>All models and style presets. Safe to share; a reload replaces everything at once, so a reader sees one catalogue or the other.</summary>
public sealed class ModelCatalogue
{
    private const string Folder = "Atelier.Catalogue.";

    private volatile Content _content;

    private ModelCatalogue(Content content) => _content = content;

    /// <summary>Every model on offer, in the order of the files; the first is the default.</summary>
    public IReadOnlyList<Model> Models => _content.Models;

    /// <summary>Every style preset, in the order of the file.</summary>
    public IReadOnlyList<StylePreset> Styles => _content.Styles;

    /// <summary>The model used when a request names none.</summary>
    public Model Default => Models[0];

    /// <summary>The first model of that id or alias, case ignored, or null.</summary>
    public Model? Find(string name) => FindAll(name) is [var first, ..] ? first : null;

    /// <summary>Every model of that id or alias, case ignored, the cheapest first: the first is meant, the others can stand in for it.</summary>
    public IReadOnlyList<Model> FindAll(string name) => _content.ByName.GetValueOrDefault(name, []);

    /// <summary>The style preset of that id, or null.</summary>
    public StylePreset? FindStyle(string id) =>
        Styles.FirstOrDefault(style => string.Equals(style.Id, id, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads the catalogue that ships inside.</summary>
    public static ModelCatalogue BuiltIn() => new(Read([]));

    /// <summary>Reads a catalogue that stands alone.</summary>
    /// <exception cref="CatalogueException">The text is not a valid catalogue.</exception>
    public static ModelCatalogue Parse(string yaml) => new(Read([("catalogue.yaml", yaml)], withBuiltIn: false));

    /// <summary>Lays an operator's file over what ships inside, in place of the one before. After an exception the old catalogue stays in force.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="yaml">Its text: entries with a known id change that entry field by field, others are added.</param>
    /// <exception cref="CatalogueException">The file is not valid; every problem is named with its line.</exception>
    public void Overlay(string file, string yaml) => _content = Read([(file, yaml)]);

    /// <summary>Takes the operator's file away again.</summary>
    public void RemoveOverlay() => _content = Read([]);

    private static Content Read(IReadOnlyList<(string Name, string Yaml)> files, bool withBuiltIn = true)
    {
        var catalogue = new CatalogueFile();
        if (withBuiltIn)
        {
            // The painter that needs no key comes first: it is what a new installation has.
            foreach (var resource in Resources().OrderBy(name => !name.EndsWith(".sketch.yaml", StringComparison.Ordinal)).ThenBy(name => name, StringComparer.Ordinal))
                catalogue.Add(resource[Folder.Length..], ReadResource(resource));
        }
        foreach (var (name, yaml) in files)
            catalogue.Add(name, yaml);
        var models = catalogue.Models.Select(ModelReader.Read).ToList();
        var styles = catalogue.Styles.Select(ModelReader.ReadStyle).ToList();
        if (catalogue.Problems.Count == 0)
            CheckNames(catalogue, models);
        if (catalogue.Problems.Count > 0)
            throw new CatalogueException(catalogue.Problems);
        return new Content([.. models.Where(model => model.Enabled)], styles);
    }

    private static void CheckNames(CatalogueFile catalogue, List<Model> models)
    {
        var file = catalogue.Models is [.., var last] ? last.File : "catalogue.yaml";
        if (!models.Exists(model => model.Enabled))
            catalogue.Problems.Add(new CatalogueProblem(file, 1, "models: at least one model is needed"));
        foreach (var model in models)
        {
            foreach (var alias in model.Aliases.Where(alias => models.Exists(other => string.Equals(other.Id, alias, StringComparison.OrdinalIgnoreCase))))
                catalogue.Problems.Add(new CatalogueProblem(file, 1, $"{model.Id}: aliases: '{alias}' is the id of a model: used twice"));
        }
    }

    private static IEnumerable<string> Resources() =>
        typeof(ModelCatalogue).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal) && name.EndsWith(".yaml", StringComparison.Ordinal));

    private static string ReadResource(string name)
    {
        using var stream = typeof(ModelCatalogue).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private sealed record Content(IReadOnlyList<Model> Models, IReadOnlyList<StylePreset> Styles)
    {
        public IReadOnlyDictionary<string, IReadOnlyList<Model>> ByName { get; } =
            Models.SelectMany(model => model.Aliases.Prepend(model.Id).Distinct(StringComparer.OrdinalIgnoreCase).Select(name => (name, model)))
                .GroupBy(pair => pair.name, StringComparer.OrdinalIgnoreCase)
                .ToDictionary(group => group.Key, IReadOnlyList<Model> (group) => [.. group.Select(pair => pair.model).OrderBy(model => model.PricePerImage)], StringComparer.OrdinalIgnoreCase);
    }
}

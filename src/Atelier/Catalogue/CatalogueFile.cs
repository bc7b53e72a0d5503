// A catalogue file as YAML, and how an operator's file is laid over the ones that ship: same id, field by field. Reads only.
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Atelier.Catalogue;

internal sealed class CatalogueFile
{
    private static readonly string[] Lists = ["models", "styles"];

    private readonly List<CatalogueProblem> _problems = [];
    private readonly Dictionary<string, List<(string File, YamlMappingNode Node)>> _entries = Lists.ToDictionary(list => list, _ => new List<(string, YamlMappingNode)>());

    public List<CatalogueProblem> Problems => _problems;

    public IReadOnlyList<CatalogueSection> Models => Sections("models", "model");

    public IReadOnlyList<CatalogueSection> Styles => Sections("styles", "style");

    /// <summary>Lays a file over what is there: an entry with a known id changes that entry, any other is added.</summary>
    public void Add(string file, string yaml)
    {
        var stream = new YamlStream();
        try
        {
            using var reader = new StringReader(yaml);
            stream.Load(reader);
        }
        catch (YamlException broken)
        {
            _problems.Add(new CatalogueProblem(file, broken.Start.Line, broken.InnerException?.Message ?? broken.Message));
            return;
        }
        catch (InvalidOperationException broken)
        {
            // The reader's own slip over some broken texts; it knows no line then.
            _problems.Add(new CatalogueProblem(file, 1, $"this is not YAML from line 1 on: {broken.Message}"));
            return;
        }
        foreach (var root in stream.Documents.Select(document => document.RootNode))
            AddRoot(file, root);
    }

    private void AddRoot(string file, YamlNode root)
    {
        if (root is not YamlMappingNode lists)
        {
            // An empty file, or one with comments only, changes nothing.
            if (root is not YamlScalarNode { Value: null or "" })
                _problems.Add(new CatalogueProblem(file, root.Start.Line, "a catalogue holds models: and styles:"));
            return;
        }
        foreach (var (key, value) in lists.Children)
        {
            var list = (key as YamlScalarNode)?.Value ?? "";
            if (!Lists.Contains(list))
                _problems.Add(new CatalogueProblem(file, key.Start.Line, $"{list} is unknown; a catalogue holds {string.Join(" and ", Lists)}"));
            else if (value is not YamlSequenceNode items || !items.All(item => item is YamlMappingNode))
                _problems.Add(new CatalogueProblem(file, value.Start.Line, $"{list} must be a list of entries, each with an id"));
            else
                items.Cast<YamlMappingNode>().ToList().ForEach(item => AddEntry(_entries[list], file, item));
        }
    }

    private void AddEntry(List<(string File, YamlMappingNode Node)> entries, string file, YamlMappingNode entry)
    {
        var id = IdOf(entry);
        var known = entries.FindIndex(other => id is not null && string.Equals(IdOf(other.Node), id, StringComparison.OrdinalIgnoreCase));
        if (known < 0)
            entries.Add((file, entry));
        else if (entries[known].File == file)
            _problems.Add(new CatalogueProblem(file, entry.Start.Line, $"the id '{id}' is used twice"));
        else
            entries[known] = (file, Laid(entry, entries[known].Node));
    }

    // The upper mapping's fields win; the mappings that both hold are laid over each other in turn.
    private static YamlMappingNode Laid(YamlMappingNode upper, YamlMappingNode lower)
    {
        foreach (var (key, below) in lower.Children)
        {
            if (!upper.Children.TryGetValue(key, out var above))
                upper.Children.Add(key, below);
            else if (above is YamlMappingNode aboveMapping && below is YamlMappingNode belowMapping && (key as YamlScalarNode)?.Value != "input")
                Laid(aboveMapping, belowMapping);
        }
        return upper;
    }

    private List<CatalogueSection> Sections(string list, string noun) =>
        [.. _entries[list].Select(entry => new CatalogueSection(IdOf(entry.Node) ?? noun, entry.Node, entry.File, _problems))];

    private static string? IdOf(YamlMappingNode entry) => entry.Children.TryGetValue("id", out var id) ? (id as YamlScalarNode)?.Value : null;
}

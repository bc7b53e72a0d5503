// The painter's vocabulary, read once from Lexicon.txt and immutable afterwards. A malformed line is a fault in our own data and throws at
// once.
using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;

namespace Atelier.Providers.Sketch;

/// <summary>One meaning of a phrase: the section it stands in, its key, and its attributes.</summary>
internal sealed record Meaning(string Section, string Key, FrozenDictionary<string, string> Attributes)
{
    public double Number(string attribute, double fallback = 0) =>
        Attributes.TryGetValue(attribute, out var text) ? double.Parse(text, CultureInfo.InvariantCulture) : fallback;

    public string Text(string attribute, string fallback = "") => Attributes.GetValueOrDefault(attribute, fallback);
}

/// <summary>Phrases and what they mean.</summary>
internal sealed class Lexicon
{
    public const int LongestPhrase = 5;

    private readonly FrozenDictionary<string, Meaning[]> _phrases;
    private readonly FrozenDictionary<string, Meaning> _keys;

    private Lexicon(Dictionary<string, List<Meaning>> phrases, Dictionary<string, Meaning> keys)
    {
        _phrases = phrases.ToFrozenDictionary(p => p.Key, p => p.Value.ToArray(), StringComparer.Ordinal);
        _keys = keys.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public static Lexicon Load()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Atelier.Providers.Sketch.Reading.Lexicon.txt")
            ?? throw new InvalidOperationException("The painter's lexicon is missing from the assembly.");
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd());
    }

    public static Lexicon Parse(string text)
    {
        var phrases = new Dictionary<string, List<Meaning>>(StringComparer.Ordinal);
        var keys = new Dictionary<string, Meaning>(StringComparer.Ordinal);
        var section = "";
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (line[0] == '[')
                section = line.Trim('[', ']');
            else
                Add(line, section, phrases, keys);
        }

        return new Lexicon(phrases, keys);
    }

    public IReadOnlyList<Meaning> Of(string phrase) => _phrases.TryGetValue(phrase, out var meanings) ? meanings : [];

    public Meaning? Of(string phrase, string section) => Of(phrase).FirstOrDefault(m => m.Section == section);

    /// <summary>The meaning that a section keeps under this key, or null.</summary>
    public Meaning? Entry(string section, string key) => _keys.GetValueOrDefault(section + "/" + key);

    public IEnumerable<Meaning> Section(string section) => _keys.Values.Where(m => m.Section == section).OrderBy(m => m.Key,
        StringComparer.Ordinal);

    public IEnumerable<string> Phrases(string section) =>
        _phrases.Where(p => p.Value.Any(m => m.Section == section)).Select(p => p.Key).Order(StringComparer.Ordinal);

    private static void Add(string line, string section, Dictionary<string, List<Meaning>> phrases, Dictionary<string, Meaning> keys)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || section.Length == 0)
            throw new FormatException($"The lexicon cannot read the line '{line}'.");
        var rest = line[(colon + 1)..].Split('|');
        var attributes = rest.Length < 2 ? [] : rest[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(a => a.Split('=')).ToDictionary(a => a[0], a => a[1], StringComparer.Ordinal);
        var meaning = new Meaning(section, line[..colon].Trim(), attributes.ToFrozenDictionary(StringComparer.Ordinal));
        keys[section + "/" + meaning.Key] = meaning;
        foreach (var phrase in rest[0].Split(',',
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Prepend(meaning.Key))
        {
            if (!phrases.TryGetValue(phrase, out var list))
                phrases[phrase] = list = [];
            list.Add(meaning);
        }
    }
}

// Every symbol in the assembly, found by noun, plural or synonym. Built once, immutable; a broken symbol file throws at once.
using System.Collections.Frozen;
using System.Reflection;

namespace Atelier.Providers.Sketch;

/// <summary>A noun of a prompt and the symbol that draws it.</summary>
internal readonly record struct Found(Symbol Symbol, bool Plural);

/// <summary>The painter's symbols.</summary>
internal sealed class SymbolShelf
{
    private const string Folder = "Atelier.Providers.Sketch.Symbols.";
    private readonly FrozenDictionary<string, Found> _byPhrase;

    private SymbolShelf(IReadOnlyList<Symbol> symbols, Dictionary<string, Found> byPhrase)
    {
        Symbols = symbols;
        _byPhrase = byPhrase.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public IReadOnlyList<Symbol> Symbols { get; }

    public IEnumerable<string> Phrases => _byPhrase.Keys;

    public static SymbolShelf Load(Lexicon lexicon)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var symbols = assembly.GetManifestResourceNames().Order(StringComparer.Ordinal)
            .Where(n => n.StartsWith(Folder, StringComparison.Ordinal) && n.EndsWith(".svg", StringComparison.Ordinal))
            .Select(n => Read(assembly, n)).ToArray();
        return new SymbolShelf(symbols, Index(symbols, lexicon));
    }

    public Found? Find(string phrase) => _byPhrase.TryGetValue(phrase, out var found) ? found : null;

    private static Symbol Read(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        var parts = resource[Folder.Length..^".svg".Length].Split('.');
        return Symbol.Parse(parts[0], parts[^1], reader.ReadToEnd());
    }

    private static Dictionary<string, Found> Index(IReadOnlyList<Symbol> symbols, Lexicon lexicon)
    {
        var index = new Dictionary<string, Found>(StringComparer.Ordinal);
        foreach (var symbol in symbols)
            index.TryAdd(symbol.Nouns[0], new Found(symbol, Plural: false));
        foreach (var symbol in symbols)
        {
            foreach (var noun in symbol.Nouns)
                index.TryAdd(noun, new Found(symbol, Plural: false));
            foreach (var plural in symbol.Plurals)
                index.TryAdd(plural, new Found(symbol, Plural: true));
        }

        AddSynonyms(index, lexicon);
        return index;
    }

    private static void AddSynonyms(Dictionary<string, Found> index, Lexicon lexicon)
    {
        // Twice, so that a synonym of a synonym (helmet: cap: hat) finds its symbol too.
        for (var round = 0; round < 2; round++)
        {
            foreach (var phrase in lexicon.Phrases("synonyms"))
            {
                foreach (var meaning in lexicon.Of(phrase).Where(m => m.Section == "synonyms"))
                {
                    if (index.TryGetValue(meaning.Key, out var found))
                        index.TryAdd(phrase, new Found(found.Symbol, LooksPlural(phrase, index)));
                }
            }
        }
    }

    private static bool LooksPlural(string phrase, Dictionary<string, Found> index) =>
        phrase.Length > 3 && phrase[^1] == 's' && phrase[^2] is not ('s' or 'u' or 'i') && !index.ContainsKey(phrase)
        && !phrase.EndsWith("lens", StringComparison.Ordinal) && !phrase.Contains(" of ",
            StringComparison.Ordinal) || phrase is "mice" or "people";
}

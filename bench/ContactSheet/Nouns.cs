// Counts which words of the prompts are drawn: as a symbol, as a setting, or not at all.
using Atelier.Providers.Sketch;

namespace ContactSheet;

internal static class Nouns
{
    public static void Report(string[] prompts, string? undrawnFile)
    {
        var lexicon = Lexicon.Load();
        var shelf = SymbolShelf.Load(lexicon);
        var reader = new PromptReader(lexicon, shelf);
        var terms = new Terms(lexicon, shelf);
        var plain = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "not-nouns.txt")).SelectMany(l =>
            l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToHashSet(StringComparer.Ordinal);
        int withSubject = 0, withSetting = 0, drawn = 0, total = 0;
        var undrawn = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var prompt in prompts)
        {
            var scene = reader.Read(prompt);
            withSubject += scene.Subjects.Count > 0 ? 1 : 0;
            withSetting += scene.Subjects.Count > 0 || scene.Setting is not null ? 1 : 0;
            foreach (var term in terms.Of(prompt).Where(t => t.Quote is null && t.Text.Length > 2))
            {
                var thing = term.Noun is not null || term.As("settings") is not null || term.As("clothes") is not null;
                if (!thing && (term.IsKnown || plain.Contains(term.Text) || char.IsDigit(term.Text[0])))
                    continue;
                total++;
                if (thing)
                    drawn++;
                else
                    undrawn[term.Text] = undrawn.GetValueOrDefault(term.Text) + 1;
            }
        }

        Console.WriteLine($"symbols: {shelf.Symbols.Count}, nouns and synonyms: {shelf.Phrases.Count()}");
        Console.WriteLine($"prompts with a drawn subject: {100.0 * withSubject / prompts.Length:0.0}%, " +
            $"with a subject or a setting: {100.0 * withSetting / prompts.Length:0.0}%");
        Console.WriteLine($"noun occurrences drawn: {drawn} of {total} ({100.0 * drawn / Math.Max(1, total):0.0}%)");
        if (undrawnFile is not null)
            File.WriteAllLines(undrawnFile, undrawn.OrderByDescending(u => u.Value).ThenBy(u =>
                u.Key, StringComparer.Ordinal).Select(u => $"{u.Value}\t{u.Key}"));
    }
}

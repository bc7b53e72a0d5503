// Understands a prompt: from terms to a scene. Every text yields a scene, in the worst case an empty one for the abstract painter.
namespace Atelier.Providers.Sketch;

/// <summary>Reads prompts and negative prompts.</summary>
internal sealed class PromptReader(Lexicon lexicon, SymbolShelf shelf)
{
    private readonly Terms _terms = new(lexicon, shelf);

    public Scene Read(string prompt, string? negative = null, string? style = null)
    {
        var reading = new Reading(lexicon);
        var terms = _terms.Of(prompt);
        for (var i = 0; i < terms.Count; i++)
            reading.Take(terms, i);
        var scene = reading.Scene();
        if (style is not null && StyleNamed(style) is { } named)
            scene = scene with { Style = named };
        return Without(scene, negative);
    }

    /// <summary>The style a preset's name or words speak of; null where they speak of none.</summary>
    public string? StyleNamed(string words) =>
        lexicon.Of(words.Trim().ToLowerInvariant().Replace('-', ' '), "styles")?.Key
        ?? _terms.Of(words).Select(t => t.As("styles")?.Key).FirstOrDefault(k => k is not null);

    private Scene Without(Scene scene, string? negative)
    {
        var banned = new HashSet<string>(scene.Without, StringComparer.Ordinal);
        foreach (var term in _terms.Of(negative ?? ""))
            Reading.Ban(banned, term);
        if (banned.Count == 0)
            return scene;

        var colours = banned.Select(w => lexicon.Of(w, "colours")).OfType<Meaning>().Select(m => Colour.Parse(m.Text("hex"))).ToArray();
        var lettering = banned.Overlaps(["text", "letters", "lettering", "words", "writing", "caption"]) ? [] : scene.Lettering;
        return scene with
        {
            Subjects = Kept(scene.Subjects, banned, colours),
            Setting = scene.Setting is { } s && banned.Contains(s) ? null : scene.Setting,
            Time = scene.Time is { } t && banned.Contains(t) ? null : scene.Time,
            Weather = [.. scene.Weather.Where(w => !banned.Contains(w))],
            Season = scene.Season is { } season && banned.Contains(season) ? null : scene.Season,
            Mood = scene.Mood is { } m && banned.Contains(m) ? null : scene.Mood,
            Style = scene.Style is { } style && banned.Contains(style) ? null : scene.Style,
            Palette = [.. scene.Palette.Except(colours)],
            Lettering = lettering,
            Without = banned,
        };
    }

    /// <summary>The subjects that stay, their relations pointing to the same things as before.</summary>
    private static List<Subject> Kept(IReadOnlyList<Subject> subjects, HashSet<string> banned, Colour[] colours)
    {
        bool Stays(Subject s) => !banned.Contains(s.Noun) && !banned.Contains(s.Symbol.Name);
        var places = new Dictionary<int, int>();
        for (var i = 0; i < subjects.Count; i++)
        {
            if (Stays(subjects[i]))
                places[i] = places.Count;
        }

        return [.. subjects.Where(Stays).Select(s =>
        {
            var colourful = s with { Colours = [.. s.Colours.Except(colours)] };
            return places.TryGetValue(s.Anchor, out var anchor)
                ? colourful with { Anchor = anchor }
                : colourful with { Anchor = -1, Relation = Relation.None };
        })];
    }
}

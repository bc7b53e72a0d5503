// A prompt half read: what was said of the next noun, which subjects stand, how they relate. Lives for one prompt only.
namespace Atelier.Providers.Sketch;

/// <summary>Takes terms one by one and ends as a scene.</summary>
internal sealed partial class Reading(Lexicon lexicon)
{
    private const int MostSubjects = 8;

    /// <summary>Whatever is taller, in metres, and also names a setting, is meant as the setting: a city, a mountain.</summary>
    private const double PlaceHeight = 40;
    private static readonly HashSet<string> s_articles = new(StringComparer.Ordinal) { "a", "an", "the", "his", "her", "its", "their",
        "another", "this", "that" };
    private static readonly HashSet<string> s_copulas = new(StringComparer.Ordinal) { "painted", "is", "are", "colored", "coloured",
        "looks", "made" };
    private static readonly HashSet<string> s_leadingIn = new(StringComparer.Ordinal) { "at", "through", "across", "along", "over",
        "of", "to", "down", "up", "from", "into", "onto", "covered", "in", "on" };
    private static readonly HashSet<string> s_denials = new(StringComparer.Ordinal) { "no", "without", "not", "minus" };

    private static readonly string[] s_worn = ["heads", "eyes", "necks"];

    private readonly List<Subject> _subjects = [];
    private readonly List<int> _clause = [];
    private readonly List<Colour> _colours = [];
    private readonly List<Colour> _palette = [];
    private readonly List<string> _lettering = [];
    private readonly List<string> _weather = [];
    private readonly List<string> _unknown = [];
    private readonly HashSet<string> _without = new(StringComparer.Ordinal);
    private string? _setting, _softSetting, _time, _season, _mood, _style;
    private string _previous = "";
    private string? _relation, _carried, _relationWord;
    private int _last = -1, _owner = -1;
    private int? _count;
    private double _size = 1;
    private bool _definite, _many, _abstract, _denied, _manner;

    public void Take(IReadOnlyList<Term> terms, int i)
    {
        var term = terms[i];
        if (_denied && term.IsKnown)
        {
            Ban(_without, term);
            _denied = false;
        }
        else if (term.Quote is { } words)
            _lettering.Add(words);
        else if (term.IsStop)
            EndSentence();
        else if (s_articles.Contains(term.Text))
            Article(term.Text);
        else if (s_denials.Contains(term.Text))
            _denied = true;
        else if (!term.IsKnown)
            Unknown(term.Text);
        else
            Known(terms, i);
        _previous = term.Text;
    }

    public Scene Scene() => new()
    {
        Subjects = [.. _subjects],
        Setting = _setting ?? (_subjects.Count == 0 ? _softSetting : null),
        Time = _time,
        Weather = [.. _weather.Distinct()],
        Season = _season,
        Mood = _mood,
        Style = _style,
        Palette = [.. _palette.Take(5)],
        Lettering = [.. _lettering],
        Without = _without,
        Unknown = [.. _unknown],
        Abstract = _abstract,
    };

    /// <summary>Notes a term of a negative prompt under all its names.</summary>
    public static void Ban(HashSet<string> banned, Term term)
    {
        banned.Add(term.Text);
        if (term.Text.Length > 3 && term.Text[^1] == 's')
            banned.Add(term.Text[..^1]);
        foreach (var meaning in term.Meanings)
            banned.Add(meaning.Key);
        if (term.Noun is { } noun)
            banned.Add(noun.Symbol.Name);
    }

    private void Known(IReadOnlyList<Term> terms, int i)
    {
        var term = terms[i];
        if (term.As("picture") is { } picture)
        {
            _abstract |= picture.Key == "abstract";
            _manner |= picture.Key == "manner";
        }
        else if (term.As("numbers") is { } number && NounAhead(terms, i + 1))
            _count = (int)number.Number("n", 1);
        else if (term.As("sizes") is { } size && NounAhead(terms, i + 1))
            _size = size.Number("by", 1);
        else if (term.As("places") is { } place && (term.Noun is null || place.Key is "background" or "foreground"))
            Place(place.Key);
        else if (term.As("colours") is { } colour && (term.Noun is null || NounAhead(terms, i + 1, near: true)))
            Colour(colour, terms, i);
        else if (term.Meanings.Any(m => m.Section is "weather" or "times" or "seasons") && term.As("settings") is null
            && (_count is null or 1) && !term.Text.StartsWith("sun", StringComparison.Ordinal) | term.Noun is null)
            Surroundings(term);
        else if (term.As("styles") is not null && (term.Noun is null || _previous is "," or "as" || i + 1 < terms.Count
            && terms[i + 1].Text == "style"))
            Surroundings(term);
        else if (term.Noun is { Symbol.Shelf: "clothing" } && (_relation ?? _carried) == "wearing" && !IsWorn(term))
            Clothes();
        else if (term.As("clothes") is not null && _owner < 0 && _carried is null && _relation is "wearing" or "holding"
            || term.As("clothes") is not null && _carried == "wearing")
            Clothes();
        else if (term.As("settings") is { } setting && (term.Noun is null || IsPlace(setting, term)))
            Setting(setting);
        else if (term.As("parts") is not null && (_subjects.Count > 0 || _manner))
            Part();
        else if (term.Noun is not null && _manner)
            _manner = false;
        else if (term.Noun is { } noun)
            Noun(noun, term, terms, i);
        else if (term.As("materials") is { } material)
            _colours.Add(Sketch.Colour.Parse(material.Text("hex")));
        else if (term.As("relations") is { } relation)
            Relate(relation, term.Text);
        else
            Surroundings(term);
    }

    private void Surroundings(Term term)
    {
        _relation = null;
        if (term.As("times") is { } time)
            _time ??= time.Key;
        if (term.As("weather") is { } weather)
            _weather.Add(weather.Key);
        if (term.As("seasons") is { } season)
            _season ??= season.Key;
        if (term.As("styles") is { } style)
            _style ??= style.Key;
        if (term.As("moods") is { } mood)
            _mood ??= mood.Key;
    }

    private void Noun(Found noun, Term term, IReadOnlyList<Term> terms, int i)
    {
        if (i + 1 < terms.Count && terms[i + 1] is { Noun: not null } next && next.As("parts") is null && next.As("relations") is null
            && next.As("places") is null && !noun.Plural)
            return;
        var known = _subjects.FindIndex(s => s.Symbol == noun.Symbol);
        if (known >= 0 && (_definite || _previous is "one" or "each" or "of" or "all" or "about") && _count is null)
        {
            ReferTo(known);
            return;
        }

        if (_subjects.Count >= MostSubjects)
            return;
        if (term.As("settings") is { } soft)
            _softSetting ??= soft.Key;
        if (_colours.Count == 0 && !noun.Symbol.Nouns.Contains(term.Text) && !noun.Symbol.Plurals.Contains(term.Text)
            && lexicon.Of(term.Text.Split(' ')[0], "colours") is { } own)
            _colours.Add(Sketch.Colour.Parse(own.Text("hex")));
        _subjects.Add(new Subject
        {
            Symbol = noun.Symbol,
            Noun = term.Text,
            Count = Math.Clamp(_count ?? (noun.Plural ? noun.Symbol.Shelf == "clothing" ? 2 : 3 : 1), 1, 12),
            Colours = [.. _colours],
            ManyColours = _many,
            Size = _size,
        });
        Tie(_subjects.Count - 1, term.Text);
        Forget();
    }

    private void Colour(Meaning colour, IReadOnlyList<Term> terms, int i)
    {
        var value = Sketch.Colour.Parse(colour.Text("hex"));
        if (NounAhead(terms, i + 1, near: true))
        {
            _colours.Add(value);
            _many |= colour.Text("many") == "yes";
        }
        else if (_last >= 0 && s_copulas.Contains(_previous))
            _subjects[_last] = _subjects[_last] with { Colours = [.. _subjects[_last].Colours, value] };
        else if (i + 1 >= terms.Count || terms[i + 1].IsKnown || terms[i + 1].Text is "," or "and" || terms[i + 1].IsStop)
            _palette.Add(value);
    }

    private void Place(string key)
    {
        if (_last >= 0)
        {
            var place = Enum.Parse<Place>(key, ignoreCase: true);
            _subjects[_last] = _subjects[_last] with { Place = place };
        }

        _colours.Clear();
    }

    private void Article(string word)
    {
        _definite = word is not ("a" or "an" or "another");
        _colours.Clear();
        _count = null;
    }

    private void Unknown(string word)
    {
        if (word.Length > 2)
            _unknown.Add(word);
        if (word is "and" or ",")
            return;
        if (s_leadingIn.Contains(word))
            _colours.Clear();
    }

    private void Forget()
    {
        _colours.Clear();
        _many = false;
        _count = null;
        _size = 1;
        _definite = false;
        _relation = null;
    }

    private void EndSentence()
    {
        Forget();
        _carried = null;
        _clause.Clear();
        if (_owner >= 0)
            _last = _owner;
    }

    /// <summary>Whether a thing is named before the clause ends; "near" looks past modifiers only.</summary>
    private static bool NounAhead(IReadOnlyList<Term> terms, int from, bool near = false)
    {
        for (var i = from; i < Math.Min(terms.Count, from + 5); i++)
        {
            var term = terms[i];
            if (term.IsStop || term.Quote is not null || s_articles.Contains(term.Text) || s_leadingIn.Contains(term.Text))
                return false;
            if (term.Noun is not null || term.As("clothes") is not null || term.As("settings") is not null && !near)
                return true;
            if (term.As("relations") is not null || near && term.Text == "," || near && term.As("settings") is not null)
                return false;
        }

        return false;
    }
}

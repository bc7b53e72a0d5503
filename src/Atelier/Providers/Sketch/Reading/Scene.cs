// What a prompt asks to see, before a line is drawn. Immutable data.
namespace Atelier.Providers.Sketch;

/// <summary>How one subject stands to another.</summary>
internal enum Relation
{
    None,
    On,
    Under,
    Beside,
    Front,
    Behind,
    Inside,
    Above,
    Wearing,
    Holding,
    Riding,
}

/// <summary>Where in the picture the prompt wants a subject.</summary>
internal enum Place
{
    Anywhere,
    Left,
    Right,
    Background,
    Foreground,
    Flying,
}

/// <summary>A thing to draw: which, how many, in which colours, and how it stands to another.</summary>
internal sealed record Subject
{
    public required Symbol Symbol { get; init; }

    /// <summary>The noun as the prompt wrote it.</summary>
    public required string Noun { get; init; }

    /// <summary>1 to 12.</summary>
    public int Count { get; init; } = 1;
    public IReadOnlyList<Colour> Colours { get; init; } = [];

    /// <summary>True for "colourful": every copy and part another colour.</summary>
    public bool ManyColours { get; init; }
    public double Size { get; init; } = 1;
    public Place Place { get; init; }

    /// <summary>How this subject stands to the one at <see cref="Anchor"/>.</summary>
    public Relation Relation { get; init; }

    /// <summary>Index of the other subject, or -1.</summary>
    public int Anchor { get; init; } = -1;

    /// <summary>A colour of clothes the subject wears, where they have no symbol of their own.</summary>
    public Colour? Clothes { get; init; }
}

/// <summary>A prompt, understood.</summary>
internal sealed record Scene
{
    public IReadOnlyList<Subject> Subjects { get; init; } = [];
    public string? Setting { get; init; }
    public string? Time { get; init; }
    public IReadOnlyList<string> Weather { get; init; } = [];
    public string? Season { get; init; }
    public string? Mood { get; init; }
    public string? Style { get; init; }

    /// <summary>Colours that belong to no noun: the palette of the whole.</summary>
    public IReadOnlyList<Colour> Palette { get; init; } = [];

    /// <summary>Quoted words, to be written in the picture.</summary>
    public IReadOnlyList<string> Lettering { get; init; } = [];

    /// <summary>Words the negative prompt took out of the picture, scenery included.</summary>
    public IReadOnlySet<string> Without { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Words that mean nothing to the painter; they stir the dice.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];

    public bool Abstract { get; init; }

    /// <summary>True where there is nothing to draw but shapes in the prompt's mood.</summary>
    public bool NeedsAbstract => Abstract && Subjects.Count == 0 || Subjects.Count == 0 && Setting is null && Lettering.Count == 0
        && Time is null && Weather.Count == 0;

    public bool Leaves(params string[] words) => words.Any(Without.Contains);
}

// One noun the painter can draw: shapes with colour slots, as they stand in its SVG file. Immutable data.
using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Atelier.Providers.Sketch;

/// <summary>Where a thing naturally is.</summary>
internal enum Stand
{
    Ground,
    Water,
    Sky,
    Table,
    Wall,
    Floor,
    Hand,
}

/// <summary>A place on a symbol where another thing goes, in the symbol's own units.</summary>
internal readonly record struct Anchor(double X, double Y, double Width);

/// <summary>A drawable noun.</summary>
internal sealed partial record Symbol
{
    public required string Name { get; init; }
    public required string Shelf { get; init; }
    public required string[] Nouns { get; init; }
    public required string[] Plurals { get; init; }
    public required double Left { get; init; }
    public required double Top { get; init; }
    public required double Width { get; init; }
    public required double Height { get; init; }

    /// <summary>Real-life height in metres.</summary>
    public required double Metres { get; init; }
    public required Stand Stands { get; init; }
    public required Colour Main { get; init; }
    public required Colour Accent { get; init; }
    public Anchor? Head { get; init; }
    public Anchor? Hand { get; init; }
    public required string Shapes { get; init; }

    public double Aspect => Width / Height;

    /// <summary>Reads one symbol file; throws a FormatException that names what is wrong.</summary>
    public static Symbol Parse(string shelf, string name, string svg)
    {
        var root = XDocument.Parse(svg, LoadOptions.None).Root!;
        string Attribute(string key) => root.Attribute(key)?.Value ?? throw new FormatException($"The symbol {name} has no {key}.");
        var box = Numbers(Attribute("viewBox"));
        return new Symbol
        {
            Name = name,
            Shelf = shelf,
            Nouns = Words(Attribute("data-nouns")),
            Plurals = Words(root.Attribute("data-plurals")?.Value ?? ""),
            Left = box[0],
            Top = box[1],
            Width = box[2],
            Height = box[3],
            Metres = Numbers(Attribute("data-height"))[0],
            Stands = Enum.Parse<Stand>(Attribute("data-stands"), ignoreCase: true),
            Main = Colour.Parse(root.Attribute("data-main")?.Value ?? "#888888"),
            Accent = Colour.Parse(root.Attribute("data-accent")?.Value ?? "#555555"),
            Head = Place(root.Attribute("data-head")?.Value),
            Hand = Place(root.Attribute("data-hand")?.Value),
            Shapes = string.Concat(root.Elements().Select(e => Plain(e))),
        };
    }

    /// <summary>The shapes with every slot and every fixed colour replaced through the given functions.</summary>
    public string Coloured(Func<string, Colour> slot, Func<Colour, Colour> grade)
    {
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        return ColourOrSlot().Replace(Shapes, match =>
        {
            if (!seen.TryGetValue(match.Value, out var hex))
                seen[match.Value] = hex = grade(match.Value[0] == '{' ? slot(match.Value.Trim('{', '}')) : Colour.Parse(match.Value)).Hex;
            return hex;
        });
    }

    private static string Plain(XElement element)
    {
        foreach (var e in element.DescendantsAndSelf())
            e.Name = e.Name.LocalName;
        return element.ToString(SaveOptions.DisableFormatting);
    }

    private static string[] Words(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => w.Replace('_', ' ')).ToArray();

    private static double[] Numbers(string text) => text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)
        .Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray();

    private static Anchor? Place(string? text)
    {
        if (text is null)
            return null;
        var n = Numbers(text);
        return new Anchor(n[0], n[1], n.Length > 2 ? n[2] : 0);
    }

    [GeneratedRegex("\\{[a-z-]+\\}|#[0-9a-fA-F]{6}\\b|#[0-9a-fA-F]{3}\\b", RegexOptions.None, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex ColourOrSlot();
}

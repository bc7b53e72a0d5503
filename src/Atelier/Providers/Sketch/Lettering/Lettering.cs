// Letters drawn as strokes of our own, so that no picture depends on installed fonts. Characters it does not know become dotted boxes,
// honestly.
using System.Globalization;
using System.Reflection;
using System.Text;

namespace Atelier.Providers.Sketch;

/// <summary>Measures, wraps and draws text.</summary>
internal sealed class Lettering
{
    private const double Space = 5.5;
    private const double Gap = 3.2;
    private const double LineHeight = 23;
    private const double CapHeight = 14;
    private const int MostLines = 8;
    private readonly Dictionary<Rune, (double Width, string Path)> _letters = [];

    public Lettering()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Atelier.Providers.Sketch.Lettering.letters.txt")
            ?? throw new InvalidOperationException("The painter's letters are missing from the assembly.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            var parts = line.Split(' ', 3);
            if (parts.Length == 3 && parts[0].Length == 1 && double.TryParse(parts[1], CultureInfo.InvariantCulture, out var width))
                _letters[parts[0].EnumerateRunes().First()] = (width, parts[2]);
        }
    }

    public bool Knows(Rune letter) => _letters.ContainsKey(letter);

    /// <summary>Width of a line over the height of its capitals.</summary>
    public double Ratio(string line) => Measure(line) / CapHeight;

    /// <summary>The text in the lines that fill a box of this aspect best.</summary>
    public IReadOnlyList<string> Wrap(string text, double aspect)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(Pieces).ToArray();
        IReadOnlyList<string> best = [string.Join(' ', words)];
        var size = 0.0;
        for (var count = 1; count <= Math.Min(MostLines, words.Length); count++)
        {
            var lines = Lines(words, count);
            var fits = Math.Min(aspect / lines.Max(Measure), 1 / (lines.Count * LineHeight - (LineHeight - CapHeight)));
            if (fits > size * 1.04)
                (best, size) = (lines, fits);
        }

        return best;
    }

    /// <summary>Draws text centred in a box, as large as it fits.</summary>
    public void Draw(Sheet sheet, string text, double x, double y, double width, double height, Colour colour, double weight = 2.1,
        double opacity = 1)
    {
        var lines = Wrap(text, width / height);
        var scale = Math.Min(width / Math.Max(1, lines.Max(Measure)), height / (lines.Count * LineHeight - (LineHeight - CapHeight)));
        var top = y + (height - (lines.Count * LineHeight - (LineHeight - CapHeight)) * scale) / 2;
        for (var i = 0; i < lines.Count; i++)
            Line(sheet, lines[i], x + (width - Measure(lines[i]) * scale) / 2, top + i * LineHeight * scale, scale, colour, weight,
                opacity);
    }

    private void Line(Sheet sheet, string line, double x, double y, double scale, Colour colour, double weight, double opacity)
    {
        sheet.Open(string.Create(CultureInfo.InvariantCulture,
            $"transform=\"translate({x:0.##} {y:0.##}) scale({scale:0.####})\" fill=\"none\" stroke=\"{colour.Hex}\" " +
                $"stroke-width=\"{weight:0.##}\" stroke-linecap=\"round\" stroke-linejoin=\"round\" stroke-opacity=\"{opacity:0.##}\""));
        var at = 0.0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (rune.Value == ' ')
            {
                at += Space;
                continue;
            }

            var (width, path) = Letter(rune);
            sheet.Raw(string.Create(CultureInfo.InvariantCulture,
                $"<path transform=\"translate({at:0.##} 0)\" d=\"{path}\"{(Knows(rune) ? "" : " stroke-dasharray=\"0.1 3\"")}/>"));
            at += width + Gap;
        }

        sheet.Close();
    }

    private (double Width, string Path) Letter(Rune rune) => _letters.TryGetValue(rune, out var letter) ? letter : (8, "M0 1H8V14H0Z");

    private double Measure(string line) =>
        Math.Max(1, line.EnumerateRunes().Sum(r => r.Value == ' ' ? Space : Letter(r).Width + Gap) - Gap);

    /// <summary>Very long words break, so that no text outgrows its box.</summary>
    private static IEnumerable<string> Pieces(string word)
    {
        const int longest = 22;
        for (var i = 0; i < word.Length; i += longest)
            yield return word.Substring(i, Math.Min(longest, word.Length - i));
    }

    private List<string> Lines(string[] words, int count)
    {
        var target = words.Sum(w => Measure(w) + Space) / count;
        var lines = new List<string>();
        var line = "";
        foreach (var word in words)
        {
            var longer = line.Length == 0 ? word : line + " " + word;
            if (line.Length > 0 && Measure(longer) > target * 1.12 && lines.Count < count - 1)
            {
                lines.Add(line);
                line = word;
            }
            else
                line = longer;
        }

        lines.Add(line);
        return lines;
    }
}

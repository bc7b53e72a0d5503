// The table of ratios, as Markdown: absolute figures depend on the machine and stand aside.
using System.Text;

namespace QueueRace;

/// <summary>A bar that a ratio has to reach.</summary>
/// <param name="Value">How high it is.</param>
/// <param name="AtMost">Whether less is better.</param>
internal sealed record Bar(double Value, bool AtMost = false)
{
    public bool IsMet(double ratio) => AtMost ? ratio <= Value : ratio >= Value;

    public override string ToString() => (AtMost ? "≤ " : "≥ ") + ResultTable.Number(Value);
}

/// <summary>Collects lines.</summary>
internal sealed class ResultTable
{
    private readonly StringBuilder _lines = new(
        """
        | row | variant | ratio | value | bar | met | medians |
        | --- | --- | --- | ---: | ---: | --- | --- |

        """);

    /// <summary>Adds a line; a null bar is for information.</summary>
    public void Add(string row, string variant, string ratio, double value, Bar? bar, string medians)
    {
        var met = bar is null ? "" : bar.IsMet(value) ? "yes" : "**no**";
        _lines.AppendLine($"| `{row}` | {variant} | {ratio} | {Number(value)} | {bar?.ToString() ?? "–"} | {met} | {medians} |");
    }

    public static string Number(double value) => value >= 100 ? $"{value:#,0}" : $"{value:0.00}";

    public override string ToString() => _lines.ToString();
}

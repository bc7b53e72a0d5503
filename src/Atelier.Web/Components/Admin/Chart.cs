// A chart as plain numbers with names: what the drawing, its description and its table are all made from. Pure.
using System.Globalization;

namespace Atelier.Web.Components.Admin;

/// <summary>How a chart is drawn.</summary>
public enum ChartKind
{
    /// <summary>Upright columns over time, one series upon the other.</summary>
    Columns,

    /// <summary>Lines over time.</summary>
    Lines,

    /// <summary>Lying bars by name, one series behind the other.</summary>
    Bars,
}

/// <summary>One row of numbers of a chart.</summary>
/// <param name="Name">Its name in the legend and the table.</param>
/// <param name="Values">A number for each label; null where there is none.</param>
public sealed record ChartSeries(string Name, IReadOnlyList<double?> Values);

/// <summary>A chart.</summary>
/// <param name="Id">The element's id.</param>
/// <param name="Title">What it shows.</param>
/// <param name="Kind">How.</param>
/// <param name="Heading">What the labels are, for the table's first column.</param>
/// <param name="Labels">The names along the axis.</param>
/// <param name="Series">The numbers.</param>
/// <param name="Format">A number as text.</param>
/// <param name="Summary">The chart in one sentence.</param>
public sealed record Chart(
    string Id, string Title, ChartKind Kind, string Heading, IReadOnlyList<string> Labels, IReadOnlyList<ChartSeries> Series, Func<double, string> Format,
    string Summary)
{
    private static readonly double[] RoundSteps = [1, 2, 5, 10];

    /// <summary>Whether there is nothing to draw.</summary>
    public bool IsEmpty => Series.All(series => series.Values.All(value => value is null or 0));

    /// <summary>The round number at which the axis ends.</summary>
    public double Top
    {
        get
        {
            var most = Kind == ChartKind.Lines
                ? Series.Max(series => series.Values.Max() ?? 0)
                : Enumerable.Range(0, Labels.Count).Select(Total).DefaultIfEmpty(0).Max();
            if (most <= 0)
                return 1;
            var unit = Math.Pow(10, Math.Floor(Math.Log10(most)));
            return RoundSteps.Select(step => step * unit).First(top => top >= most * 0.999999);
        }
    }

    /// <summary>What all series have together at a label.</summary>
    public double Total(int label) => Series.Sum(series => series.Values[label] ?? 0);

    /// <summary>A length for an attribute.</summary>
    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}

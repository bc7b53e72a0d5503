// Writes what the OpenTelemetry SDK has collected in the Prometheus text format 0.0.4. Holds nothing between two scrapes.
using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Atelier.Web.Watching;

[ExportModes(ExportModes.Pull)]
internal sealed class PrometheusText : BaseExporter<Metric>, IPullMetricExporter
{
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    public Func<int, bool>? Collect { get; set; }

    /// <summary>The latest collection as text.</summary>
    public string Text { get; private set; } = "";

    public override ExportResult Export(in Batch<Metric> batch)
    {
        var text = new StringBuilder();
        var metrics = new List<Metric>();
        foreach (var metric in batch)
            metrics.Add(metric);
        // The format wants all samples of a name together; two meters may use the same one.
        foreach (var family in metrics.GroupBy(NameOf, StringComparer.Ordinal).OrderBy(family => family.Key, StringComparer.Ordinal))
            Write(text, family.Key, [.. family]);
        Text = text.ToString();
        return ExportResult.Success;
    }

    /// <summary>A metric's name by the rules of Prometheus: letters, digits and underscores, with its unit, counters with <c>_total</c>.</summary>
    public static string NameOf(Metric metric)
    {
        var name = Legal(metric.Name);
        var unit = metric.Unit switch { "s" => "_seconds", "By" => "_bytes", "ms" => "_milliseconds", _ => "" };
        if (!name.EndsWith(unit, StringComparison.Ordinal))
            name += unit;
        return metric.MetricType is MetricType.LongSum or MetricType.DoubleSum ? $"{name}_total" : name;
    }

    private static void Write(StringBuilder text, string name, IReadOnlyList<Metric> family)
    {
        text.Append($"# HELP {name} {EscapeHelp(family[0].Description)}\n# TYPE {name} {TypeOf(family[0].MetricType)}\n");
        // Two servers in one process have meters of the same name, and a sample that comes twice makes Prometheus refuse all of them.
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (var metric in family.Where(metric => metric.MetricType == family[0].MetricType))
        {
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                var labels = LabelsOf(point.Tags);
                if (told.Add(labels))
                    Write(text, name, labels, metric.MetricType, in point);
            }
        }
    }

    private static void Write(StringBuilder text, string name, string labels, MetricType type, ref readonly MetricPoint point)
    {
        switch (type)
        {
            case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                Sample(text, name, labels, point.GetSumLong());
                break;
            case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                Sample(text, name, labels, point.GetSumDouble());
                break;
            case MetricType.LongGauge:
                Sample(text, name, labels, point.GetGaugeLastValueLong());
                break;
            case MetricType.DoubleGauge:
                Sample(text, name, labels, point.GetGaugeLastValueDouble());
                break;
            case MetricType.Histogram:
                WriteHistogram(text, name, labels, in point);
                break;
            default:
                throw new InvalidOperationException($"{name} is a {type}, which nobody here makes.");
        }
    }

    private static void WriteHistogram(StringBuilder text, string name, string labels, ref readonly MetricPoint point)
    {
        var below = 0L;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            below += bucket.BucketCount;
            var bound = $"le=\"{Number(bucket.ExplicitBound)}\"";
            Sample(text, $"{name}_bucket", labels.Length == 0 ? bound : $"{labels},{bound}", below);
        }
        Sample(text, $"{name}_sum", labels, point.GetHistogramSum());
        Sample(text, $"{name}_count", labels, point.GetHistogramCount());
    }

    private static void Sample(StringBuilder text, string name, string labels, double value) =>
        text.Append(labels.Length == 0 ? $"{name} {Number(value)}\n" : $"{name}{{{labels}}} {Number(value)}\n");

    private static string LabelsOf(ReadOnlyTagCollection tags)
    {
        var labels = new List<string>();
        foreach (var (key, value) in tags)
            labels.Add($"{Legal(key)}=\"{EscapeLabel(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")}\"");
        return string.Join(',', labels);
    }

    private static string TypeOf(MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.DoubleSum => "counter",
        MetricType.Histogram => "histogram",
        _ => "gauge",
    };

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    private static string Legal(string name) => string.Concat(name.Select((letter, at) =>
        char.IsAsciiLetter(letter) || letter == '_' || (at > 0 && char.IsAsciiDigit(letter)) ? letter : '_'));

    private static string EscapeHelp(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string EscapeLabel(string text) => EscapeHelp(text).Replace("\"", "\\\"", StringComparison.Ordinal);
}

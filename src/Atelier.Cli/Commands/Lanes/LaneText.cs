// Limits of lanes as people write and read them: 10/1s, 20cost/1m, 2-16, none.

using System.CommandLine;
using System.Globalization;
using Atelier.Client;
using Atelier.Durable;

namespace Atelier.Cli.Commands.Lanes;

// A number of places; none is no limit.
internal readonly record struct Places(int? Most)
{
    public override string ToString() => Most?.ToString(CultureInfo.InvariantCulture) ?? LaneText.None;
}

// Bounds of an adaptive concurrency; none is a fixed one.
internal readonly record struct Bounds(AdaptiveConcurrency? Adaptive);

internal static class LaneText
{
    public const string None = "none";

    private const string CostUnit = "cost";

    public static Option<Places?> PlacesOption(string name, string description) =>
        CommonOptions.Parsed(name, "N|none", description, "a whole number above 0, or none", ParsePlaces);

    public static Places? ParsePlaces(string text) => text == None ? new Places(null)
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? new Places(number)
        : null;

    // "10/1s" is ten jobs a second, "20cost/1m" twenty units of cost a minute.
    public static RateLimit? ParseRate(string text)
    {
        if (text.Split('/') is not [var amount, var time] || Duration.Parse(time) is not { } per) return null;
        var unit = amount.EndsWith(CostUnit, StringComparison.Ordinal) ? RateUnit.Cost : RateUnit.Jobs;
        var number = unit == RateUnit.Cost ? amount[..^CostUnit.Length] : amount;
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value > 0 && double.IsFinite(value)
            ? new RateLimit(value, per, unit)
            : null;
    }

    // "2-16", or "2-16/8s" where a run that takes longer than that counts as congestion.
    public static Bounds? ParseBounds(string text)
    {
        if (text == None) return new Bounds(null);
        var (range, target) = text.Split('/') is [var before, var after] ? (before, Duration.Parse(after)) : (text, null);
        if (text.Contains('/', StringComparison.Ordinal) && target is null) return null;
        return range.Split('-') is [var low, var high]
            && int.TryParse(low, NumberStyles.None, CultureInfo.InvariantCulture, out var min)
            && int.TryParse(high, NumberStyles.None, CultureInfo.InvariantCulture, out var max) && min >= 1 && max >= min
            ? new Bounds(new AdaptiveConcurrency(min, max, target))
            : null;
    }

    public static string Show(RateRecord rate) =>
        string.Create(CultureInfo.InvariantCulture, $"{rate.Amount}{(rate.Unit == CostUnit ? CostUnit : "")}/{Compact(rate.PerSeconds)}")
        + (rate.Burst is { } burst ? string.Create(CultureInfo.InvariantCulture, $" (burst {burst})") : "");

    public static string Show(AdaptiveRecord adaptive) =>
        $"adaptive {adaptive.Min}-{adaptive.Max}{(adaptive.TargetSeconds is { } target ? $"/{Compact(target)}" : "")}";

    private static string Compact(double seconds)
    {
        var (value, unit) = seconds switch
        {
            >= 86_400 when seconds % 86_400 == 0 => (seconds / 86_400, "d"),
            >= 3_600 when seconds % 3_600 == 0 => (seconds / 3_600, "h"),
            >= 60 when seconds % 60 == 0 => (seconds / 60, "m"),
            _ => (seconds, "s"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{value}{unit}");
    }
}

// Reads how far a sampler is from the bar that it writes into its log, such as " 50%|█████     | 14/28".
using System.Globalization;
using System.Text.RegularExpressions;

namespace Atelier.Providers;

/// <summary>Progress out of logs.</summary>
public static partial class StepBar
{
    /// <summary>0 to 1 by the last bar of a log, or null where there is none.</summary>
    public static double? FractionOf(string? logs) =>
        logs is not null && Percent().Matches(logs).LastOrDefault() is { } last && double.TryParse(last.Groups["percent"].Value, CultureInfo.InvariantCulture, out var percent)
            ? Math.Clamp(percent / 100, 0, 1)
            : null;

    [GeneratedRegex(@"(?<percent>\d{1,3})%\s*\|", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Percent();
}

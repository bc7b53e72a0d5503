// Moments and ages as people read them.

using System.Globalization;

namespace Atelier.Cli.Output;

internal static class Times
{
    public static string Show(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Show(DateTimeOffset? time) => time is { } known ? Show(known) : "";

    // "12 ms", "0.8 s", "3 min 20 s", "5 h", "3 d"; nothing for nothing.
    public static string ShowSeconds(double? seconds) => seconds switch
    {
        null => "",
        < 1 => string.Create(CultureInfo.InvariantCulture, $"{seconds.Value * 1000:0} ms"),
        < 7_200 => Duration.Show(TimeSpan.FromSeconds(seconds.Value)),
        < 172_800 => string.Create(CultureInfo.InvariantCulture, $"{seconds.Value / 3_600:0} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds.Value / 86_400:0} d"),
    };
}

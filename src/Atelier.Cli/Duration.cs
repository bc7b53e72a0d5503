// Times as people write them.

using System.Globalization;

namespace Atelier.Cli;

internal static class Duration
{
    // "90s", "5m", "1h", "1h30m" or plain seconds; null for anything else, for nothing, and for more than a year.
    public static TimeSpan? Parse(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0) return TimeSpan.FromSeconds(seconds);

        var total = TimeSpan.Zero;
        var digits = "";
        foreach (var letter in text)
        {
            if (char.IsAsciiDigit(letter) && digits.Length < 6)
            {
                digits += letter;
                continue;
            }

            if (digits.Length == 0 || UnitOf(letter) is not { } unit) return null;
            total += unit * int.Parse(digits, CultureInfo.InvariantCulture);
            digits = "";
        }

        return digits.Length == 0 && total > TimeSpan.Zero && total <= TimeSpan.FromDays(366) ? total : null;
    }

    // "0.8 s" below a minute, "3 min 20 s" above.
    public static string Show(TimeSpan time) => time < TimeSpan.FromMinutes(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s")
        : $"{(int)time.TotalMinutes} min {time.Seconds} s";

    private static TimeSpan? UnitOf(char letter) => letter switch
    {
        's' => TimeSpan.FromSeconds(1),
        'm' => TimeSpan.FromMinutes(1),
        'h' => TimeSpan.FromHours(1),
        'd' => TimeSpan.FromDays(1),
        _ => null,
    };
}

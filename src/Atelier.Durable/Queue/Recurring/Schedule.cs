// When something comes again: a time span, or a cron expression. Pure; UTC.
using System.Globalization;

namespace Atelier.Durable;

/// <summary>
/// A schedule in words. <c>every 15m</c> (s, m, h, d; counted from 1970, so that all processes agree), or the five fields of cron: minute,
/// hour, day of the month, month, day of the week, each <c>*</c>, a number, a name (<c>jan</c>, <c>mon</c>), a range <c>1-5</c>, a step
/// <c>*/10</c> or a list of those; if both days are given, either will do (POSIX crontab). Times are UTC.
/// </summary>
public sealed class Schedule
{
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(366 * 9); // the longest wait for a 29th of February

    private readonly string _text;
    private readonly TimeSpan? _every;
    private readonly bool[][] _fields = [];
    private readonly bool _anyDayOfMonth;
    private readonly bool _anyDayOfWeek;

    private Schedule(string text, TimeSpan every) => (_text, _every) = (text, every);

    private Schedule(string text, bool[][] fields, bool anyDayOfMonth, bool anyDayOfWeek) =>
        (_text, _fields, _anyDayOfMonth, _anyDayOfWeek) = (text, fields, anyDayOfMonth, anyDayOfWeek);

    /// <summary>Reads a schedule.</summary>
    /// <exception cref="FormatException">The text is none; the message says which part and what is allowed.</exception>
    public static Schedule Parse(string text)
    {
        var parts = text.Trim().ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts is ["every", var span])
            return new Schedule(text.Trim(), ParseSpan(span));
        if (parts.Length != 5)
            throw new FormatException($"'{text}' is no schedule: write 'every 15m' or five cron fields (minute hour day month weekday).");
        bool[][] fields =
        [
            ParseField(parts[0], "minute", 0, 59, []), ParseField(parts[1], "hour", 0, 23, []), ParseField(parts[2], "day", 1, 31, []),
            ParseField(parts[3], "month", 1, 12, Months), ParseField(parts[4], "weekday", 0, 7, Days),
        ];
        fields[4][0] |= fields[4][7]; // both are Sunday
        var schedule = new Schedule(text.Trim(), fields, parts[2] is ['*', ..], parts[4] is ['*', ..]);
        return schedule.Find(DateTimeOffset.UnixEpoch) is null ? throw new FormatException($"'{text}' never comes: there is no such day.") : schedule;
    }

    /// <summary>The first moment after another one.</summary>
    public DateTimeOffset Next(DateTimeOffset after) =>
        Find(after) ?? throw new InvalidOperationException($"The schedule '{_text}' never comes again after {after:O}.");

    /// <inheritdoc/>
    public override string ToString() => _text;

    private DateTimeOffset? Find(DateTimeOffset after)
    {
        if (_every is { } every)
            return new DateTimeOffset(((after.UtcTicks / every.Ticks) + 1) * every.Ticks, TimeSpan.Zero);

        var at = new DateTimeOffset(after.UtcTicks - (after.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero).AddMinutes(1);
        for (var end = at + Horizon; at < end;)
        {
            if (!_fields[3][at.Month])
                at = new DateTimeOffset(at.Year, at.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1);
            else if (!DayMatches(at))
                at = new DateTimeOffset(at.Date, TimeSpan.Zero).AddDays(1);
            else if (!_fields[1][at.Hour])
                at = at.AddMinutes(60 - at.Minute);
            else if (!_fields[0][at.Minute])
                at = at.AddMinutes(1);
            else
                return at;
        }

        return null;
    }

    private bool DayMatches(DateTimeOffset at)
    {
        var (ofMonth, ofWeek) = (_fields[2][at.Day], _fields[4][(int)at.DayOfWeek]);
        return _anyDayOfMonth || _anyDayOfWeek ? ofMonth && ofWeek : ofMonth || ofWeek;
    }

    private static TimeSpan ParseSpan(string text)
    {
        var unit = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => TimeSpan.Zero,
        };
        return int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 && unit > TimeSpan.Zero
            ? count * unit
            : throw new FormatException($"'{text}' is no time span: write a whole number above 0 and s, m, h or d, such as 15m.");
    }

    private static bool[] ParseField(string text, string name, int min, int max, string[] names)
    {
        var chosen = new bool[max + 1];
        foreach (var part in text.Split(','))
        {
            var (range, step) = part.Split('/') is [var before, var after] ? (before, Number(after, 1, max)) : (part, 1);
            var ends = range == "*" ? [min, max] : range.Split('-').Select(end => Number(end, min, max)).ToArray();
            if (ends.Length > 2 || (ends.Length == 2 && ends[0] > ends[1]))
                throw Bad(part);
            var last = ends.Length == 2 ? ends[1] : part.Contains('/', StringComparison.Ordinal) ? max : ends[0];
            for (var value = ends[0]; value <= last; value += step)
                chosen[value] = true;
        }

        return chosen;

        int Number(string word, int least, int most)
        {
            var index = Array.IndexOf(names, word);
            if (index >= 0)
                return index + min;
            return int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
                ? value
                : throw Bad(word);
        }

        FormatException Bad(string part) => new($"'{part}' is no {name}: allowed are {min} to {max}, ranges, lists and steps.");
    }
}

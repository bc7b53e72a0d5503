// Schedules in words, against a calendar.
namespace Atelier.Durable.Tests;

public sealed class ScheduleTests
{
    [Theory]
    [InlineData("* * * * *", "2026-11-22T10:00:30Z", "2026-11-22T10:01:00Z")]
    [InlineData("*/15 * * * *", "2026-11-22T10:15:00Z", "2026-11-22T10:30:00Z")]
    [InlineData("0 9 * * mon-fri", "2026-11-20T09:00:00Z", "2026-11-23T09:00:00Z")]
    [InlineData("30 4 1,15 * *", "2026-11-15T04:30:00Z", "2026-12-01T04:30:00Z")]
    [InlineData("0 0 29 feb *", "2026-11-22T00:00:00Z", "2028-02-29T00:00:00Z")]
    [InlineData("0 0 29 2 *", "2096-02-29T00:00:00Z", "2104-02-29T00:00:00Z")]
    [InlineData("0 0 13 * fri", "2026-11-22T00:00:00Z", "2026-11-27T00:00:00Z")]
    [InlineData("0 0 * * 7", "2026-11-22T00:00:00Z", "2026-11-29T00:00:00Z")]
    [InlineData("59 23 31 12 *", "2026-12-31T23:59:00Z", "2027-12-31T23:59:00Z")]
    [InlineData("5-10/5 3 * * *", "2026-11-22T03:05:00Z", "2026-11-22T03:10:00Z")]
    [InlineData("every 15m", "2026-11-22T10:07:12Z", "2026-11-22T10:15:00Z")]
    [InlineData("every 1d", "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z")]
    public void The_next_time_is_the_first_after_now(string schedule, string now, string next) =>
        Schedule.Parse(schedule).Next(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture))
            .ShouldBe(DateTimeOffset.Parse(next, System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("", "no schedule")]
    [InlineData("* * * *", "no schedule")]
    [InlineData("60 * * * *", "'60' is no minute")]
    [InlineData("* 24 * * *", "'24' is no hour")]
    [InlineData("* * 0 * *", "'0' is no day")]
    [InlineData("* * * noon *", "'noon' is no month")]
    [InlineData("* * * * 8", "'8' is no weekday")]
    [InlineData("5-1 * * * *", "'5-1' is no minute")]
    [InlineData("*/0 * * * *", "'0' is no minute")]
    [InlineData("0 0 31 feb *", "never comes")]
    [InlineData("every soon", "no time span")]
    [InlineData("every 0m", "no time span")]
    public void What_is_no_schedule_is_refused_by_its_part(string schedule, string message) =>
        Should.Throw<FormatException>(() => Schedule.Parse(schedule)).Message.ShouldContain(message);
}

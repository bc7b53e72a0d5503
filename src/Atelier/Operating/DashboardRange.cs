// How far back the dashboard looks, and in which steps: a closed set, so that every query knows how much it can meet.
namespace Atelier.Operating;

/// <summary>A stretch of time in steps.</summary>
/// <param name="Name">Its name in the address.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Span">How long it is.</param>
/// <param name="Step">How long each step is.</param>
/// <param name="Days">How many days the charts by day show.</param>
public sealed record DashboardRange(string Name, string Title, TimeSpan Span, TimeSpan Step, int Days)
{
    /// <summary>The last 24 hours, hour by hour; by day, the last seven.</summary>
    public static DashboardRange Day { get; } = new("24h", "24 hours", TimeSpan.FromHours(24), TimeSpan.FromHours(1), 7);

    /// <summary>The last seven days in steps of six hours; by day, the last 14.</summary>
    public static DashboardRange Week { get; } = new("7d", "7 days", TimeSpan.FromDays(7), TimeSpan.FromHours(6), 14);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<DashboardRange> All { get; } = [Day, Week];

    /// <summary>The range of a name; the first for any other.</summary>
    public static DashboardRange Of(string? name) => All.FirstOrDefault(range => range.Name == name) ?? Day;

    /// <summary>When each step begins, the earliest first; the last one is going on.</summary>
    public IReadOnlyList<DateTimeOffset> StepsUntil(DateTimeOffset now)
    {
        var current = new DateTimeOffset(now.UtcTicks / Step.Ticks * Step.Ticks, TimeSpan.Zero);
        var count = (int)(Span / Step);
        return [.. Enumerable.Range(0, count).Select(index => current - (Step * (count - 1 - index)))];
    }

    /// <summary>When each day begins (UTC), the earliest first.</summary>
    public IReadOnlyList<DateTimeOffset> DaysUntil(DateTimeOffset now)
    {
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        return [.. Enumerable.Range(0, Days).Select(index => today.AddDays(index - Days + 1))];
    }
}

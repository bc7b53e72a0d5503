// Turns the dashboard's numbers into charts: names, steps, formats and the sentence that tells each. Pure.
using System.Globalization;
using Atelier.Durable;
using Atelier.Operating;
using Atelier.Web.Components.Layout;

namespace Atelier.Web.Components.Admin;

internal static class DashboardCharts
{
    private const int MostSeries = 6, MostBars = 8;

    private static readonly (string Name, JobState[] States)[] Groups =
    [
        ("Running", [JobState.Running, JobState.Snoozed]), ("Waiting", [JobState.Ready, JobState.Waiting]),
        ("Later", [JobState.Scheduled, JobState.Retrying, JobState.Parked]),
    ];

    /// <summary>The charts of some numbers.</summary>
    /// <param name="numbers">The numbers.</param>
    /// <param name="circumstances">The reader's clock.</param>
    /// <param name="providers">The lanes in which pictures are painted; others keep house.</param>
    public static IReadOnlyList<Chart> Of(DashboardNumbers numbers, Circumstances circumstances, IReadOnlySet<string> providers) =>
    [
        Depth(numbers), Throughput(numbers, circumstances, providers), Latency(numbers, circumstances), Errors(numbers), Costs(numbers), Users(numbers),
    ];

    private static Chart Depth(DashboardNumbers numbers)
    {
        var lanes = numbers.Queue.Depths.GroupBy(depth => depth.Lane, StringComparer.Ordinal)
            .OrderByDescending(lane => lane.Sum(depth => depth.Count)).Take(MostBars).ToList();
        var series = Groups.Select(group => new ChartSeries(
            group.Name, [.. lanes.Select(lane => (double?)lane.Where(depth => group.States.Contains(depth.State)).Sum(depth => depth.Count))]));
        var (all, running) = (numbers.Queue.Depths.Sum(depth => depth.Count), numbers.Queue.Depths.Where(depth => Groups[0].States.Contains(depth.State)).Sum(depth => depth.Count));
        return new Chart("depth", "Queue by lane", ChartKind.Bars, "Lane", [.. lanes.Select(lane => lane.Key)], [.. series], Count,
            $"{Wording.Count(all, "job", "jobs")} unfinished now, {Wording.Number(running)} of them running.");
    }

    private static Chart Throughput(DashboardNumbers numbers, Circumstances circumstances, IReadOnlySet<string> providers)
    {
        var steps = numbers.Range.StepsUntil(numbers.ReadAt);
        var painted = numbers.Throughput.Where(step => providers.Contains(step.Lane)).ToList();
        var lanes = painted.GroupBy(step => step.Lane, StringComparer.Ordinal).OrderByDescending(lane => lane.Sum(step => step.Succeeded)).Take(MostSeries).ToList();
        var series = lanes.Select(lane =>
        {
            var by = lane.ToDictionary(step => step.At, step => step.Succeeded);
            return new ChartSeries(lane.Key, [.. steps.Select(at => (double?)by.GetValueOrDefault(at))]);
        }).DefaultIfEmpty(new ChartSeries("Pictures", [.. steps.Select(_ => (double?)0)]));
        var (done, failed) = (painted.Sum(step => step.Succeeded), painted.Sum(step => step.Failed));
        var each = numbers.Range.Step == TimeSpan.FromHours(1) ? "per hour" : $"per {numbers.Range.Step.TotalHours:0} hours";
        return new Chart("throughput", $"Pictures {each}", ChartKind.Columns, "From", Clocks(steps, numbers, circumstances), [.. series], Count,
            $"{Wording.Count(done, "picture", "pictures")} in {numbers.Range.Title}, {Wording.Number(failed)} given up or refused.");
    }

    private static Chart Latency(DashboardNumbers numbers, Circumstances circumstances)
    {
        var latest = numbers.Latency.LastOrDefault(step => step.Count > 0);
        return new Chart("latency", "From submission to picture", ChartKind.Lines, "From", Clocks([.. numbers.Latency.Select(step => step.At)], numbers, circumstances),
            [new("Half within (p50)", [.. numbers.Latency.Select(step => step.P50)]), new("95 % within (p95)", [.. numbers.Latency.Select(step => step.P95)])],
            Seconds,
            latest is null ? "Nothing was finished." : $"Lately half took no longer than {Seconds(latest.P50!.Value)}, 95 of 100 no longer than {Seconds(latest.P95!.Value)}. Of each step, {Wording.Number(Dashboard.Sample)} pictures at most.");
    }

    private static Chart Errors(DashboardNumbers numbers)
    {
        var shown = numbers.Errors.Take(MostBars).ToList();
        var all = numbers.Errors.Sum(error => error.Count);
        return new Chart("errors", "Failed runs by error", ChartKind.Bars, "Error", [.. shown.Select(error => error.Code)],
            [new("Runs", [.. shown.Select(error => (double?)error.Count)])], Count,
            all == 0 ? $"None in {numbers.Range.Title}." : $"{Wording.Count(all, "run", "runs")} failed in {numbers.Range.Title}, most often {numbers.Errors[0].Code}.");
    }

    private static Chart Costs(DashboardNumbers numbers)
    {
        var days = numbers.Range.DaysUntil(numbers.ReadAt);
        var series = numbers.Costs.GroupBy(cost => cost.Provider, StringComparer.Ordinal).OrderByDescending(provider => provider.Sum(cost => cost.Dollars)).Take(MostSeries)
            .Select(provider => new ChartSeries(
                provider.Key, [.. days.Select(day => (double?)provider.Where(cost => cost.Day == day).Sum(cost => cost.Dollars))]))
            .DefaultIfEmpty(new ChartSeries("All", [.. days.Select(_ => (double?)0)]));
        return new Chart("costs", "Cost per day", ChartKind.Columns, "Day (UTC)", Days(days), [.. series], Dollars,
            $"{Dollars((double)numbers.Costs.Sum(cost => cost.Dollars))} in {days.Count} days, {Dollars((double)numbers.Costs.Where(cost => cost.Day == days[^1]).Sum(cost => cost.Dollars))} today.");
    }

    private static Chart Users(DashboardNumbers numbers) => new(
        "users", "Active users per day", ChartKind.Columns, "Day (UTC)", Days([.. numbers.Users.Select(day => day.Day)]),
        [new("Users", [.. numbers.Users.Select(day => (double?)day.Users)])], Count,
        $"{Wording.Count(numbers.Users[^1].Users, "user", "users")} submitted something today, {Wording.Number(numbers.Users.Max(day => day.Users))} on the busiest day.");

    private static string[] Clocks(IReadOnlyList<DateTimeOffset> steps, DashboardNumbers numbers, Circumstances circumstances) =>
        [.. steps.Select(at => circumstances.Local(at).ToString(numbers.Range.Span > TimeSpan.FromDays(1) ? "d MMM HH:mm" : "HH:mm", CultureInfo.InvariantCulture))];

    private static string[] Days(IReadOnlyList<DateTimeOffset> days) => [.. days.Select(day => day.ToString("d MMM", CultureInfo.InvariantCulture))];

    private static string Count(double value) => value.ToString(value == Math.Floor(value) ? "#,0" : "0.#", CultureInfo.InvariantCulture);

    private static string Seconds(double value) => value < 10 ? $"{value.ToString("0.##", CultureInfo.InvariantCulture)} s" : Wording.Duration(value);

    private static string Dollars(double value) => "$" + value.ToString(value is > 0 and < 1 ? "0.00##" : "#,0.00", CultureInfo.InvariantCulture);
}

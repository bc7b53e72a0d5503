// The numbers of the dashboard. Every query walks an index within bounds, whatever the tables hold; what it read is kept for seconds.
using System.Collections.Concurrent;
using System.Globalization;
using Atelier.Durable;

namespace Atelier.Operating;

/// <summary>How long pictures took that were submitted in one step, in seconds from the submission to the picture.</summary>
/// <param name="At">When the step began.</param>
/// <param name="P50">Half took no longer; null where none was finished.</param>
/// <param name="P95">95 of 100 took no longer.</param>
/// <param name="Count">Of how many pictures, at most <see cref="Dashboard.Sample"/>.</param>
public sealed record LatencyStep(DateTimeOffset At, double? P50, double? P95, int Count);

/// <summary>What a provider cost on a day.</summary>
/// <param name="Day">The day (UTC).</param>
/// <param name="Provider">The provider.</param>
/// <param name="Dollars">In US dollars.</param>
public sealed record DayCost(DateTimeOffset Day, string Provider, decimal Dollars);

/// <summary>How many accounts submitted something on a day.</summary>
/// <param name="Day">The day (UTC).</param>
/// <param name="Users">How many.</param>
public sealed record DayUsers(DateTimeOffset Day, long Users);

/// <summary>The numbers at a moment.</summary>
public sealed record DashboardNumbers
{
    /// <summary>How far back they go.</summary>
    public required DashboardRange Range { get; init; }

    /// <summary>When they were read.</summary>
    public required DateTimeOffset ReadAt { get; init; }

    /// <summary>What waits and runs now.</summary>
    public required QueueStats Queue { get; init; }

    /// <summary>What ended in each step, by lane.</summary>
    public required IReadOnlyList<LaneStep> Throughput { get; init; }

    /// <summary>How long pictures took.</summary>
    public required IReadOnlyList<LatencyStep> Latency { get; init; }

    /// <summary>How many runs failed with each error code, the most first.</summary>
    public required IReadOnlyList<(string Code, long Count)> Errors { get; init; }

    /// <summary>What was spent by day and provider.</summary>
    public required IReadOnlyList<DayCost> Costs { get; init; }

    /// <summary>Who submitted something, by day.</summary>
    public required IReadOnlyList<DayUsers> Users { get; init; }
}

/// <summary>Reads the numbers.</summary>
public sealed class Dashboard(Database database, JobQueue queue, TimeProvider time)
{
    /// <summary>How many pictures of a step are looked at for how long they took.</summary>
    public const int Sample = 500;

    // Submissions of a step that are looked at to find those: more would not be bounded where nearly all of them failed.
    private const int Examined = 5_000;

    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<string, DashboardNumbers> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<DateTimeOffset, IReadOnlyList<DayCost>> _closedCosts = new();
    private readonly ConcurrentDictionary<DateTimeOffset, long> _closedUsers = new();

    /// <summary>The numbers of a range, at most 15 seconds old.</summary>
    public async Task<DashboardNumbers> ReadAsync(DashboardRange range, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(range);
        var now = time.GetUtcNow();
        if (_known.TryGetValue(range.Name, out var known) && now - known.ReadAt < KeptFor)
            return known;
        var minutes = (int)range.Span.TotalMinutes;
        var activity = await queue.ActivityAsync(minutes, cancellationToken);
        var numbers = new DashboardNumbers
        {
            Range = range,
            ReadAt = now,
            Queue = await queue.StatsAsync(cancellationToken),
            Throughput = await queue.StepsAsync(minutes, (int)range.Step.TotalMinutes, cancellationToken),
            Latency = await LatencyAsync(range, now, cancellationToken),
            Errors = [.. activity.SelectMany(lane => lane.Errors).GroupBy(error => error.Key, StringComparer.Ordinal)
                .Select(group => (group.Key, group.Sum(error => error.Value))).OrderByDescending(error => error.Item2).ThenBy(error => error.Key, StringComparer.Ordinal)],
            Costs = await CostsAsync(range, now, cancellationToken),
            Users = await UsersAsync(range, now, cancellationToken),
        };
        _known[range.Name] = numbers;
        return numbers;
    }

    // Ids begin with the time of the submission, so that the primary key is an index by time.
    private Task<List<LatencyStep>> LatencyAsync(DashboardRange range, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.ReadAsync(async session =>
        {
            var steps = new List<LatencyStep>();
            foreach (var at in range.StepsUntil(now))
            {
                var took = (await session.QueryAsync<long>("""
                    SELECT took FROM (
                        SELECT status, finished_at - created_at AS took FROM generations WHERE id >= @from AND id < @until ORDER BY id LIMIT @Examined) AS submitted
                    WHERE status = 'completed' LIMIT @Sample
                    """, new { from = IdAt(at), until = IdAt(at + range.Step), Examined, Sample }, cancellationToken)).Order().ToList();
                steps.Add(new LatencyStep(at, Percentile(took, 0.50), Percentile(took, 0.95), took.Count));
            }
            return steps;
        }, cancellationToken);

    private Task<List<DayCost>> CostsAsync(DashboardRange range, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.ReadAsync(async session =>
        {
            var costs = new List<DayCost>();
            foreach (var day in range.DaysUntil(now))
            {
                if (_closedCosts.TryGetValue(day, out var closed))
                {
                    costs.AddRange(closed);
                    continue;
                }
                var rows = await session.QueryAsync<CostRow>("""
                    SELECT provider, SUM(cost) AS dollars FROM generation_attempts
                    WHERE started_at >= @from AND started_at < @until AND cost > 0 GROUP BY provider ORDER BY provider
                    """, new { from = day.ToUnixTimeMilliseconds(), until = day.AddDays(1).ToUnixTimeMilliseconds() }, cancellationToken);
                IReadOnlyList<DayCost> itsCosts = [.. rows.Select(row => new DayCost(day, row.Provider, (decimal)row.Dollars))];
                costs.AddRange(itsCosts);
                if (IsClosed(day, now))
                    _closedCosts[day] = itsCosts;
            }
            return costs;
        }, cancellationToken);

    // One look into the index of each account: as many as there are people, however much they paint.
    private Task<List<DayUsers>> UsersAsync(DashboardRange range, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.ReadAsync(async session =>
        {
            var users = new List<DayUsers>();
            foreach (var day in range.DaysUntil(now))
            {
                if (!_closedUsers.TryGetValue(day, out var count))
                {
                    count = await session.ScalarAsync<long>("""
                        SELECT COUNT(*) FROM accounts a WHERE EXISTS (
                            SELECT 1 FROM generations g WHERE g.owner = a.id AND g.deleted_at IS NULL AND g.id >= @from AND g.id < @until)
                        """, new { from = IdAt(day), until = IdAt(day.AddDays(1)) }, cancellationToken);
                    if (IsClosed(day, now))
                        _closedUsers[day] = count;
                }
                users.Add(new DayUsers(day, count));
            }
            return users;
        }, cancellationToken);

    // Calls of a day may end on the next one; after that its numbers stay, and are counted once.
    private static bool IsClosed(DateTimeOffset day, DateTimeOffset now) => day.AddDays(2) <= now;

    private static string IdAt(DateTimeOffset moment) =>
        moment.ToUnixTimeMilliseconds().ToString("x12", CultureInfo.InvariantCulture) + new string('0', 20);

    // The nearest rank, in seconds.
    private static double? Percentile(List<long> sorted, double share) =>
        sorted.Count == 0 ? null : sorted[Math.Clamp((int)Math.Ceiling(sorted.Count * share) - 1, 0, sorted.Count - 1)] / 1000.0;

    private sealed class CostRow
    {
        public string Provider { get; init; } = "";
        public double Dollars { get; init; }
    }
}

// The limits of lanes and tenants, counted anew from the jobs themselves after every commit.
using Dapper;
using Microsoft.Data.Sqlite;

namespace Atelier.Durable.Tests.Simulation;

internal sealed class LimitRules(World world, SqliteConnection eyes, Dictionary<long, Track> jobs)
{
    private const double Rounding = 1e-6;

    private readonly Dictionary<string, List<(long At, double Cost)>> _begun = new(StringComparer.Ordinal);

    public void Check(IReadOnlyList<Beginning> beginnings, IReadOnlySet<LaneTenant> admissions)
    {
        var lanes = eyes.Query<Lane>(
            """
            select name, mode, settings, parked_until, tenant_concurrency,
                begun - coalesce((select sum(ended) from lane_ends where lane = name), 0) as in_flight
            from lanes
            """).ToDictionary(lane => lane.Name, StringComparer.Ordinal);
        CheckLanes(lanes, beginnings);
        CheckTenants(lanes, admissions);
    }

    private void CheckLanes(Dictionary<string, Lane> lanes, IReadOnlyList<Beginning> beginnings)
    {
        var now = world.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var lane in lanes.Values)
        {
            var held = jobs.Values.Count(job => job.Row.Lane == lane.Name && job.Row.HoldsLanePlace);
            if (held != lane.InFlight)
                world.Violated($"lane {lane.Name} counts {lane.InFlight} places taken, {held} jobs have one");
            var fresh = beginnings.Where(job => job.Before.Lane == lane.Name && !job.Before.HoldsLanePlace).ToList();
            if (fresh.Count == 0)
                continue;
            var settings = new LaneRow { Settings = lane.Settings }.Read();
            if (held > settings.Concurrency)
                world.Violated($"lane {lane.Name} has {held} jobs in flight, allowed are {settings.Concurrency}");
            if (lane.Mode != "open" || lane.ParkedUntil > now)
                world.Violated($"#{fresh[0].Before.Id} began in lane {lane.Name}, which is {lane.Mode}, parked until {lane.ParkedUntil}");
            if (fresh.FirstOrDefault(job => KeyIsParked(job.Before, now)) is { } parked)
                world.Violated($"#{parked.Before.Id} began although its key is parked");
            if (fresh.FirstOrDefault(job => !job.Track.Row.HoldsLanePlace) is { } bare)
                world.Violated($"#{bare.Before.Id} runs past the gate of lane {lane.Name}");
            CheckRates(lane.Name, settings, fresh, now);
        }
    }

    private bool KeyIsParked(Change job, long now) => job.LaneKey.Length > 0 && eyes.QuerySingleOrDefault<long?>(
        "select parked_until from lane_keys where lane = @Lane and key = @LaneKey", job) > now;

    /// <summary>No stretch of time that ends now has seen more than its own gain and one burst.</summary>
    private void CheckRates(string lane, LaneSettings settings, List<Beginning> fresh, long now)
    {
        if (!_begun.TryGetValue(lane, out var begun))
            _begun[lane] = begun = [];
        begun.AddRange(fresh.Select(job => (now, job.Before.Cost)));
        foreach (var rate in settings.Rates)
        {
            // One that costs more than a burst may begin when the bucket is full, and leaves it in debt.
            var largest = rate.Unit == RateUnit.Jobs ? 1 : begun.Max(job => job.Cost);
            var burst = Math.Max(rate.Capacity, largest);
            var spent = 0.0;
            for (var first = begun.Count - 1; first >= 0; first--)
            {
                spent += rate.Unit == RateUnit.Jobs ? 1 : begun[first].Cost;
                var allowed = burst + ((now - begun[first].At) * rate.Amount / rate.Per.TotalMilliseconds);
                if (spent > allowed + Rounding)
                    world.Violated($"lane {lane} began {spent} {rate.Unit} in {now - begun[first].At} ms, allowed are {allowed}");
            }
        }
    }

    private void CheckTenants(Dictionary<string, Lane> lanes, IReadOnlySet<LaneTenant> admissions)
    {
        var held = eyes.Query<Held>("select lane, tenant, held as places from lane_tenants")
            .ToDictionary(row => (row.Lane, row.Tenant), row => row.Places);
        var own = eyes.Query<(string Tenant, int? Concurrency)>("select tenant, concurrency from tenants")
            .ToDictionary(row => row.Tenant, row => row.Concurrency);
        foreach (var group in jobs.Values.Where(job => job.Row.Tenant.Length > 0).GroupBy(job => job.Row.LaneTenant))
        {
            var counted = held.GetValueOrDefault((group.Key.Lane, group.Key.Tenant));
            held.Remove((group.Key.Lane, group.Key.Tenant));
            var admitted = group.Count(job => job.Row.Admitted);
            if (admitted != counted)
                world.Violated($"{group.Key} counts {counted} places, {admitted} jobs have one");
            var limit = own.GetValueOrDefault(group.Key.Tenant) ??
                (lanes.TryGetValue(group.Key.Lane, out var lane) ? lane.TenantConcurrency : 1);
            if (admitted > limit && admissions.Contains(group.Key))
                world.Violated($"{group.Key} has {admitted} places, allowed are {limit}");
            if ((limit is null || admitted < limit) && group.FirstOrDefault(job => job.Row.StateValue == JobState.Waiting) is { } waiting)
                world.Violated($"{waiting.Row} waits although {group.Key} has only {admitted} of {limit} places");
        }

        if (held.FirstOrDefault(row => row.Value != 0) is { Value: not 0 } ghost)
            world.Violated($"{ghost.Key} counts {ghost.Value} places and has no jobs");
    }

    private sealed record Lane
    {
        public string Name { get; init; } = "";

        public string Mode { get; init; } = "";

        public string Settings { get; init; } = "";

        public long? ParkedUntil { get; init; }

        public int? TenantConcurrency { get; init; }

        public long InFlight { get; init; }
    }

    private sealed record Held(string Lane, string Tenant, long Places);
}

// Who comes first: priorities, first come first served within a tenant, and no tenant kept waiting for more than a round of the others.
using Dapper;
using Microsoft.Data.Sqlite;

namespace Atelier.Durable.Tests.Simulation;

internal sealed class OrderRules(World world, SqliteConnection eyes, Dictionary<long, Track> jobs)
{
    /// <summary>A job stands in the line. If it is its tenant's only one, the others may pass it by no more than a round.</summary>
    public void Ready(Track track)
    {
        var first = track.Row.Lane == Scenario.Shared && !track.Begun && !track.Strayed &&
            jobs.Values.Count(job => job.Row.LaneTenant == track.Row.LaneTenant) == 1;
        if (!first)
            return;
        var virtualTime = eyes.QuerySingle<long>("select virtual_time from lanes where name = @Lane", track.Row);
        (track.Passed, track.Debt) = (new Dictionary<string, int>(StringComparer.Ordinal), Math.Max(0, track.Row.Turn - virtualTime));
    }

    public void Check(IReadOnlyList<Beginning> beginnings)
    {
        foreach (var beginning in beginnings)
        {
            CheckLine(beginning);
            if (!beginning.Track.Begun && !beginning.Track.Strayed)
                CheckTenantsOrder(beginning.Track);
        }

        foreach (var beginning in beginnings)
            beginning.Track.Begun = true;
        foreach (var beginning in beginnings.Where(job => !job.Track.Strayed))
            CountPassing(beginning.Before);
    }

    /// <summary>A job began, was sent back by a limit and canceled: its tenant has its turn again, so it passed nobody by.</summary>
    public void GaveItsTurnBack(Change gone)
    {
        foreach (var waiting in jobs.Values.Where(job => job.Passed is not null && job.Row.Lane == gone.Lane && job.Row.Tenant != gone.Tenant))
            waiting.Passed![gone.Tenant] = Math.Max(0, waiting.Passed.GetValueOrDefault(gone.Tenant) - 1);
    }

    /// <summary>Nobody begins while one stands before him in the line of the lane.</summary>
    private void CheckLine(Beginning beginning)
    {
        var before = beginning.Before;
        var passed = jobs.Values.FirstOrDefault(job => job.Row.StateValue == JobState.Ready && job.Row.Lane == before.Lane &&
            (job.Row.Rank, job.Row.Turn, job.Row.Id).CompareTo((before.Rank, before.Turn, before.Id)) < 0);
        if (passed is not null)
            world.Violated($"{before} began before {passed.Row}");
    }

    private void CheckTenantsOrder(Track track)
    {
        var row = track.Row;
        var older = jobs.Values.FirstOrDefault(job => !job.Begun && !job.Strayed && job.Row.Id < row.Id &&
            job.Row.LaneTenant == row.LaneTenant && job.Row.Priority == row.Priority && (job.Row.StateValue is JobState.Ready or JobState.Waiting));
        if (older is not null)
            world.Violated($"{row} began before {older.Row} of the same tenant");
    }

    /// <summary>
    /// While the only job of a tenant stands in the line, each other one begins at most one job that was due already, and as many as his
    /// weight is worth in the virtual time by which this tenant is ahead: what his own earlier jobs took. To a new tenant nobody is owed more
    /// than one.
    /// </summary>
    private void CountPassing(Change begun)
    {
        foreach (var waiting in jobs.Values.Where(job => job.Passed is not null && job.Row.StateValue == JobState.Ready && !job.Begun &&
            job.Row.Lane == begun.Lane && job.Row.Tenant != begun.Tenant))
        {
            var passed = waiting.Passed![begun.Tenant] = waiting.Passed.GetValueOrDefault(begun.Tenant) + 1;
            var round = Math.Ceiling(WeightOf(begun.Tenant) * waiting.Debt / TenantTurns.Unit) + 1;
            if (passed > round)
                world.Violated($"{waiting.Row} waited while {begun.Tenant} began {passed} jobs, a round has {round}");
        }
    }

    private double WeightOf(string tenant) => tenant.Length == 0 ? 1 : world.Scenario.Weights[int.Parse(tenant.AsSpan("tenant-".Length))];
}

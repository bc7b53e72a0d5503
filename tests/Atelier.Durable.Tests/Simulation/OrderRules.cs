// Who comes first: priorities, first come first served within a tenant, and no tenant kept waiting for more than a round of the others.
namespace Atelier.Durable.Tests.Simulation;

internal sealed class OrderRules(World world, Dictionary<long, Track> jobs)
{
    /// <summary>A job stands in the line. If it is its tenant's only one, the others may pass it by no more than a round.</summary>
    public void Ready(Track track)
    {
        var first = track.Row.Lane == Scenario.Shared && !track.Begun && !track.Strayed &&
            jobs.Values.Count(job => job.Row.LaneTenant == track.Row.LaneTenant) == 1;
        if (first)
            track.Passed = new Dictionary<string, int>(StringComparer.Ordinal);
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
    /// While the first job of a tenant stands in the line, each other one gets at most what his weight is worth in a round: as many jobs as
    /// his weight contains the other's, and one that was due already.
    /// </summary>
    private void CountPassing(Change begun)
    {
        foreach (var waiting in jobs.Values.Where(job => job.Passed is not null && job.Row.StateValue == JobState.Ready && !job.Begun &&
            job.Row.Lane == begun.Lane && job.Row.Tenant != begun.Tenant))
        {
            var passed = waiting.Passed![begun.Tenant] = waiting.Passed.GetValueOrDefault(begun.Tenant) + 1;
            var round = Math.Ceiling(WeightOf(begun.Tenant) / WeightOf(waiting.Row.Tenant)) + 1;
            if (passed > round)
                world.Violated($"{waiting.Row} waited while {begun.Tenant} began {passed} jobs, a round has {round}");
        }
    }

    private double WeightOf(string tenant) => tenant.Length == 0 ? 1 : world.Scenario.Weights[int.Parse(tenant.AsSpan("tenant-".Length))];
}

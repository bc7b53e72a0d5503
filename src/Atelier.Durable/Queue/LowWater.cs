// Remembers how far down the lanes the claims have come, so that they need not pass what is gone. In memory only: it saves time, no more.
namespace Atelier.Durable;

/// <summary>
/// While an old transaction is open, PostgreSQL keeps the index entries of claimed jobs, and a claim from the beginning of a lane passes all
/// of them. A claim from behind the last one does not, but misses what has come before it since. So a look from the beginning is taken as
/// often as what it costs more is a tenth of the time: every time, as long as nothing is in the way.
/// </summary>
internal sealed class LowWater(TimeProvider time)
{
    private const int CostFactor = 10;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, LowWaterMark> _marks = new(StringComparer.Ordinal);
    private long _looked;
    private TimeSpan _valid;
    private TimeSpan? _quick;

    /// <summary>Leases jobs with the claim, from behind the marks if they are valid.</summary>
    public async Task<T> ClaimAsync<T>(Claim claim, Func<Claim, Task<T>> lease, Func<T, IReadOnlyList<JobRow>> rowsOf)
    {
        var marked = _marks.Count > 0 && time.GetElapsedTime(_looked) < _valid;
        if (!marked)
            _marks.Clear();
        var begun = time.GetTimestamp();
        var result = await lease(claim with { Marks = marked ? [.. _marks.Values] : [] });
        var took = time.GetElapsedTime(begun);
        var rows = rowsOf(result);
        if (rows.Count < claim.Limit)
        {
            // What was looked at is empty: the next look is from the beginning.
            _marks.Clear();
            return marked && rows.Count == 0 ? await ClaimAsync(claim, lease, rowsOf) : result;
        }

        if (marked)
            _quick = took;
        else
            (_looked, _valid) = (time.GetTimestamp(), Shorter(CostFactor * (took - (_quick ?? TimeSpan.Zero)), Longest));
        foreach (var lane in rows.Where(row => !row.HoldsLane || row.Begins).Select(MarkOf).GroupBy(mark => mark.Lane))
            _marks[lane.Key] = lane.OrderBy(mark => mark.Rank).ThenBy(mark => mark.Turn).ThenBy(mark => mark.Id).Last();
        return result;
    }

    // A job that has just begun does not show its former rank; ageing may have made that smaller than its priority.
    private static LowWaterMark MarkOf(JobRow row) => new(row.Lane, row.Begins ? row.Priority : row.Rank, row.Turn, row.Id);

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}

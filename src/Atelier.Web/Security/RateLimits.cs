// How much one caller may ask for: token buckets in this process's memory, which a restart fills again. They protect the server; fairness is the queue's.
using System.Threading.RateLimiting;
using Atelier.Accounts;
using Atelier.Web.Configuration;
using Atelier.Web.Endpoints;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Security;

/// <summary>Counts requests by account, and by address for those who have none.</summary>
internal sealed class RateLimits(LimitsOptions limits) : IAsyncDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // A bucket is filled in small steps, so that who has emptied it need not wait for the whole minute.
    private const int StepsAMinute = 60;

    private readonly PartitionedRateLimiter<string> _reads = Buckets(limits.ReadsPerMinute), _writes = Buckets(limits.WritesPerMinute);

    /// <summary>The problem to answer with, where a caller has asked too much; null where it has not.</summary>
    public ProblemResult? Refusal(Caller caller, HttpContext http)
    {
        // Who has the server to himself cannot be in anybody's way.
        if (caller.Proof == Proof.Presence)
            return null;
        var reading = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
        var who = caller.IsKnown ? caller.Id : $"address {AttemptLimits.PlaceOf(http.Connection.RemoteIpAddress)}";
        using var lease = (reading ? _reads : _writes).AttemptAcquire(who);
        if (lease.IsAcquired)
            return null;
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : Minute / StepsAMinute;
        return ProblemResult.Of(ProblemKind.TooManyRequests,
            $"That was more than {(reading ? limits.ReadsPerMinute : limits.WritesPerMinute)} {(reading ? "reading" : "changing")} requests in a minute.")
            .After(wait < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : wait);
    }

    public async ValueTask DisposeAsync()
    {
        await _reads.DisposeAsync();
        await _writes.DisposeAsync();
    }

    private static PartitionedRateLimiter<string> Buckets(int perMinute) => PartitionedRateLimiter.Create<string, string>(who => perMinute == 0
        ? RateLimitPartition.GetNoLimiter(who)
        : RateLimitPartition.GetTokenBucketLimiter(who, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = perMinute,
            TokensPerPeriod = Math.Max(1, perMinute / StepsAMinute),
            ReplenishmentPeriod = perMinute < StepsAMinute ? Minute / perMinute : Minute / StepsAMinute,
            QueueLimit = 0,
        }));
}

// Slows down whoever tries passwords, addresses or names by the thousand from one place. Counts in memory: a restart forgives, and the
// count of wrong passwords that lies in the database does not.
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Atelier.Web.Configuration;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Security;

/// <summary>What is counted.</summary>
internal enum Attempt
{
    SignIn,
    SignUp,
    Link,
}

internal sealed class AttemptLimits(AtelierSettings settings) : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1), Hour = TimeSpan.FromHours(1);

    // Links to one address: enough for somebody impatient, too few to be a nuisance to somebody else.
    private const int LinksPerAddress = 4;

    private readonly PartitionedRateLimiter<(Attempt What, string Who)> _limiter = PartitionedRateLimiter.Create<(Attempt What, string Who), (Attempt, string)>(
        attempt => RateLimitPartition.GetFixedWindowLimiter(attempt, key => new FixedWindowRateLimiterOptions
        {
            PermitLimit = key.Item1 == Attempt.SignIn ? settings.Accounts.SignInsPerMinute
                : key.Item2.Contains('@', StringComparison.Ordinal) ? LinksPerAddress : settings.Accounts.SignUpsPerHour,
            Window = key.Item1 == Attempt.SignIn ? Minute : Hour,
        }));

    /// <summary>Counts an attempt from where a request comes. Returns how long to wait where there were too many; null where it may go on.</summary>
    public TimeSpan? Count(Attempt what, HttpContext http) => Count(what, PlaceOf(http.Connection.RemoteIpAddress));

    /// <summary>Counts a link to an address.</summary>
    public TimeSpan? CountLink(string email) => Count(Attempt.Link, email.ToLowerInvariant());

    public void Dispose() => _limiter.Dispose();

    private TimeSpan? Count(Attempt what, string who)
    {
        using var lease = _limiter.AttemptAcquire((what, who));
        return lease.IsAcquired ? null : lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : Minute;
    }

    /// <summary>What counts as one place: one household has one IPv6 network, and may change its addresses there at will.</summary>
    public static string PlaceOf(IPAddress? address) =>
        address is null ? "" : address.IsIPv4MappedToIPv6 ? address.MapToIPv4().ToString()
        : address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)) : address.ToString();
}

// Decides where a provider's calls may go: to its own address, to the hosts of its pictures, and never by surprise into the private network.
using System.Net;
using System.Net.Sockets;

namespace Atelier.Providers;

/// <summary>The rules of outbound calls.</summary>
public static class OutboundGuard
{
    private static readonly IPNetwork[] Private =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.0.0.0/24"), IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("198.18.0.0/15"), IPNetwork.Parse("224.0.0.0/3"), IPNetwork.Parse("::/128"), IPNetwork.Parse("::1/128"),
        IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("fe80::/10"), IPNetwork.Parse("ff00::/8"), IPNetwork.Parse("64:ff9b::/96"), IPNetwork.Parse("2002::/16"),
    ];

    /// <summary>Whether an address is not part of the public internet (RFC 6890).</summary>
    public static bool IsPrivate(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Array.Exists(Private, network => network.BaseAddress.AddressFamily == plain.AddressFamily && network.Contains(plain));
    }

    /// <summary>Whether a host matches one of the patterns; <c>*.example.com</c> stands for every host under it, not for itself.</summary>
    public static bool Matches(string host, IEnumerable<string> patterns) => patterns.Any(pattern => pattern.StartsWith("*.", StringComparison.Ordinal)
        ? host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase) && host.Length > pattern.Length - 1
        : string.Equals(host, pattern, StringComparison.OrdinalIgnoreCase));

    /// <summary>Says why a picture may not be fetched from an address, or null when it may.</summary>
    public static string? WhyNotFetch(ProviderEndpoint endpoint, Uri address)
    {
        if (address.Scheme is not ("https" or "http") || address.UserInfo.Length > 0)
            return "the address is not a plain web address";
        if (IsOwn(endpoint, address))
            return null;
        if (address.Scheme != "https")
            return "the address is not encrypted";
        return Matches(address.IdnHost, endpoint.ResultHosts) ? null : $"{address.IdnHost} is not a host of {endpoint.Name}'s pictures";
    }

    /// <summary>
    /// Says why a call with the key may not go to an address, or null when it may: to the provider's own address, or encrypted to a sibling
    /// of it. Siblings count only where the provider's own address is one of them: the key of an operator's own gateway stays with it.
    /// </summary>
    public static string? WhyNotSend(ProviderEndpoint endpoint, Uri address)
    {
        if (IsOwn(endpoint, address))
            return null;
        return IsSibling(endpoint, endpoint.BaseUrl) && IsSibling(endpoint, address)
            ? null
            : $"{address.GetLeftPart(UriPartial.Authority)} is not the address of {endpoint.Name}";
    }

    /// <summary>Says why nothing is sent to an address that a stranger named, or null when it may be: encrypted, by name or a public number.</summary>
    public static string? WhyNotSendToStranger(Uri address) =>
        address is not { IsAbsoluteUri: true, Scheme: "https", UserInfo.Length: 0 } ? "the address is not encrypted, or not a plain web address"
        : IPAddress.TryParse(address.IdnHost, out var literal) && IsPrivate(literal) ? $"{address.IdnHost} is a private address" : null;

    /// <summary>Whether an address is the provider's own, as the operator named it: the same scheme, host and port.</summary>
    public static bool IsOwn(ProviderEndpoint endpoint, Uri address) =>
        Uri.Compare(address, endpoint.BaseUrl, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;

    private static bool IsSibling(ProviderEndpoint endpoint, Uri address) =>
        address is { Scheme: "https", IsDefaultPort: true, UserInfo.Length: 0 } && Matches(address.IdnHost, endpoint.SiblingHosts);

    /// <summary>Connects to a host that the guard allows. Names are resolved once and every address looked at, so that a name cannot change its mind.</summary>
    /// <exception cref="OutboundRefusedException">The host is private and the operator did not name it.</exception>
    internal static async ValueTask<Stream> ConnectAsync(DnsEndPoint target, bool mayBePrivate, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(target.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(target.Host, cancellationToken);
        if (!mayBePrivate && Array.Find(addresses, IsPrivate) is { } inside)
            throw new OutboundRefusedException($"{target.Host} leads to the private address {inside}");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, target.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A call was stopped before it left, since it would have gone into the private network.</summary>
/// <param name="message">Where it would have gone.</param>
public sealed class OutboundRefusedException(string message) : IOException(message);

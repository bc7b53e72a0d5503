// Where the server listens and how it is reached from outside.

using System.Net;

namespace Atelier.Web.Configuration;

/// <summary>Where the server listens and how it is reached.</summary>
/// <param name="Urls">The addresses to listen on, plain HTTP. Default <see cref="DefaultUrl"/>.</param>
/// <param name="PublicUrl">The address that people and programs use, without a trailing slash; null: the address of the request.</param>
/// <param name="Roles">What this process does. Default: everything.</param>
/// <param name="Proxies">The networks of proxies in front that are believed when they say whom they speak for, besides this machine. Default: none.</param>
public sealed record ServerOptions(IReadOnlyList<string> Urls, string? PublicUrl, Roles Roles, IReadOnlyList<IPNetwork> Proxies)
{
    /// <summary>The address listened on unless told otherwise: this machine only.</summary>
    public const string DefaultUrl = "http://127.0.0.1:5080";

    private static readonly Dictionary<string, Roles> RoleNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["api"] = Roles.Api, ["web"] = Roles.Web, ["worker"] = Roles.Worker,
    };

    internal static ServerOptions Read(SettingsReader settings) => new(
        settings.Value<IReadOnlyList<string>>("server.urls", "addresses to listen on", [DefaultUrl], Addresses, urls => string.Join(';', urls)),
        settings.Value<string?>("server.public_url", "address that people use, when it differs", null, PublicAddress, url => url ?? ""),
        settings.Value("server.roles", "what this process does", Roles.All, RoleList, Show),
        settings.Value<IReadOnlyList<IPNetwork>>(
            "server.proxies", "networks of proxies in front, besides this machine", [], Networks, networks => string.Join(';', networks)));

    private static Understood<IReadOnlyList<string>> Addresses(string text)
    {
        var urls = text.Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return urls.Length > 0 && urls.All(IsListenable)
            ? urls
            : Understood<IReadOnlyList<string>>.Not("http://HOST:PORT, several separated by ';' (HTTPS ends at the proxy in front)");
    }

    // "*" and "+" mean every address of the machine.
    private static bool IsListenable(string url) =>
        Uri.TryCreate(url.Replace("//*", "//0.0.0.0", StringComparison.Ordinal).Replace("//+", "//0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out var address)
        && address.Scheme == Uri.UriSchemeHttp && address.Host.Length > 0 && address.PathAndQuery == "/" && address.UserInfo.Length == 0;

    private static Understood<string?> PublicAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            && address.PathAndQuery == "/" && address.UserInfo.Length == 0 && address.Fragment.Length == 0
            ? text.TrimEnd('/')
            : Understood<string?>.Not("https://HOST without a path");

    private static Understood<IReadOnlyList<IPNetwork>> Networks(string text)
    {
        var networks = new List<IPNetwork>();
        foreach (var word in text.Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var whole = IPAddress.TryParse(word, out var address) ? $"{word}/{address.GetAddressBytes().Length * 8}" : word;
            if (!IPNetwork.TryParse(whole, out var network)) return Understood<IReadOnlyList<IPNetwork>>.Not("networks such as 10.0.0.0/8, several separated by ';'");
            networks.Add(network);
        }

        return networks;
    }

    private static Understood<Roles> RoleList(string text)
    {
        var roles = default(Roles);
        foreach (var word in text.Split([',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!RoleNames.TryGetValue(word, out var role)) return Understood<Roles>.Not("api, web, worker, or several of them separated by commas");
            roles |= role;
        }

        return roles == default ? Understood<Roles>.Not("at least one of api, web, worker") : roles;
    }

    private static string Show(Roles roles) => string.Join(',', RoleNames.Where(name => roles.HasFlag(name.Value)).Select(name => name.Key));
}

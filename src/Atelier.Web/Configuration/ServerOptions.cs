// Where the server listens and how it is reached from outside.

namespace Atelier.Web.Configuration;

/// <summary>Where the server listens and how it is reached.</summary>
/// <param name="Urls">The addresses to listen on, plain HTTP. Default <see cref="DefaultUrl"/>.</param>
/// <param name="PublicUrl">The address that people and programs use, without a trailing slash; null: the address of the request.</param>
public sealed record ServerOptions(IReadOnlyList<string> Urls, string? PublicUrl)
{
    /// <summary>The address listened on unless told otherwise: this machine only.</summary>
    public const string DefaultUrl = "http://127.0.0.1:5080";

    internal static ServerOptions Read(SettingsReader settings) => new(
        settings.Value<IReadOnlyList<string>>("server.urls", "addresses to listen on", [DefaultUrl], Addresses, urls => string.Join(';', urls)),
        settings.Value<string?>("server.public_url", "address that people use, when it differs", null, PublicAddress, url => url ?? ""));

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
}

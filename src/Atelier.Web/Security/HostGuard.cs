// Answers only to the server's own names. A page of a stranger whose name was bent to this machine (DNS rebinding) gets nothing.
using System.Net;
using Atelier.Web.Configuration;
using Atelier.Web.Endpoints;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Security;

internal sealed class HostGuard
{
    private readonly RequestDelegate _next;
    private readonly HashSet<string> _names;
    private readonly bool _anyAddress;

    public HostGuard(RequestDelegate next, AtelierSettings settings)
    {
        _next = next;
        var listened = settings.Server.Urls.Select(HostOf).ToList();
        _names = new HashSet<string>(["localhost", "127.0.0.1", "[::1]", .. listened], StringComparer.OrdinalIgnoreCase);
        if (settings.Server.PublicUrl is { } url)
            _names.Add(new Uri(url).Host);
        _anyAddress = listened.Exists(host => host is "0.0.0.0" or "[::]");
    }

    public Task InvokeAsync(HttpContext http)
    {
        // Supervisors ask by whatever name they know, and learn nothing from these two.
        if (IsAllowed(http.Request.Host.Host) || http.Request.Path.Value is HealthEndpoints.Alive or HealthEndpoints.Ready)
            return _next(http);
        return ProblemResult.Of(ProblemKind.HostNotAllowed,
            $"The name '{Shown.Short(http.Request.Host.Host)}' is not one of this server's. Its operator can add it as server.public_url.")
            .ExecuteAsync(http);
    }

    // "*" and "+" mean every address.
    private static string HostOf(string url) => new Uri(
        url.Replace("//*", "//0.0.0.0", StringComparison.Ordinal).Replace("//+", "//0.0.0.0", StringComparison.Ordinal)).Host;

    // Who listens on every address is reached by any of them; only names can be bent, numbers cannot.
    private bool IsAllowed(string host) => _names.Contains(host) || (_anyAddress && IPAddress.TryParse(host.Trim('[', ']'), out _));
}

// Which proxies are believed when they say from where, and over what, a request has come: those on this machine, and those in the settings.
using Atelier.Web.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;

namespace Atelier.Web.Security;

internal static class Proxies
{
    public static ForwardedHeadersOptions OptionsOf(ServerOptions server)
    {
        // This machine is among the known ones from the beginning.
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        foreach (var network in server.Proxies)
            options.KnownIPNetworks.Add(network);
        return options;
    }
}

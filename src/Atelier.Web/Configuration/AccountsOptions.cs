// Whether people sign in, and who may sign up.

using System.Net;

namespace Atelier.Web.Configuration;

/// <summary>Accounts.</summary>
/// <param name="Enabled">
/// Whether people sign in. Default: not while the server listens on this machine only and has no public address; otherwise they do.
/// </param>
/// <param name="ByInvitation">Whether only the invited may sign up. Default: everybody may.</param>
/// <param name="SignInsPerMinute">Tries to sign in from one network address, 1 to 10,000 a minute. Default 20.</param>
/// <param name="SignUpsPerHour">Tries to sign up, and links asked for, from one network address, 1 to 10,000 an hour. Default 20.</param>
/// <param name="Services">The other services that may vouch for people. Default: none.</param>
public sealed record AccountsOptions(
    bool Enabled, bool ByInvitation, int SignInsPerMinute, int SignUpsPerHour, IReadOnlyList<IdentityServiceOptions> Services)
{
    /// <summary>Default of <see cref="SignInsPerMinute"/>.</summary>
    public const int DefaultSignIns = 20;

    /// <summary>Default of <see cref="SignUpsPerHour"/>.</summary>
    public const int DefaultSignUps = 20;

    internal static AccountsOptions Read(SettingsReader settings, ServerOptions server) => new(
        settings.Value("accounts.enabled", "whether people sign in (auto: unless only this machine reaches the server)", IsReachable(server), text => text.ToLowerInvariant() switch
        {
            "auto" => IsReachable(server),
            "on" or "true" or "yes" or "1" or "" => true,
            "off" or "false" or "no" or "0" => false,
            _ => Understood<bool>.Not("auto, on or off"),
        }, on => on ? "on" : "off"),
        settings.Value("accounts.sign_up", "who may sign up", false, text => text.ToLowerInvariant() switch
        {
            "open" => false,
            "invitation" => true,
            _ => Understood<bool>.Not("open or invitation"),
        }, invited => invited ? "invitation" : "open"),
        settings.WholeNumber("accounts.sign_ins_per_minute", "tries to sign in from one network address", DefaultSignIns, 1, 10_000),
        settings.WholeNumber("accounts.sign_ups_per_hour", "tries to sign up from one network address", DefaultSignUps, 1, 10_000),
        IdentityServiceOptions.Read(settings));

    /// <summary>Whether other machines reach a server.</summary>
    public static bool IsReachable(ServerOptions server) => server.PublicUrl is not null || !server.Urls.All(IsOwnMachine);

    private static bool IsOwnMachine(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address)
        && (address.Host == "localhost" || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var number) && IPAddress.IsLoopback(number)));
}

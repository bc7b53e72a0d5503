// The services that may vouch for people.

namespace Atelier.Web.Configuration;

/// <summary>A service that vouches for people.</summary>
/// <param name="Name">Its name in the settings and in addresses: a-z, 0-9, - and _.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Issuer">Its address.</param>
/// <param name="ClientId">What it calls this installation.</param>
/// <param name="ClientSecret">By which it knows this installation.</param>
/// <param name="SpeaksOidc">Whether it speaks OpenID Connect; GitHub does not.</param>
public sealed record IdentityServiceOptions(string Name, string Title, string Issuer, string ClientId, string ClientSecret, bool SpeaksOidc)
{
    /// <summary>The addresses of the two that need no more than their keys.</summary>
    public const string GitHub = "https://github.com", Google = "https://accounts.google.com";

    private const string Section = "accounts.oidc";

    internal static IReadOnlyList<IdentityServiceOptions> Read(SettingsReader settings)
    {
        var found = new List<IdentityServiceOptions?>
        {
            Read(settings, "accounts.github", "github", "GitHub", GitHub, speaksOidc: false),
            Read(settings, "accounts.google", "google", "Google", Google, speaksOidc: true),
        };
        foreach (var name in settings.NamesUnder(Section))
        {
            if (name.Length is > 0 and <= 30 && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '_') && name is not ("github" or "google"))
                found.Add(Read(settings, $"{Section}.{name}", name, name, "", speaksOidc: true));
            else
                settings.Refuse($"{Section}.{name}", null, settings.OriginOf($"{Section}.{name}"), "a name of a-z, 0-9, - and _ other than github and google", "give it another name");
        }
        return [.. found.OfType<IdentityServiceOptions>()];
    }

    private static IdentityServiceOptions? Read(SettingsReader settings, string section, string name, string title, string issuer, bool speaksOidc)
    {
        var id = settings.Value(section + ".client_id", $"what {title} calls this installation (off when empty)", "", text => text);
        var secret = settings.Secret(section + ".client_secret", $"by which {title} knows it", "", text => text, text => text.Length == 0 ? "" : SettingsReader.Masked);
        var address = settings.Value(section + ".issuer", $"address of {title}", issuer, text =>
            Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" && url.Query.Length == 0 ? text.TrimEnd('/') : Understood<string>.Not("https://…"));
        var shown = settings.Value(section + ".title", $"name of {title} on the pages", title, text => text);
        if (id.Length == 0 && secret.Length == 0)
            return null;
        if (id.Length > 0 && secret.Length > 0 && address.Length > 0)
            return new IdentityServiceOptions(name, shown, address, id, secret, speaksOidc);
        settings.Refuse(section, null, settings.OriginOf(section), "client_id, client_secret and issuer together", "set what is missing");
        return null;
    }
}

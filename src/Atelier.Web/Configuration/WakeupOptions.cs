// Whom to call when jobs wait, for places where no worker runs all the time.

namespace Atelier.Web.Configuration;

/// <summary>Whom to call when jobs wait.</summary>
/// <param name="Url">Where to post, such as <c>https://api.github.com/repos/OWNER/NAME/dispatches</c>; null, the default, for no calls.</param>
/// <param name="Token">Sent as a bearer token; null for none.</param>
/// <param name="Quiet">At most one call in this time over all processes, 1 s to 1 day. Default 60 s.</param>
/// <param name="Event">The <c>event_type</c> of the body, 1 to 100 characters. Default <see cref="DefaultEvent"/>.</param>
public sealed record WakeupOptions(Uri? Url, string? Token, TimeSpan Quiet, string Event)
{
    /// <summary>Default of <see cref="Quiet"/> in seconds.</summary>
    public const int DefaultQuietSeconds = 60;

    /// <summary>Default of <see cref="Event"/>.</summary>
    public const string DefaultEvent = "atelier";

    private const int LongestEvent = 100;

    internal static WakeupOptions Read(SettingsReader settings) => new(
        settings.Value<Uri?>("wakeup.url", "post here when jobs wait, such as GitHub's …/dispatches (off when empty)", null, Address, url => url?.ToString() ?? ""),
        settings.Secret<string?>("wakeup.token", "bearer token of these calls", null, Bearer, token => token is null ? "" : SettingsReader.Masked),
        settings.Seconds("wakeup.quiet_seconds", "at most one such call in this time", DefaultQuietSeconds, 1, 86_400),
        settings.Value("wakeup.event", "event_type of these calls", DefaultEvent, text => text.Length is >= 1 and <= LongestEvent
            ? text
            : Understood<string>.Not($"1 to {LongestEvent} characters")));

    private static Understood<Uri?> Address(string text) =>
        text.Length == 0 ? new Understood<Uri?>(null, null)
        : Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https") && url.UserInfo.Length == 0 ? new Understood<Uri?>(url, null)
        : Understood<Uri?>.Not("https://… or http://… without a user name");

    // What cannot stand in a header would otherwise be found out at the first call.
    private static Understood<string?> Bearer(string text) =>
        text.Length == 0 ? new Understood<string?>(null, null)
        : text.All(letter => letter is > ' ' and < '\u007f') ? new Understood<string?>(text, null)
        : Understood<string?>.Not("letters, digits and signs without spaces");
}

// How mail leaves.

using System.Net.Mail;
using Atelier.Notifying;

namespace Atelier.Web.Configuration;

/// <summary>Mail.</summary>
/// <param name="Smtp">The server; null, the default, to write mail into the log.</param>
public sealed record MailOptions(SmtpServer? Smtp)
{
    /// <summary>The port of mail submission.</summary>
    public const int DefaultPort = 587;

    internal static MailOptions Read(SettingsReader settings)
    {
        var host = settings.Value<string?>("mail.smtp.host", "SMTP server for mail (the log when empty)", null, text => text.Length == 0 ? null : text, text => text ?? "");
        var port = settings.WholeNumber("mail.smtp.port", "its port", DefaultPort, 1, 65_535);
        var user = settings.Value<string?>("mail.smtp.user", "user name there", null, text => text.Length == 0 ? null : text, text => text ?? "");
        var password = settings.Secret<string?>(
            "mail.smtp.password", "password there", null, text => text.Length == 0 ? null : text, text => text is null ? "" : SettingsReader.Masked);
        var tls = settings.Switch("mail.smtp.tls", "whether to ask that server for encryption", true);
        var from = settings.Value("mail.smtp.from", "address that mail comes from", "", text =>
            MailAddress.TryCreate(text, out _) ? text : Understood<string>.Not("an address, such as atelier@example.org"));
        if (host is not null && from.Length == 0)
            settings.Refuse("mail.smtp.from", null, settings.OriginOf("mail.smtp"), "an address, since mail.smtp.host is set", "set mail.smtp.from: atelier@YOUR.DOMAIN");
        return new MailOptions(host is null ? null : new SmtpServer(host, port, user, password, tls, from));
    }
}

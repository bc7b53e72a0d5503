// Sends mail through an SMTP server, one connection for each. Keeps nothing.
using System.Net;
using System.Net.Mail;
using System.Text;

namespace Atelier.Notifying;

/// <summary>How to reach an SMTP server.</summary>
/// <param name="Host">Its name.</param>
/// <param name="Port">Its port, 1 to 65,535.</param>
/// <param name="User">The user name; null where none is wanted.</param>
/// <param name="Password">The password; null where none is wanted.</param>
/// <param name="Tls">Whether to ask for encryption (STARTTLS).</param>
/// <param name="From">The address that mail comes from.</param>
public sealed record SmtpServer(string Host, int Port, string? User, string? Password, bool Tls, string From)
{
    /// <summary>Host and port; never the password.</summary>
    public override string ToString() => $"{Host}:{Port}";
}

/// <summary>Sends mail by SMTP.</summary>
public sealed class SmtpMailer(SmtpServer server) : Mailer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public override bool ReachesPeople => true;

    /// <inheritdoc/>
    public override async Task SendAsync(Mail mail, CancellationToken cancellationToken = default)
    {
        using var client = new SmtpClient(server.Host, server.Port) { EnableSsl = server.Tls };
        if (server.User is not null)
            client.Credentials = new NetworkCredential(server.User, server.Password);
        using var message = new MailMessage(server.From, mail.To, mail.Subject, mail.Text) { SubjectEncoding = Encoding.UTF8, BodyEncoding = Encoding.UTF8 };
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ending.CancelAfter(Patience);
        try
        {
            await client.SendMailAsync(message, ending.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SmtpException($"{server} did not take the mail within {Patience.TotalSeconds} seconds.", e);
        }
    }
}

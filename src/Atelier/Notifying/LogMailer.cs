// Writes mail into the log, for trying out: whoever reads the log can follow the links.
using Microsoft.Extensions.Logging;

namespace Atelier.Notifying;

/// <summary>Logs mail instead of sending it.</summary>
public sealed partial class LogMailer(ILogger<LogMailer> log) : Mailer
{
    /// <inheritdoc/>
    public override bool ReachesPeople => false;

    /// <inheritdoc/>
    public override Task SendAsync(Mail mail, CancellationToken cancellationToken = default)
    {
        LogMail(mail.To, mail.Subject, mail.Text);
        return Task.CompletedTask;
    }

    [LoggerMessage(1031, LogLevel.Information, "No mail server is set (mail.smtp.host), so here is the mail to {To}: {Subject}\n{Text}")]
    private partial void LogMail(string to, string subject, string text);
}

// Keeps what is mailed, for the test to follow its links.
using System.Text.RegularExpressions;
using System.Threading.Channels;
using Atelier.Notifying;

namespace Atelier.EndToEnd.Pages;

internal sealed class PostRoom : Mailer
{
    private readonly Channel<Mail> _mails = Channel.CreateUnbounded<Mail>();

    public override bool ReachesPeople => true;

    public override Task SendAsync(Mail mail, CancellationToken cancellationToken = default) => _mails.Writer.WriteAsync(mail, cancellationToken).AsTask();

    /// <summary>The link in the next mail with a subject.</summary>
    public async Task<string> LinkAsync(string subject)
    {
        using var patience = new CancellationTokenSource(Studio.Patience);
        while (true)
        {
            var mail = await _mails.Reader.ReadAsync(patience.Token);
            if (mail.Subject == subject)
                return Regex.Match(mail.Text, @"http\S+token=\S+", RegexOptions.None, TimeSpan.FromSeconds(1)).Value;
        }
    }
}

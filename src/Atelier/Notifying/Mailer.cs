// Sends mail. It leaves by a job of the queue, so that a crash loses none and nobody waits for a mail server.
using System.Text.Json;
using Atelier.Durable;
using Atelier.Keys;

namespace Atelier.Notifying;

/// <summary>A mail in plain text.</summary>
/// <param name="To">The address.</param>
/// <param name="Subject">The subject, one line.</param>
/// <param name="Text">The text.</param>
public sealed record Mail(string To, string Subject, string Text);

/// <summary>The way out for mail.</summary>
public abstract class Mailer
{
    /// <summary>Whether what is sent reaches anybody but the operator.</summary>
    public abstract bool ReachesPeople { get; }

    /// <summary>Sends a mail.</summary>
    /// <exception cref="System.Net.Mail.SmtpException">The server did not take it.</exception>
    public abstract Task SendAsync(Mail mail, CancellationToken cancellationToken = default);
}

/// <summary>Writes mail into the queue.</summary>
public sealed class MailBox(JobQueue queue, SecretBox box)
{
    internal const string Kind = "mail", Purpose = "mail";

    private const int Attempts = 6;

    /// <summary>Has a mail sent soon. It lies sealed until then, for it may hold a link that opens an account.</summary>
    public Task PostAsync(Mail mail, CancellationToken cancellationToken = default) => queue.EnqueueAsync(JobOf(mail), cancellationToken);

    /// <summary>The same within a transaction: the mail leaves if the transaction is committed.</summary>
    public Task PostAsync(Transaction transaction, Mail mail, CancellationToken cancellationToken = default) =>
        queue.EnqueueAsync(transaction, JobOf(mail), cancellationToken);

    private NewJob JobOf(Mail mail) => new()
    {
        Kind = Kind, Lane = Kind, MaxAttempts = Attempts,
        Payload = JsonSerializer.Serialize(new Sealed(box.Seal(JsonSerializer.Serialize(mail), Purpose))),
    };

    internal sealed record Sealed(string Mail);
}

/// <summary>Runs the jobs that send mail.</summary>
public sealed class MailJob(Mailer mailer, SecretBox box) : JobHandler
{
    /// <inheritdoc/>
    public override string Kind => MailBox.Kind;

    /// <inheritdoc/>
    public override async Task<JobOutcome> RunAsync(JobContext job, CancellationToken ct)
    {
        var text = box.Open(JsonSerializer.Deserialize<MailBox.Sealed>(job.Job.Payload)!.Mail, MailBox.Purpose);
        if (text is null)
            return new JobOutcome.Dead(new JobError("mail_sealed", "The mail was sealed under another secrets.key."));
        try
        {
            await mailer.SendAsync(JsonSerializer.Deserialize<Mail>(text)!, ct);
            return new JobOutcome.Succeeded();
        }
        catch (System.Net.Mail.SmtpException e)
        {
            return new JobOutcome.Retry(new JobError("mail_refused", e.Message));
        }
    }
}

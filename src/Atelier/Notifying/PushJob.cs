// Pushes notifications to devices. Each push is a job, written with the notification itself, so that a crash loses none; one that was sent twice
// replaces itself on the device.
using System.Net.Http.Headers;
using System.Text.Json;
using Atelier.Durable;
using Atelier.Providers;

namespace Atelier.Notifying;

/// <summary>What a device shows.</summary>
/// <param name="Title">The first line.</param>
/// <param name="Text">The sentence.</param>
/// <param name="Path">The page that a click opens; begins with a slash.</param>
public sealed record PushMessage(string Title, string Text, string Path);

/// <summary>Puts a notification into words for a device; null where it is about something that is gone.</summary>
public delegate Task<PushMessage?> DescribePush(Notification told, CancellationToken cancellationToken);

/// <summary>Writes pushes into the queue.</summary>
public sealed class PushQueue(JobQueue queue, TimeProvider time)
{
    internal const string Kind = "push";

    // What is older than that, nobody wants to be woken for.
    internal static readonly TimeSpan Lasts = TimeSpan.FromDays(1);

    private const int Attempts = 6;

    /// <summary>Has a notification pushed to every device of its account soon, in the transaction that tells it.</summary>
    internal async Task PostAsync(Transaction transaction, string account, NotificationKind kind, string subject)
    {
        var now = time.GetUtcNow();
        var devices = await PushDevices.AwakeAsync(transaction, account, now);
        if (devices.Count == 0)
            return;
        var told = await transaction.ScalarAsync<string>(
            "SELECT id FROM notifications WHERE account = @account AND kind = @kind AND subject = @subject", new { account, kind = NotificationKinds.Of(kind), subject });
        await queue.EnqueueManyAsync(transaction, [.. devices.Select(device => new NewJob
        {
            Kind = Kind, Lane = Kind, LaneKey = device.Service, MaxAttempts = Attempts, Deadline = now + Lasts,
            Payload = JsonSerializer.Serialize(new Order(told!, account, device.Id)),
        })]);
    }

    internal sealed record Order(string Notification, string Account, string Device);
}

/// <summary>Runs the jobs that push.</summary>
public sealed class PushJob(
    NotificationStore notifications, PushDevices devices, PushKeys keys, DescribePush describe, ProviderHttp http, PushOptions options, TimeProvider time) : JobHandler
{
    /// <summary>The longest message in bytes.</summary>
    public const int MaxMessage = 3_000;

    private const int MaxAnswer = 16 * 1024, LongestText = 500;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <inheritdoc/>
    public override string Kind => PushQueue.Kind;

    /// <inheritdoc/>
    public override async Task<JobOutcome> RunAsync(JobContext job, CancellationToken ct)
    {
        var order = JsonSerializer.Deserialize<PushQueue.Order>(job.Job.Payload)!;
        var (isKnown, target) = await devices.FindAsync(order.Device, order.Account, ct);
        // What was read on another device, or is gone, wakes nobody.
        if (!isKnown || await notifications.FindAsync(order.Notification, ct) is not { ReadAt: null } told || await describe(told, ct) is not { } message)
            return new JobOutcome.Succeeded();
        if (target is null || await keys.AuthorizeAsync(target.Endpoint, ct) is not { } authorization)
            return new JobOutcome.Dead(new JobError("push_sealed", "The device, or the key of pushes, was sealed under another secrets.key."));
        using var request = Compose(target, message, told.Id, authorization);
        return Judge(await http.SendToStrangerAsync(request, Patience, MaxAnswer, options.MayBeLoopback, ct), order.Device, job.Job);
    }

    // RFC 8030 §5: what is pushed, how long it keeps, and that a later word about the same takes the place of this one.
    private static HttpRequestMessage Compose(PushSubscription target, PushMessage message, string topic, string authorization)
    {
        var text = message.Text.Length <= LongestText ? message.Text : $"{message.Text.AsSpan(0, LongestText)}…";
        var plain = JsonSerializer.SerializeToUtf8Bytes(new { message.Title, text, message.Path, tag = topic }, Format);
        if (plain.Length > MaxMessage)
            throw new InvalidOperationException($"A push has {plain.Length} bytes; at most {MaxMessage} are allowed.");
        var body = new ByteArrayContent(PushEncryption.Encrypt(plain, target.Key, target.Auth));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        body.Headers.ContentEncoding.Add("aes128gcm");
        var request = new HttpRequestMessage(HttpMethod.Post, target.Endpoint) { Content = body };
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        request.Headers.TryAddWithoutValidation("TTL", ((int)PushQueue.Lasts.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation("Urgency", "normal");
        request.Headers.TryAddWithoutValidation("Topic", topic);
        return request;
    }

    private JobOutcome Judge(ProviderReply reply, string device, Job job)
    {
        if (reply is ProviderReply.Answered { Ok: true })
            return new JobOutcome.Succeeded { Commit = transaction => PushDevices.NoteAsync(transaction, device, time.GetUtcNow()) };
        if (reply is not ProviderReply.Answered answer)
        {
            return reply is ProviderReply.Forbidden refused
                ? new JobOutcome.Dead(new JobError("push_forbidden", refused.Why))
                : new JobOutcome.Retry(new JobError("push_unanswered", "The push service could not be reached, or did not answer in time."));
        }
        var after = RetryDelay.Of(answer, time.GetUtcNow());
        return (int)answer.Status switch
        {
            // The browser has gone, or taken its permission back (RFC 8030 §7.3).
            404 or 410 => new JobOutcome.Succeeded { Commit = transaction => PushDevices.DropAsync(transaction, device) },
            429 => new JobOutcome.RateLimited(job.Lane, Due.After(after ?? Rest), job.LaneKey, "the push service asks for patience"),
            408 or >= 500 => new JobOutcome.Retry(new JobError("push_failed", $"The push service answered {(int)answer.Status}."), after),
            _ => new JobOutcome.Dead(new JobError("push_refused", $"The push service answered {(int)answer.Status}.")),
        };
    }
}

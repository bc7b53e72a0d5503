// Black Forest Labs over HTTP (api.bfl.ai/v1): a task is created, then polled at the address in its region that the answer names.
using System.Net.Http.Json;
using System.Text.Json;

namespace Atelier.Providers.Bfl;

/// <summary>
/// Paints through Black Forest Labs. Keeps no state; a task is known by its polling address. There is no list of tasks and no cancelling.
/// </summary>
/// <remarks>
/// Its webhooks stay unused: with one, a start answers without the polling address, which alone finds the task in its region, and nothing
/// official says how they are signed.
/// </remarks>
public sealed class BflProvider(ProviderEndpoint endpoint, ProviderHttp http, TimeProvider time) : ImageProvider
{
    private const string Title = "Black Forest Labs";

    // The longest name of a prediction that is kept.
    private const int LongestId = 1_000;

    // How long a new task may be unknown to those who are asked for it.
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(1);

    /// <summary>The kind.</summary>
    public static ProviderAdapter Adapter { get; } = new("bfl", Title, (endpoint, http, time) => new BflProvider(endpoint, http, time))
    {
        BaseUrl = new Uri("https://api.bfl.ai/v1"),
        ResultHosts = ["*.bfl.ai"],
        SiblingHosts = ["*.bfl.ai"],
        KeyVariables = ["BFL_API_KEY"],
    };

    /// <inheritdoc/>
    public override string Name => endpoint.Name;

    /// <inheritdoc/>
    public override async Task<ProviderAnswer> StartAsync(PaintRequest request, PaintCall call, CancellationToken cancellationToken)
    {
        // It wants plain base64.
        using var message = Message(HttpMethod.Post, endpoint.At($"/{Uri.EscapeDataString(request.Model)}"), call);
        message.Content = JsonContent.Create(InputTemplate.Fill(request, image => image.Base64));
        var reply = await http.SendAsync(endpoint, message, cancellationToken: cancellationToken);
        return reply is ProviderReply.Answered { Ok: true } answered && IdOf(answered.Json) is { } id
            ? new ProviderAnswer.Pending(id)
            : new ProviderAnswer.Failed(Fault(reply));
    }

    /// <inheritdoc/>
    public override async Task<ProviderAnswer> PollAsync(string externalId, PaintCall call, CancellationToken cancellationToken)
    {
        var named = Uri.TryCreate(externalId, UriKind.Absolute, out var address);
        using var message = Message(HttpMethod.Get, named ? address! : endpoint.At($"/get_result?id={Uri.EscapeDataString(externalId)}"), call);
        if (await http.SendAsync(endpoint, message, cancellationToken: cancellationToken) is not ProviderReply.Answered answered)
            return new ProviderAnswer.Pending(externalId);
        switch (answered.Json.At("status").Text())
        {
            case "Ready":
                return await FetchAsync(answered, externalId, cancellationToken);
            case "Request Moderated" or "Content Moderated":
                return new ProviderAnswer.Failed(Failures.Of(FailureKind.Refused, Title, answered.Text, because: Reasons(answered.Json.At("details"))));
            case "Error" or "Failed":
                return new ProviderAnswer.Failed(Failures.Of(FailureKind.Retryable, Title, answered.Text));
            // A young task may not have arrived everywhere yet.
            case "Task not found" when time.GetUtcNow() - call.StartedAt < Settling:
                return new ProviderAnswer.Pending(externalId);
            // Where its region is not known, it may live in another one.
            case "Task not found":
                return new ProviderAnswer.Failed(Failures.Of(named ? FailureKind.Retryable : FailureKind.OutcomeUnknown, Title, answered.Text));
            default:
                return answered.Ok
                    ? new ProviderAnswer.Pending(externalId, Progress: answered.Json.At("progress").Number() is { } progress ? Math.Clamp(progress, 0, 1) : null)
                    : new ProviderAnswer.Pending(externalId, RetryDelay.Of(answered, time.GetUtcNow()));
        }
    }

    /// <summary>Asks for the account's credits.</summary>
    public override async Task<KeyTest> TestAsync(PaintCall call, CancellationToken cancellationToken)
    {
        using var message = Message(HttpMethod.Get, endpoint.At("/credits"), call);
        var reply = await http.SendAsync(endpoint, message, cancellationToken: cancellationToken);
        return KeyTest.Of(reply, Title, Fault(reply));
    }

    // Behind an operator's own gateway the address in the region is out of reach; there the gateway is asked by the task's plain id.
    private string? IdOf(JsonElement task) =>
        task.At("polling_url").Text() is { Length: <= LongestId } polling && Uri.TryCreate(polling, UriKind.Absolute, out var address)
            && OutboundGuard.WhyNotSend(endpoint, address) is null
            ? polling
            : task.At("id").Text() is { Length: > 0 and <= LongestId } id && !Uri.TryCreate(id, UriKind.Absolute, out _) ? id : null;

    private async Task<ProviderAnswer> FetchAsync(ProviderReply.Answered answered, string externalId, CancellationToken cancellationToken)
    {
        if (answered.Json.At("result", "sample").Text() is not { } sample)
            return new ProviderAnswer.Failed(Failures.Of(FailureKind.Retryable, Title, $"no picture: {answered.Text}"));
        var answer = await PictureFetch.AllAsync(http, endpoint, [sample], externalId, Title, cancellationToken);
        return answer is ProviderAnswer.Painted painted && answered.Json.At("result", "seed").Number() is { } seed and >= 0 and <= uint.MaxValue
            ? painted with { Images = [.. painted.Images.Select(image => image with { Seed = (long)seed })] }
            : answer;
    }

    // Such as {"Moderation Reasons": ["Safety Filter"]}.
    private static string? Reasons(JsonElement details)
    {
        if (details.ValueKind != JsonValueKind.Object)
            return null;
        var reasons = details.EnumerateObject().SelectMany(field => field.Value.Items()).Select(item => item.Text()).OfType<string>().ToList();
        return reasons.Count == 0 ? null : string.Join(", ", reasons);
    }

    private ProviderFailure Fault(ProviderReply reply)
    {
        var failure = Failures.OfStart(reply, Title, time.GetUtcNow());
        return reply is ProviderReply.Answered { Ok: false } answered && failure.Kind == FailureKind.BadInput
            ? Failures.Of(FailureKind.BadInput, Title, answered.Text, because: Complaint(answered.Json.At("detail")))
            : failure;
    }

    // A sentence, or a list of fields with what is wrong with each.
    private static string? Complaint(JsonElement detail)
    {
        if (detail.Text() is { } sentence)
            return sentence;
        var complaints = detail.Items().Where(item => item.At("msg").Text() is not null)
            .Select(item => $"{item.At("loc").Items().Select(part => part.Text()).LastOrDefault()} {item.At("msg").Text()}".Trim()).ToList();
        return complaints.Count == 0 ? null : string.Join("; ", complaints);
    }

    private static HttpRequestMessage Message(HttpMethod method, Uri address, PaintCall call)
    {
        var message = new HttpRequestMessage(method, address);
        message.Headers.TryAddWithoutValidation("x-key", call.Key?.Secret);
        return message;
    }
}

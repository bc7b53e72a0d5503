// Easel over HTTP (api.easel.example/v1): a painting is ordered, then looked at until it is dry.
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Atelier.Providers;

namespace Atelier.Tests.Providers.Example;

/// <summary>Paints through Easel. Keeps no state; a painting is known by Easel's own id.</summary>
public sealed class EaselProvider(ProviderEndpoint endpoint, ProviderHttp http, TimeProvider time) : ImageProvider
{
    private const string Title = "Easel";

    /// <summary>The kind.</summary>
    public static ProviderAdapter Adapter { get; } = new("easel", Title, (endpoint, http, time) => new EaselProvider(endpoint, http, time))
    {
        BaseUrl = new Uri("https://api.easel.example/v1"),
        ResultHosts = ["*.easel.example"],
        KeyVariables = ["EASEL_API_KEY"],
    };

    /// <inheritdoc/>
    public override string Name => endpoint.Name;

    /// <inheritdoc/>
    public override async Task<ProviderAnswer> StartAsync(PaintRequest request, PaintCall call, CancellationToken cancellationToken)
    {
        var order = InputTemplate.Fill(request, image => image.DataUrl);
        order["label"] = call.Reference;
        using var message = Message(HttpMethod.Post, "/paintings", call);
        message.Content = JsonContent.Create(order);
        var reply = await http.SendAsync(endpoint, message, cancellationToken: cancellationToken);
        return reply is ProviderReply.Answered { Ok: true } answered && answered.Json.At("id").Text() is { Length: > 0 } id
            ? new ProviderAnswer.Pending(id)
            : new ProviderAnswer.Failed(Fault(reply));
    }

    /// <inheritdoc/>
    public override async Task<ProviderAnswer> PollAsync(string externalId, PaintCall call, CancellationToken cancellationToken)
    {
        using var message = Message(HttpMethod.Get, $"/paintings/{Uri.EscapeDataString(externalId)}", call);
        if (await http.SendAsync(endpoint, message, cancellationToken: cancellationToken) is not ProviderReply.Answered answered)
            return new ProviderAnswer.Pending(externalId);
        if (answered.Status == HttpStatusCode.NotFound)
            return new ProviderAnswer.Failed(Failures.Of(FailureKind.Retryable, Title, $"the painting is gone: {answered.Text}"));
        if (!answered.Ok)
            return new ProviderAnswer.Pending(externalId, RetryDelay.Of(answered, time.GetUtcNow()));
        switch (answered.Json.At("state").Text())
        {
            case "dry" when answered.Json.At("picture").Text() is { } picture:
                return await PictureFetch.AllAsync(http, endpoint, [picture], externalId, Title, cancellationToken);
            case "torn" or "dry":
                return new ProviderAnswer.Failed(Failures.Of(FailureKind.Retryable, Title, answered.Text));
            case "refused":
                return new ProviderAnswer.Failed(Failures.Of(FailureKind.Refused, Title, answered.Text, because: answered.Json.At("because").Text()));
            default:
                return new ProviderAnswer.Pending(externalId, Progress: answered.Json.At("progress").Number());
        }
    }

    /// <inheritdoc/>
    public override async Task<bool> CancelAsync(string externalId, PaintCall call, CancellationToken cancellationToken)
    {
        using var message = Message(HttpMethod.Delete, $"/paintings/{Uri.EscapeDataString(externalId)}", call);
        return await http.SendAsync(endpoint, message, cancellationToken: cancellationToken) is ProviderReply.Answered { Ok: true };
    }

    /// <inheritdoc/>
    public override async Task<ProviderLookup> FindAsync(PaintRequest request, PaintCall call, CancellationToken cancellationToken)
    {
        using var message = Message(HttpMethod.Get, $"/paintings?label={Uri.EscapeDataString(call.Reference)}", call);
        var reply = await http.SendAsync(endpoint, message, cancellationToken: cancellationToken);
        if (reply is not ProviderReply.Answered { Ok: true } answered
            || answered.Json.At("paintings") is not { ValueKind: JsonValueKind.Array } found)
            return new ProviderLookup.Unanswered();
        return found.Items().FirstOrDefault().At("id").Text() is { } id ? new ProviderLookup.Found(id) : new ProviderLookup.Absent();
    }

    private ProviderFailure Fault(ProviderReply reply)
    {
        var usual = Failures.OfStart(reply, Title, time.GetUtcNow());
        if (reply is not ProviderReply.Answered { Ok: false } answered)
            return usual;
        return answered.Json.At("problem").Text() switch
        {
            // By its status alone, 409, this would be tried again and again.
            "out_of_paint" => Failures.Of(FailureKind.QuotaExhausted, Title, answered.Text),
            "wrong_order" => Failures.Of(FailureKind.BadInput, Title, answered.Text, because: answered.Json.At("because").Text()),
            _ => usual,
        };
    }

    private HttpRequestMessage Message(HttpMethod method, string path, PaintCall call)
    {
        var message = new HttpRequestMessage(method, endpoint.At(path));
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", call.Key?.Secret);
        return message;
    }
}

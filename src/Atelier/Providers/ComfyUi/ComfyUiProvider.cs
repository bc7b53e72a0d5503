// ComfyUI on the operator's own GPU, over HTTP and its socket (its source of 2026): a workflow is queued under our own id, so nothing is lost or painted twice.
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atelier.Providers.ComfyUi;

/// <summary>
/// Paints through ComfyUI. Keeps no state; a run is known by the reference of its start. While somebody listens for progress, a start follows
/// the run over the socket; otherwise, and whenever the socket fails, the run is polled.
/// </summary>
public sealed class ComfyUiProvider(ProviderEndpoint endpoint, ProviderHttp http, TimeProvider time) : ImageProvider
{
    internal const string Title = "ComfyUI";

    /// <summary>The kind.</summary>
    public static ProviderAdapter Adapter { get; } = new("comfyui", Title, (endpoint, http, time) => new ComfyUiProvider(endpoint, http, time))
    {
        BaseUrl = new Uri("http://127.0.0.1:8188"),
        NeedsKey = false,
        Paid = false,
        KnownByReference = true,
    };

    /// <inheritdoc/>
    public override string Name => endpoint.Name;

    /// <inheritdoc/>
    public override async Task<ProviderAnswer> StartAsync(PaintRequest request, PaintCall call, CancellationToken cancellationToken)
    {
        var id = call.Reference.Length > 0 ? call.Reference : Guid.NewGuid().ToString("D");
        var workflow = await ComfyWorkflow.FindAsync(request, endpoint, cancellationToken);
        if (workflow.Template is not { } template)
            return new ProviderAnswer.Failed(workflow.Failure!);
        var uploads = await new ComfyUploads(endpoint, http, time).SendAsync(request, template, id, cancellationToken);
        if (uploads.Failure is { } failure)
            return new ProviderAnswer.Failed(failure);
        var graph = ComfyWorkflow.Fill(template, request, uploads);
        // It opens before the run begins, so that nothing is missed.
        using var socket = call.Progress is null ? null : await http.OpenSocketAsync(endpoint, endpoint.At($"/ws?clientId={id}"), cancellationToken);
        using var message = new HttpRequestMessage(HttpMethod.Post, endpoint.At("/prompt"))
        {
            Content = JsonContent.Create(new JsonObject { ["prompt"] = graph, ["client_id"] = id, ["prompt_id"] = id }),
        };
        var reply = await http.SendAsync(endpoint, message, cancellationToken: cancellationToken);
        // Versions before 2025 give ids of their own.
        if (reply is not ProviderReply.Answered { Ok: true } answered || answered.Json.At("prompt_id").Text() is not { Length: > 0 } told)
            return new ProviderAnswer.Failed(ComfyFaults.OfStart(reply, time.GetUtcNow()));
        if (socket is null)
            return new ProviderAnswer.Pending(told);
        using var follower = new ComfySocket(socket, told, ComfyWorkflow.Samplers(graph), call, endpoint.MaxPicture, time);
        using var timer = new CancellationTokenSource(endpoint.PaintLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        await follower.FollowAsync(either.Token);
        cancellationToken.ThrowIfCancellationRequested();
        return await PollAsync(told, call, cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<ProviderAnswer> PollAsync(string externalId, PaintCall call, CancellationToken cancellationToken) =>
        await LookAsync(externalId, cancellationToken) switch
        {
            (Whereabouts.Ended, var entry) => await ReadAsync(entry, externalId, cancellationToken),
            // It forgets everything when it is started again.
            (Whereabouts.Absent, _) => new ProviderAnswer.Failed(Failures.Of(FailureKind.Retryable, Title, $"neither its queue nor its history knows {externalId}")),
            _ => new ProviderAnswer.Pending(externalId),
        };

    /// <inheritdoc/>
    public override string? Upscaler => endpoint.Options.GetValueOrDefault(ProviderEndpoint.UpscalerOption);

    /// <inheritdoc/>
    public override async Task<ProviderAnswer> UpscaleAsync(InputImage picture, int width, int height, PaintCall call, CancellationToken cancellationToken)
    {
        var upload = await new ComfyUploads(endpoint, http, time).SendAsync([picture], call.Reference, cancellationToken);
        if (upload.Failure is { } failure)
            return new ProviderAnswer.Failed(failure);
        var graph = ComfyWorkflow.Upscale(upload.NameOf(picture), Upscaler!, width, height);
        using var message = new HttpRequestMessage(HttpMethod.Post, endpoint.At("/prompt"))
        {
            Content = JsonContent.Create(new JsonObject { ["prompt"] = graph, ["client_id"] = call.Reference, ["prompt_id"] = call.Reference }),
        };
        var reply = await http.SendAsync(endpoint, message, cancellationToken: cancellationToken);
        return reply is ProviderReply.Answered { Ok: true } answered && answered.Json.At("prompt_id").Text() is { Length: > 0 } told
            ? new ProviderAnswer.Pending(told)
            : new ProviderAnswer.Failed(ComfyFaults.OfStart(reply, time.GetUtcNow()));
    }

    /// <summary>Takes a run that waits out of the queue, and interrupts it where it has begun.</summary>
    public override async Task<bool> CancelAsync(string externalId, PaintCall call, CancellationToken cancellationToken)
    {
        var removed = await TellAsync("/queue", new JsonObject { ["delete"] = new JsonArray(externalId) }, cancellationToken);
        var interrupted = await TellAsync("/interrupt", new JsonObject { ["prompt_id"] = externalId }, cancellationToken);
        return removed && interrupted;
    }

    /// <summary>Looks whether a run of our reference waits, runs or has ended.</summary>
    public override async Task<ProviderLookup> FindAsync(PaintRequest request, PaintCall call, CancellationToken cancellationToken)
    {
        if (call.Reference.Length == 0)
            return new ProviderLookup.Unknown();
        return (await LookAsync(call.Reference, cancellationToken)).Where switch
        {
            Whereabouts.Absent => new ProviderLookup.Absent(),
            Whereabouts.Unanswered => new ProviderLookup.Unanswered(),
            _ => new ProviderLookup.Found(call.Reference),
        };
    }

    // Its end may come between a look at the history and one at the queue; so the history is asked once more.
    private async Task<(Whereabouts Where, JsonElement Entry)> LookAsync(string id, CancellationToken cancellationToken)
    {
        if (await HistoryAsync(id, cancellationToken) is { Where: not Whereabouts.Absent } known)
            return known;
        if (await GetAsync("/queue", cancellationToken) is not { } queue
            || queue.At("queue_running").ValueKind != JsonValueKind.Array || queue.At("queue_pending").ValueKind != JsonValueKind.Array)
            return (Whereabouts.Unanswered, default);
        var queued = queue.At("queue_running").Items().Concat(queue.At("queue_pending").Items())
            .Any(item => item.Items().Skip(1).Select(part => part.Text()).FirstOrDefault() == id);
        return queued ? (Whereabouts.Queued, default) : await HistoryAsync(id, cancellationToken);
    }

    private async Task<(Whereabouts Where, JsonElement Entry)> HistoryAsync(string id, CancellationToken cancellationToken)
    {
        if (await GetAsync($"/history/{Uri.EscapeDataString(id)}", cancellationToken) is not { } history)
            return (Whereabouts.Unanswered, default);
        var entry = history.At(id);
        return (entry.ValueKind == JsonValueKind.Object ? Whereabouts.Ended : Whereabouts.Absent, entry);
    }

    private async Task<ProviderAnswer> ReadAsync(JsonElement entry, string id, CancellationToken cancellationToken)
    {
        if (entry.At("status", "status_str").Text() == "error")
            return new ProviderAnswer.Failed(ComfyFaults.OfRun(entry.At("status", "messages")));
        var pictures = entry.At("outputs") is { ValueKind: JsonValueKind.Object } outputs
            ? outputs.EnumerateObject().SelectMany(node => node.Value.At("images").Items()).ToList()
            : [];
        // What is saved is the result; previews within the workflow count only where nothing is saved.
        var kept = pictures.Where(picture => picture.At("type").Text() == "output").ToList();
        var addresses = (kept.Count > 0 ? kept : pictures).Select(AddressOf).ToList();
        return addresses.Count == 0
            ? new ProviderAnswer.Failed(Failures.Of(FailureKind.Permanent, Title, "no node put out a picture", because: "its workflow saves no picture"))
            : await PictureFetch.AllAsync(http, endpoint, addresses, id, Title, cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<KeyTest> TestAsync(PaintCall call, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, endpoint.At("/system_stats"));
        var reply = await http.SendAsync(endpoint, message, cancellationToken: cancellationToken);
        return KeyTest.Of(reply, Title, Failures.OfStart(reply, Title, time.GetUtcNow()));
    }

    private string AddressOf(JsonElement picture) => endpoint.At(
        $"/view?filename={Escaped(picture, "filename")}&subfolder={Escaped(picture, "subfolder")}&type={Escaped(picture, "type")}").AbsoluteUri;

    private static string Escaped(JsonElement picture, string field) => Uri.EscapeDataString(picture.At(field).Text() ?? "");

    private async Task<JsonElement?> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, endpoint.At(path));
        return await http.SendAsync(endpoint, message, cancellationToken: cancellationToken) is ProviderReply.Answered { Ok: true, Json.ValueKind: JsonValueKind.Object } answered
            ? answered.Json
            : null;
    }

    private async Task<bool> TellAsync(string path, JsonObject body, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, endpoint.At(path)) { Content = JsonContent.Create(body) };
        return await http.SendAsync(endpoint, message, cancellationToken: cancellationToken) is ProviderReply.Answered { Ok: true };
    }

    private enum Whereabouts
    {
        Unanswered,
        Absent,
        Queued,
        Ended,
    }
}

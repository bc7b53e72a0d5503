// AUTOMATIC1111's web UI and what speaks like it (Forge, SD.Next), over its HTTP interface (--api): it paints while the call lasts and knows one run at a time.
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atelier.Providers.A1111;

/// <summary>
/// Paints through AUTOMATIC1111. Keeps no state. A key, where one is given, is <c>user:password</c> of <c>--api-auth</c>. When a call is
/// cancelled the engine is told to stop what it paints, since it would not notice otherwise.
/// </summary>
public sealed class A1111Provider(ProviderEndpoint endpoint, ProviderHttp http, TimeProvider time) : ImageProvider
{
    private const string Title = "AUTOMATIC1111";

    private static readonly TimeSpan InterruptLimit = TimeSpan.FromSeconds(3);

    /// <summary>The kind.</summary>
    public static ProviderAdapter Adapter { get; } = new("a1111", Title, (endpoint, http, time) => new A1111Provider(endpoint, http, time))
    {
        BaseUrl = new Uri("http://127.0.0.1:7860"),
        NeedsKey = false,
        Paid = false,
    };

    /// <inheritdoc/>
    public override string Name => endpoint.Name;

    /// <inheritdoc/>
    public override async Task<ProviderAnswer> StartAsync(PaintRequest request, PaintCall call, CancellationToken cancellationToken)
    {
        var body = InputTemplate.Fill(request, image => image.Base64);
        using var message = Message(HttpMethod.Post, body.ContainsKey("init_images") ? "img2img" : "txt2img", call);
        message.Content = JsonContent.Create(body);
        using var painted = new CancellationTokenSource();
        var watching = call.Progress is { } listener ? WatchAsync(listener, call, painted.Token) : Task.CompletedTask;
        try
        {
            var reply = await http.SendAsync(endpoint, message, endpoint.PaintLimit, cancellationToken);
            return reply is ProviderReply.Answered { Ok: true } answered && PicturesOf(answered.Json) is { Count: > 0 } pictures
                ? OtherCheckpoint(body, answered.Json) is { } other ? new ProviderAnswer.Failed(other) : new ProviderAnswer.Painted(pictures)
                : new ProviderAnswer.Failed(Fault(reply));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            using var interrupt = Message(HttpMethod.Post, "interrupt", call);
            await http.SendAsync(endpoint, interrupt, InterruptLimit, CancellationToken.None);
            throw;
        }
        finally
        {
            await painted.CancelAsync();
            await watching;
        }
    }

    /// <inheritdoc/>
    public override string? Upscaler => endpoint.Options.GetValueOrDefault(ProviderEndpoint.UpscalerOption);

    /// <inheritdoc/>
    public override async Task<ProviderAnswer> UpscaleAsync(InputImage picture, int width, int height, PaintCall call, CancellationToken cancellationToken)
    {
        const int ToSize = 1;
        using var message = Message(HttpMethod.Post, "extra-single-image", call);
        message.Content = JsonContent.Create(new JsonObject
        {
            ["image"] = picture.Base64, ["resize_mode"] = ToSize, ["upscaler_1"] = Upscaler,
            ["upscaling_resize_w"] = width, ["upscaling_resize_h"] = height, ["upscaling_crop"] = false,
        });
        var reply = await http.SendAsync(endpoint, message, endpoint.PaintLimit, cancellationToken);
        return reply is ProviderReply.Answered { Ok: true } answered && answered.Json.At("image").Text() is { } text && Decode(text, out var bytes)
            ? new ProviderAnswer.Painted([new PaintedImage(bytes, "image/png", Seed: null)])
            : new ProviderAnswer.Failed(Fault(reply));
    }

    private async Task WatchAsync(IProgress<PaintProgress> listener, PaintCall call, CancellationToken painted)
    {
        var watch = new A1111Progress(listener, call.PreviewInterval, time);
        while (!painted.IsCancellationRequested)
        {
            await Task.Delay(A1111Progress.Interval, time, painted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            using var message = Message(HttpMethod.Get, $"progress?skip_current_image={(watch.WantsPreview ? "false" : "true")}", call);
            var look = http.SendAsync(endpoint, message, cancellationToken: painted);
            await ((Task)look).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (look.IsCompletedSuccessfully && await look is ProviderReply.Answered { Ok: true } answered && !painted.IsCancellationRequested)
                watch.Hear(answered.Json);
        }
    }

    private static List<PaintedImage>? PicturesOf(JsonElement reply)
    {
        var info = InfoOf(reply);
        var seeds = info.At("all_seeds").Items().Select(seed => (long?)seed.Number()).ToList();
        var encoded = reply.At("images").Items().Select(image => image.Text()).ToList();
        // A grid of all comes before several.
        var pictures = new List<PaintedImage>();
        foreach (var text in encoded.Skip(seeds.Count > 0 ? Math.Max(0, encoded.Count - seeds.Count) : 0))
        {
            if (text is null || !Decode(text, out var bytes))
                return null;
            pictures.Add(new PaintedImage(bytes, "image/png", seeds.ElementAtOrDefault(pictures.Count) ?? (long?)info.At("seed").Number()));
        }
        return pictures;
    }

    private static bool Decode(string text, out byte[] bytes) => DataUrl.TryRead(text, out _, out bytes) || DataUrl.TryDecode(text, out bytes);

    // It says what it did in JSON inside a text.
    private static JsonElement InfoOf(JsonElement reply)
    {
        try
        {
            using var document = JsonDocument.Parse(reply.At("info").Text() is { Length: > 0 } text ? text : "{}");
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return default;
        }
    }

    // A checkpoint that it does not have it passes over in silence and paints with the one that is loaded.
    private static ProviderFailure? OtherCheckpoint(JsonObject body, JsonElement reply)
    {
        if (body["override_settings"] is not JsonObject settings || settings["sd_model_checkpoint"] is not JsonValue value
            || !value.TryGetValue<string>(out var wanted) || InfoOf(reply).At("sd_model_name").Text() is not { Length: > 0 } used || Plain(wanted) == Plain(used))
            return null;
        return Failures.Of(FailureKind.BadInput, Title, $"it painted with {used} instead of {wanted}", because: $"the checkpoint {wanted} is not installed there");
    }

    // Titles look like "folder/name.safetensors [31e35c80fc]".
    private static string Plain(string checkpoint) =>
        Path.GetFileName(checkpoint.Split(" [")[0].Replace('\\', '/')) is var name && Path.GetExtension(name) is ".safetensors" or ".ckpt" ? Path.GetFileNameWithoutExtension(name) : name;

    /// <inheritdoc/>
    public override async Task<KeyTest> TestAsync(PaintCall call, CancellationToken cancellationToken)
    {
        using var message = Message(HttpMethod.Get, "options", call);
        var reply = await http.SendAsync(endpoint, message, cancellationToken: cancellationToken);
        return KeyTest.Of(reply, Title, Fault(reply));
    }

    private ProviderFailure Fault(ProviderReply reply)
    {
        var failure = Failures.OfStart(reply, Title, time.GetUtcNow());
        if (reply is not ProviderReply.Answered { Ok: false } answered)
            return failure;
        var (error, detail) = (answered.Json.At("error").Text(), answered.Json.At("detail"));
        return ((int)answered.Status, error) switch
        {
            // An unknown sampler, checkpoint or script, or an image that is missing.
            (404, "HTTPException") => Failures.Of(FailureKind.BadInput, Title, answered.Text, because: detail.Text()),
            (500, "HTTPException") when detail.Text()?.StartsWith("Invalid", StringComparison.Ordinal) == true =>
                Failures.Of(FailureKind.BadInput, Title, answered.Text, because: detail.Text()),
            (422, _) => Failures.Of(FailureKind.BadInput, Title, answered.Text, because: detail.Text() ?? WrongFields(detail)),
            _ => failure,
        };
    }

    private static string? WrongFields(JsonElement detail)
    {
        var fields = detail.Items().Select(item => $"{string.Join('.', item.At("loc").Items().Select(part => part.ToString()).Skip(1))}: {item.At("msg").Text()}").ToList();
        return fields.Count == 0 ? null : string.Join("; ", fields);
    }

    private HttpRequestMessage Message(HttpMethod method, string what, PaintCall call)
    {
        var message = new HttpRequestMessage(method, endpoint.At($"/sdapi/v1/{what}"));
        if (call.Key is { } key)
            message.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(key.Secret)));
        return message;
    }
}

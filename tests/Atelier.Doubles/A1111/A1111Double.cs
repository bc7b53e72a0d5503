// Imitates AUTOMATIC1111's web UI with --api: one run at a time, progress and interrupt for the whole server, its two shapes of errors.
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atelier.Doubles.A1111;

public sealed class A1111Double(PictureShelf pictures) : ProviderDouble(pictures)
{
    private static readonly string[] Samplers = ["Euler", "Euler a", "DPM++ 2M", "DPM++ SDE", "DPM++ 2M SDE", "Heun", "LCM", "DDIM", "UniPC"];

    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly InputSchema _text = Common();
    private readonly InputSchema _image = Common().Field("init_images", required: true, ImagesAreBase64).Field("mask", required: false, value => IsBase64(value) ? null : InputSchema.Wrong("mask", "type", "must be base64"))
        .Whole("resize_mode", 0, 3).Whole("mask_blur", 0, 64).Whole("inpainting_fill", 0, 3).Flag("inpaint_full_res").Flag("include_init_images");
    private TaskCompletionSource _looked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string _loaded = "sd_xl_base_1.0";
    private volatile bool _interrupted;
    private volatile bool _painting;
    private int _looks;

    public override string Name => "a1111";

    /// <summary>What <c>--api-auth</c> says; null where nobody need log in.</summary>
    public string? Login { get; set; }

    /// <summary>How often the progress must be asked for before a picture is done; 0 for none.</summary>
    public int LooksPerPicture { get; set; }

    /// <summary>Whether the progress stands still at what another call left behind.</summary>
    public bool StandsStill { get; set; }

    /// <summary>What every run ends with instead of a picture: the exception's name and text.</summary>
    public (string Error, string Text)? FailWith { get; set; }

    /// <summary>How often somebody interrupted.</summary>
    public int Interrupts { get; private set; }

    /// <summary>Whether a grid comes before the pictures.</summary>
    public bool SendsGrid { get; set; }

    /// <summary>The upscalers that are installed.</summary>
    public IReadOnlyList<string> Upscalers { get; } = ["None", "Lanczos", "R-ESRGAN 4x+"];

    /// <summary>The sizes that pictures were made larger to.</summary>
    public ConcurrentQueue<(int Width, int Height)> Upscaled { get; } = new();

    /// <summary>The mask of the newest call; null where it had none.</summary>
    public byte[]? LastMask { get; private set; }

    /// <summary>Completes when a painting has begun.</summary>
    public TaskCompletionSource Begun { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The checkpoints that are installed.</summary>
    public IReadOnlyList<string> Checkpoints { get; } = ["sd_xl_base_1.0", "v1-5-pruned-emaonly"];

    public override void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/sdapi/v1").AddEndpointFilter(CheckLoginAsync);
        api.MapPost("/txt2img", (JsonElement body) => PaintAsync(_text, body));
        api.MapPost("/img2img", (JsonElement body) => PaintAsync(_image, body));
        api.MapPost("/extra-single-image", (JsonElement body) => Upscale(body));
        api.MapGet("/progress", (bool? skip_current_image) => Progress(skip_current_image ?? false));
        api.MapPost("/interrupt", () => Interrupt());
        api.MapGet("/options", () => Results.Json(new { samples_format = "png", sd_model_checkpoint = Checkpoints[0] }));
    }

    private async ValueTask<object?> CheckLoginAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var given = context.HttpContext.Request.Headers.Authorization.ToString();
        return Login is null || given == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Login)) ? await next(context) : Problem(401, "HTTPException", "Incorrect username or password", "");
    }

    private async Task<IResult> PaintAsync(InputSchema schema, JsonElement body)
    {
        if (schema.Check(body) is { Count: > 0 } errors)
            return Results.Json(new { detail = errors.Select(error => new { loc = new[] { "body", error.Field }, msg = error.Message, type = error.Type }) }, statusCode: 422);
        if (!Samplers.Contains(Text(body, "sampler_name") ?? "Euler"))
            return Problem(404, "HTTPException", "Sampler not found", "");
        await _oneAtATime.WaitAsync();
        try
        {
            (_interrupted, _painting, _looks) = (false, true, 0);
            LastMask = Text(body, "mask") is { } mask ? Convert.FromBase64String(mask) : null;
            Begun.TrySetResult();
            if (FailWith is var (error, text))
                return Problem(500, error, "", text);
            await PassTimeAsync();
            // What was interrupted comes as far as it got.
            if (!_interrupted)
                Bill();
            return Results.Json(Answer(body));
        }
        finally
        {
            _painting = false;
            Begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _oneAtATime.Release();
        }
    }

    private IResult Upscale(JsonElement body)
    {
        if (Extras.Check(body) is { Count: > 0 } errors)
            return Results.Json(new { detail = errors.Select(error => new { loc = new[] { "body", error.Field }, msg = error.Message, type = error.Type }) }, statusCode: 422);
        // An upscaler that it does not have fails an assertion within.
        if (Text(body, "upscaler_1") is { } name && !Upscalers.Contains(name))
            return Problem(500, "AssertionError", "", $"could not find upscaler named {name}");
        if (FailWith is var (error, text))
            return Problem(500, error, "", text);
        var (width, height) = (body.GetProperty("upscaling_resize_w").GetInt32(), body.GetProperty("upscaling_resize_h").GetInt32());
        Upscaled.Enqueue((width, height));
        return Results.Json(new { html_info = "<p>Postprocess upscale by: 4</p>", image = Convert.ToBase64String(Pictures.Paint(width, height)) });
    }

    private async Task PassTimeAsync()
    {
        await Task.Delay(Pictures.Settings.PaintTime);
        while (_looks < LooksPerPicture && !_interrupted)
        {
            await _looked.Task;
            _looked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private JsonObject Answer(JsonElement body)
    {
        // A checkpoint that is not there is passed over in silence.
        if (body.TryGetProperty("override_settings", out var settings) && Text(settings, "sd_model_checkpoint") is { } wanted && Checkpoints.Contains(wanted))
            _loaded = wanted;
        var seed = body.TryGetProperty("seed", out var given) && given.GetInt64() >= 0 ? given.GetInt64() : 42;
        var picture = Convert.ToBase64String(Pictures.Paint(body.GetProperty("width").GetInt32(), body.GetProperty("height").GetInt32(), seed));
        var info = new JsonObject { ["seed"] = seed, ["all_seeds"] = new JsonArray(seed), ["sd_model_name"] = _loaded, ["infotexts"] = new JsonArray($"Steps: 20, Seed: {seed}, Model: {_loaded}") };
        return new JsonObject
        {
            ["images"] = SendsGrid ? new JsonArray(Convert.ToBase64String(Pictures.Paint(64, 64)), picture) : new JsonArray(picture),
            ["parameters"] = new JsonObject(),
            ["info"] = info.ToJsonString(),
        };
    }

    private IResult Progress(bool withoutImage)
    {
        if (_painting)
            Interlocked.Increment(ref _looks);
        var progress = StandsStill ? 0.7 : !_painting ? 0 : Math.Min(1, (double)_looks / Math.Max(1, LooksPerPicture));
        var image = withoutImage || !_painting ? null : Convert.ToBase64String(Pictures.Paint(32, 32, _looks));
        _looked.TrySetResult();
        return Results.Json(new { progress, eta_relative = 1.0, state = new { skipped = false, interrupted = _interrupted, job = "scripts_txt2img", job_count = _painting ? 1 : 0, sampling_step = _looks }, current_image = image, textinfo = (string?)null });
    }

    private IResult Interrupt()
    {
        Interrupts++;
        _interrupted = true;
        _looked.TrySetResult();
        return Results.Json(new { });
    }

    private static InputSchema Common() => new InputSchema().Text("prompt").Text("negative_prompt").Whole("width", 64, 2048, 8, required: true).Whole("height", 64, 2048, 8, required: true)
        .Whole("steps", 1, 150).Number("cfg_scale", 1, 30).Whole("seed", -1, uint.MaxValue).Text("sampler_name").Text("scheduler").Whole("batch_size", 1, 8).Whole("n_iter", 1, 100)
        .Number("denoising_strength", 0, 1).Any("override_settings").Flag("override_settings_restore_afterwards").Flag("save_images").Flag("send_images");

    private static readonly InputSchema Extras = new InputSchema()
        .Field("image", required: true, value => IsBase64(value) ? null : InputSchema.Wrong("image", "type", "must be base64"))
        .Whole("resize_mode", 0, 1).Whole("upscaling_resize_w", 1, 16_384, required: true).Whole("upscaling_resize_h", 1, 16_384, required: true).Flag("upscaling_crop").Text("upscaler_1");

    private static InputError? ImagesAreBase64(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 && value.EnumerateArray().All(IsBase64) ? null : InputSchema.Wrong("init_images", "type", "must be a list of base64");

    private static bool IsBase64(JsonElement value) => value.ValueKind == JsonValueKind.String && value.TryGetBytesFromBase64(out var bytes) && bytes.Length > 0;

    private static string? Text(JsonElement body, string name) => body.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static IResult Problem(int status, string error, string detail, string errors) => Results.Json(new { error, detail, body = "", errors }, statusCode: status);
}

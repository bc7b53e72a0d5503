// Imitates api.stability.ai/v2beta: forms with files go in, base64 or bytes come out, with its bodies for errors.
using System.Globalization;

namespace Atelier.Doubles.Stability;

public sealed class StabilityDouble(PictureShelf pictures) : ProviderDouble(pictures)
{
    private const int LargestForm = 10 * 1024 * 1024;

    public override string Name => "stability";

    public override string BasePath => "/v2beta/stable-image";

    /// <summary>Whether every picture is held back by its filter.</summary>
    public bool Filtered { get; set; }

    /// <summary>The text fields of the newest form, and its files as their number of bytes.</summary>
    public IReadOnlyDictionary<string, string> LastForm { get; private set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public override void Map(IEndpointRouteBuilder routes)
    {
        foreach (var (path, schema) in StabilityForms.Endpoints)
            routes.MapPost($"{BasePath}/{path}", (HttpRequest request) => PaintAsync(request, schema));
        routes.MapGet("/v1/user/balance", (HttpRequest request) => IsKnown(request)
            ? Results.Json(new { credits = 420.5 })
            : Error(401, "unauthorized", "missing authorization header"));
        routes.MapFallback(() => Error(404, "not_found", "The requested resource was not found."));
    }

    private async Task<IResult> PaintAsync(HttpRequest request, StabilityForm schema)
    {
        var key = request.Headers.Authorization.ToString();
        if (!IsKnown(request))
            return Error(401, "unauthorized", "authorization: invalid or missing authorization header value");
        if (!request.HasFormContentType || request.ContentType!.StartsWith("multipart/form-data; boundary=\"", StringComparison.Ordinal))
            return Error(400, "bad_request", "content-type: must be multipart/form-data");
        if (request.Headers.Accept.ToString() is not ("application/json" or "image/*"))
            return Error(400, "bad_request", "accept: must be 'image/*' or 'application/json'");
        if (key == $"Bearer {PoorKey}")
            return Error(402, "payment_required", "You lack sufficient credits to make this request. Please purchase more credits at https://platform.stability.ai/account/credits and try again.");
        if (request.ContentLength > LargestForm)
            return Error(413, "payload_too_large", "The request was larger than 10MiB.");
        var form = await request.ReadFormAsync();
        LastForm = form.Select(field => (field.Key, Text: field.Value.ToString())).Concat(form.Files.Select(file => (Key: file.Name, Text: $"{file.Length} bytes")))
            .ToDictionary(field => field.Key, field => field.Text, StringComparer.Ordinal);
        if (schema.Check(form) is { Count: > 0 } errors)
            return Error(400, "bad_request", [.. errors]);
        await Task.Delay(Pictures.Settings.PaintTime);
        if (!Filtered)
            Bill();
        return Answer(form, json: request.Headers.Accept == "application/json", request.HttpContext.Response);
    }

    private static bool IsKnown(HttpRequest request) => request.Headers.Authorization.ToString().StartsWith($"Bearer {GoodKey}", StringComparison.Ordinal);

    private IResult Answer(IFormCollection form, bool json, HttpResponse response)
    {
        var (width, height) = StabilityForms.SizeOf(form["aspect_ratio"].ToString());
        var seed = uint.TryParse(form["seed"], out var given) && given > 0 ? given : 4711;
        var (bytes, reason) = (Filtered ? Pictures.Paint(8, 8) : Pictures.Paint(width, height, seed), Filtered ? "CONTENT_FILTERED" : "SUCCESS");
        if (json)
            return Results.Json(new { image = Convert.ToBase64String(bytes), finish_reason = reason, seed });
        (response.Headers["finish-reason"], response.Headers["seed"]) = (reason, seed.ToString(CultureInfo.InvariantCulture));
        return Results.Bytes(bytes, "image/png");
    }

    private static IResult Error(int status, string name, params string[] errors) =>
        Results.Json(new { id = Guid.NewGuid().ToString("N"), name, errors }, statusCode: status);
}

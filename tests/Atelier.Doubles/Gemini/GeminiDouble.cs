// Imitates generativelanguage.googleapis.com/v1beta: generateContent of the image models, with Google's bodies for errors.
using System.Text.Json;

namespace Atelier.Doubles.Gemini;

public sealed class GeminiDouble(PictureShelf pictures) : ProviderDouble(pictures)
{
    private static readonly string[] Common = ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"];

    // What a picture counts as, in tokens.
    private static readonly Dictionary<string, GeminiModel> Models = new(StringComparer.Ordinal)
    {
        ["gemini-3-pro-image"] = new(Common, new(StringComparer.Ordinal) { ["1K"] = 1120, ["2K"] = 1120, ["4K"] = 2000 }),
        ["gemini-nano-banana-2.1"] = new([.. Common, "1:4", "4:1", "1:8", "8:1"], new(StringComparer.Ordinal) { ["1K"] = 1120, ["2K"] = 1680, ["4K"] = 2520 }),
    };

    public override string Name => "gemini";

    public override string BasePath => "/v1beta";

    /// <summary>How every answer ends instead of with a picture; null for a picture.</summary>
    public string? FinishReason { get; set; }

    /// <summary>Why every prompt is blocked; null for none.</summary>
    public string? BlockReason { get; set; }

    public override void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1beta/models/{call}", (string call, HttpRequest request, JsonElement body) => AnswerAsync(call, request, body));
        routes.MapGet("/v1beta/models", (HttpRequest request) => WhyNot(request) ?? Results.Json(new { models = Models.Keys.Select(name => new { name = $"models/{name}" }) }));
    }

    private static string KeyOf(HttpRequest request) => request.Headers["x-goog-api-key"].ToString();

    private static IResult? WhyNot(HttpRequest request)
    {
        if (KeyOf(request).Length == 0)
            return Error(403, "PERMISSION_DENIED", "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.");
        return KeyOf(request).StartsWith(GoodKey, StringComparison.Ordinal)
            ? null
            : Error(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", Detail("ErrorInfo", new { reason = "API_KEY_INVALID", domain = "googleapis.com", metadata = new { service = "generativelanguage.googleapis.com" } }));
    }

    private async Task<IResult> AnswerAsync(string call, HttpRequest request, JsonElement body)
    {
        if (WhyNot(request) is { } refusal)
            return refusal;
        var key = KeyOf(request);
        var parts = call.Split(':');
        if (parts is not [var name, "generateContent" or "streamGenerateContent"] || !Models.TryGetValue(name, out var model))
            return Error(404, "NOT_FOUND", $"models/{parts[0]} is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.");
        if (key == PoorKey)
            return Error(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota, please check your plan and billing details.", Spent(name), Detail("RetryInfo", new { retryDelay = "47s" }));
        if (GeminiSchemas.Of(model).Check(body) is [var wrong, ..])
            return Error(400, "INVALID_ARGUMENT", wrong.Message);
        if (BlockReason is { } reason)
            return Answer(parts[1], new { promptFeedback = new { blockReason = reason, safetyRatings = Array.Empty<object>() }, usageMetadata = new { promptTokenCount = 8, totalTokenCount = 8 }, modelVersion = name, responseId = NewId() });
        await Task.Delay(Pictures.Settings.PaintTime);
        return Answer(parts[1], Paint(name, model, body));
    }

    // Streamed, a picture comes in one piece.
    private static IResult Answer(string method, object answer) =>
        method == "generateContent" ? Results.Json(answer) : Results.Text($"data: {JsonSerializer.Serialize(answer)}\r\n\r\n", "text/event-stream");

    private object Paint(string name, GeminiModel model, JsonElement body)
    {
        var (ratio, size, seed) = GeminiSchemas.Wanted(body);
        var images = body.GetProperty("contents").EnumerateArray().SelectMany(content => content.GetProperty("parts").EnumerateArray()).Count(part => part.TryGetProperty("inlineData", out _));
        object[] text = [new { text = "Here is your picture." }];
        var tokens = FinishReason is null ? model.Tokens[size] : 0;
        if (FinishReason is null)
            Bill();
        return new
        {
            candidates = new[]
            {
                new { index = 0, content = new { role = "model", parts = FinishReason is null ? [Part(64, 64, 1, thought: true), .. text, Part(ratio, size, seed)] : text }, finishReason = FinishReason ?? "STOP" },
            },
            usageMetadata = new
            {
                promptTokenCount = 10 + images * 560,
                candidatesTokenCount = tokens,
                totalTokenCount = 10 + images * 560 + tokens + 100,
                thoughtsTokenCount = 100,
                promptTokensDetails = new[] { new { modality = "TEXT", tokenCount = 10 }, new { modality = "IMAGE", tokenCount = images * 560 } },
                candidatesTokensDetails = new[] { new { modality = "IMAGE", tokenCount = tokens } },
            },
            modelVersion = name,
            responseId = NewId(),
        };
    }

    private object Part(string ratio, string size, long seed)
    {
        var (width, height) = (int.Parse(ratio.Split(':')[0]), int.Parse(ratio.Split(':')[1]));
        var scale = Math.Sqrt(1_048_576.0 / (width * height)) * (size[0] - '0');
        return Part((int)(width * scale) / 16 * 16, (int)(height * scale) / 16 * 16, seed, thought: false);
    }

    private object Part(int width, int height, long seed, bool thought)
    {
        var inlineData = new { mimeType = "image/png", data = Convert.ToBase64String(Pictures.Paint(width, height, seed)) };
        return thought ? new { inlineData, thought } : new { inlineData, thoughtSignature = "c2lnbmF0dXJl" };
    }

    private static Dictionary<string, object> Spent(string model) => Detail("QuotaFailure", new
    {
        violations = new[]
        {
            new { quotaMetric = "generativelanguage.googleapis.com/generate_content_free_tier_requests", quotaId = "GenerateRequestsPerDayPerProjectPerModel-FreeTier", quotaDimensions = new { location = "global", model } },
        },
    });

    private static Dictionary<string, object> Detail(string type, object fields)
    {
        var detail = JsonSerializer.SerializeToElement(fields).EnumerateObject().ToDictionary(field => field.Name, object (field) => field.Value, StringComparer.Ordinal);
        detail["@type"] = $"type.googleapis.com/google.rpc.{type}";
        return detail;
    }

    private static IResult Error(int code, string status, string message, params Dictionary<string, object>[] details) => Results.Json(
        details.Length == 0 ? new { error = (object)new { code, message, status } } : new { error = (object)new { code, message, status, details } }, statusCode: code);

    private static string NewId() => Guid.NewGuid().ToString("N")[..22];
}

/// <summary>A model of the double.</summary>
/// <param name="Ratios">Its shapes.</param>
/// <param name="Tokens">What a picture of each size counts as.</param>
internal sealed record GeminiModel(string[] Ratios, Dictionary<string, int> Tokens);

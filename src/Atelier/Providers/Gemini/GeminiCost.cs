// What a picture cost, from the tokens that Gemini counted and the prices of the catalogue.
using System.Text.Json;

namespace Atelier.Providers.Gemini;

internal static class GeminiCost
{
    private const decimal Million = 1_000_000;

    /// <summary>The cost in US dollars, or null where the counts or the prices are not complete.</summary>
    public static decimal? Of(JsonElement usage, IReadOnlyDictionary<string, decimal> prices)
    {
        if (Count(usage, "promptTokenCount") is not { } asked || Count(usage, "candidatesTokenCount") is not { } answered
            || Images(usage, "candidatesTokensDetails") is not { } painted
            || !prices.TryGetValue("text_in", out var textIn) || !prices.TryGetValue("text_out", out var textOut) || !prices.TryGetValue("image_out", out var imageOut))
            return null;
        var given = Images(usage, "promptTokensDetails") ?? 0;
        var words = Math.Max(0, answered - painted) + (Count(usage, "thoughtsTokenCount") ?? 0);
        var input = Math.Max(0, asked - given) * textIn + given * prices.GetValueOrDefault("image_in", textIn);
        return (input + words * textOut + painted * imageOut) / Million;
    }

    private static decimal? Images(JsonElement usage, string field) =>
        usage.At(field).ValueKind != JsonValueKind.Array
            ? null
            : usage.At(field).Items().Where(detail => detail.At("modality").Text() == "IMAGE").Sum(detail => Count(detail, "tokenCount") ?? 0);

    private static decimal? Count(JsonElement element, string field) => element.At(field).Number() is { } number and >= 0 and < 1e12 ? (decimal)number : null;
}

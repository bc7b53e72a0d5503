// Reads what an images endpoint answers, as OpenAI and its kin write it: a list of pictures as base64 or as addresses, and what was used.
using System.Text.Json;
using Atelier.Vips;

namespace Atelier.Providers;

/// <summary>From <c>{"data":[{"b64_json"} | {"url"}],"usage":{…}}</c> to pictures.</summary>
public static class ImagesAnswer
{
    // A prediction's id may be no longer.
    private const int LongestId = 1_000;

    /// <summary>The pictures of an answer, or null where it holds none that can be read.</summary>
    /// <param name="http">The way out.</param>
    /// <param name="endpoint">The provider.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="title">The provider's title.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<ProviderAnswer?> ReadAsync(
        ProviderHttp http, ProviderEndpoint endpoint, JsonElement answer, PaintRequest request, string title, CancellationToken cancellationToken)
    {
        var items = answer.At("data").Items().ToList();
        if (items.Count == 0)
            return null;
        if (items.Select(item => Decoded(item, answer, request)).OfType<PaintedImage>().ToList() is var pictures && pictures.Count == items.Count)
            return new ProviderAnswer.Painted(pictures) { Cost = CostOf(answer.At("usage"), request.TokenPrices) };
        var addresses = items.Select(item => AddressOf(item, endpoint)).OfType<string>().ToList();
        return addresses.Count == items.Count ? await FetchAsync(http, endpoint, string.Join(' ', addresses), title, cancellationToken) : null;
    }

    /// <summary>
    /// Fetches pictures by their addresses, joined by spaces. An engine that paints at once has no predictions: of a picture that is paid for and
    /// does not come, the addresses themselves are what is asked for again.
    /// </summary>
    public static async Task<ProviderAnswer> FetchAsync(
        ProviderHttp http, ProviderEndpoint endpoint, string addresses, string title, CancellationToken cancellationToken) =>
        await PictureFetch.AllAsync(http, endpoint, addresses.Split(' '), addresses, title, cancellationToken) switch
        {
            ProviderAnswer.Pending { ExternalId.Length: > LongestId } lost =>
                new ProviderAnswer.Failed(Failures.Of(FailureKind.OutcomeUnknown, title, $"the picture could not be fetched from {lost.ExternalId[..LongestId]}")),
            var answer => answer,
        };

    /// <summary>What was used, in US dollars; null where the answer or the catalogue does not say.</summary>
    /// <param name="usage">The answer's <c>usage</c>.</param>
    /// <param name="prices">US dollars for a million tokens by kind; see <see cref="PaintRequest.TokenPrices"/>.</param>
    public static decimal? CostOf(JsonElement usage, IReadOnlyDictionary<string, decimal> prices)
    {
        if (!prices.TryGetValue("image_out", out var perPainted) || usage.At("output_tokens").Number() is not { } painted)
            return null;
        var images = usage.At("input_tokens_details", "image_tokens").Number() ?? 0;
        var text = usage.At("input_tokens_details", "text_tokens").Number() ?? Math.Max(0, (usage.At("input_tokens").Number() ?? 0) - images);
        var input = Tokens(text) * prices.GetValueOrDefault("text_in") + Tokens(images) * prices.GetValueOrDefault("image_in");
        return (input + Tokens(painted) * perPainted) / 1_000_000;
    }

    private static PaintedImage? Decoded(JsonElement item, JsonElement answer, PaintRequest request)
    {
        var text = item.At("b64_json").Text();
        if (text is null)
            return null;
        var named = (answer.At("output_format").Text() ?? "") is { Length: > 0 } format ? $"image/{format}" : request.Format.ContentType();
        if (DataUrl.TryRead(text, out var type, out var bytes))
            return new PaintedImage(bytes, type, Seed: null);
        return DataUrl.TryDecode(text, out bytes) ? new PaintedImage(bytes, named, Seed: null) : null;
    }

    // Servers at home name a path under themselves.
    private static string? AddressOf(JsonElement item, ProviderEndpoint endpoint) =>
        item.At("url").Text() is { Length: > 0 } text && Uri.TryCreate(endpoint.BaseUrl, text, out var address) ? address.AbsoluteUri : null;

    private static decimal Tokens(double count) => (decimal)Math.Clamp(count, 0, 1e9);
}

// Fetches the pictures of a prediction that is done, at once: their addresses expire.
using Atelier.Vips;

namespace Atelier.Providers;

/// <summary>From addresses to pictures.</summary>
public static class PictureFetch
{
    /// <summary>Fetches every address. One that cannot be had now is looked for again later.</summary>
    /// <param name="http">The way out.</param>
    /// <param name="endpoint">The provider.</param>
    /// <param name="addresses">Where the pictures are, at least one.</param>
    /// <param name="externalId">The prediction, to be asked again.</param>
    /// <param name="title">The provider's title.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<ProviderAnswer> AllAsync(
        ProviderHttp http, ProviderEndpoint endpoint, IEnumerable<string> addresses, string externalId, string title, CancellationToken cancellationToken)
    {
        var pictures = new List<PaintedImage>();
        foreach (var address in addresses)
        {
            switch (await http.FetchAsync(endpoint, address, cancellationToken))
            {
                // What stands in between may answer in the provider's place with a page of its own: that is no picture, and no reason to paint another.
                case ProviderReply.Answered { Ok: true } answered when ImageFormats.Sniff(answered.Body.Span) is not null:
                    pictures.Add(new PaintedImage(answered.Body, answered.ContentType, Seed: null));
                    break;
                case ProviderReply.Forbidden forbidden:
                    return new ProviderAnswer.Failed(Failures.Of(FailureKind.Permanent, title, forbidden.Why, because: "its picture is at a place that may not be asked") with { Painted = true });
                case ProviderReply.TooLarge large:
                    return new ProviderAnswer.Failed(Failures.Of(FailureKind.Permanent, title, $"the picture is larger than {large.Limit} bytes", because: "its picture is too large") with { Painted = true });
                // The picture is painted and paid for: it is asked for again, perhaps under a fresh address, for as long as predictions are waited for.
                default:
                    return new ProviderAnswer.Pending(externalId);
            }
        }
        return new ProviderAnswer.Painted(pictures);
    }
}

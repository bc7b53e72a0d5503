// The words and media types of picture formats.
using Atelier.Providers;

namespace Atelier.Generating;

/// <summary>Translates between a format, its word in requests and its media type.</summary>
public static class OutputFormats
{
    /// <summary>The format of that word.</summary>
    /// <exception cref="FormatException">There is no such format.</exception>
    public static OutputFormat Parse(string word) => word switch
    {
        "webp" => OutputFormat.Webp,
        "png" => OutputFormat.Png,
        "jpeg" => OutputFormat.Jpeg,
        "avif" => OutputFormat.Avif,
        "svg" => OutputFormat.Svg,
        _ => throw new FormatException($"'{word}' is not an output format."),
    };

    /// <summary>The media type of a format's word.</summary>
    public static string ContentType(string word) => word == "svg" ? "image/svg+xml" : $"image/{word}";

    /// <summary>The usual file extension of a media type, without the dot.</summary>
    public static string Extension(string contentType) => contentType switch
    {
        "image/webp" => "webp",
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "image/avif" => "avif",
        "image/svg+xml" => "svg",
        _ => "bin",
    };
}

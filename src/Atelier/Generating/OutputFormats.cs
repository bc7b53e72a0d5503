// The words for picture formats in requests and tables.
using Atelier.Vips;

namespace Atelier.Generating;

/// <summary>Reads the word of an output format.</summary>
public static class OutputFormats
{
    /// <summary>The format of that word: webp, png, jpeg, avif or svg.</summary>
    /// <exception cref="FormatException">There is no such output format.</exception>
    public static ImageFormat Parse(string word) => word switch
    {
        "webp" => ImageFormat.Webp,
        "png" => ImageFormat.Png,
        "jpeg" => ImageFormat.Jpeg,
        "avif" => ImageFormat.Avif,
        "svg" => ImageFormat.Svg,
        _ => throw new FormatException($"'{word}' is not an output format."),
    };
}

// Where a page of a list ended, as an opaque text: a place in the order, not a count, so that new generations shift nothing.
using System.Buffers.Text;
using System.Text;
using Atelier.Generating;

namespace Atelier.Web.Endpoints;

internal static class PageCursor
{
    private const string Prefix = "before:";

    public static string After(Generation last) => After(last.Id);

    public static string After(string id) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(Prefix + id));

    /// <summary>The id that the text stands for, or null where it is not a cursor.</summary>
    public static string? Parse(string text)
    {
        Span<byte> bytes = stackalloc byte[64];
        if (text.Length > 64 || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out var length))
            return null;
        var decoded = Encoding.ASCII.GetString(bytes[..length]);
        if (!decoded.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        var id = decoded[Prefix.Length..];
        return GenerationIds.IsLegal(id) ? id : null;
    }
}

internal static class GenerationIds
{
    /// <summary>Whether a text could be the id of a generation or a batch: 32 lower-case hex digits.</summary>
    public static bool IsLegal(string text) => text.Length == 32 && text.All(char.IsAsciiHexDigitLower);
}

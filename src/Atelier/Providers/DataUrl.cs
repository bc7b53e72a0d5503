// Reads the addresses that carry their own content (RFC 2397), as several engines answer with.
using System.Buffers.Text;

namespace Atelier.Providers;

/// <summary><c>data:</c> URLs with base64 content.</summary>
public static class DataUrl
{
    /// <summary>Reads one. False where the text is something else or its base64 is broken.</summary>
    public static bool TryRead(string text, out string contentType, out byte[] bytes)
    {
        (contentType, bytes) = ("", []);
        if (!text.StartsWith("data:", StringComparison.OrdinalIgnoreCase) || text.IndexOf(',', StringComparison.Ordinal) is var comma && comma < 0)
            return false;
        var head = text[5..comma].Split(';');
        if (!head.Contains("base64", StringComparer.OrdinalIgnoreCase) || !TryDecode(text.AsSpan(comma + 1), out bytes))
            return false;
        contentType = head[0].ToLowerInvariant();
        return true;
    }

    /// <summary>Decodes base64. False where it is broken or empty.</summary>
    public static bool TryDecode(ReadOnlySpan<char> base64, out byte[] bytes)
    {
        bytes = [];
        if (!Base64.IsValid(base64, out var length) || length == 0)
            return false;
        bytes = new byte[length];
        return Convert.TryFromBase64Chars(base64, bytes, out var written) && written == length;
    }
}

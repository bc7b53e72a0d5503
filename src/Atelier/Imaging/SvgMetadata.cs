// Puts a metadata element first into an SVG's root and leaves every other byte as it is; a pure function.
using System.Buffers;
using System.Text;

namespace Atelier.Imaging;

internal static class SvgMetadata
{
    private static readonly SearchValues<byte> NameEnds = SearchValues.Create(" \t\r\n/>"u8);

    public static byte[]? Embed(ReadOnlySpan<byte> svg, PictureStory story)
    {
        var start = RootTag(svg);
        var end = start < 0 ? -1 : TagEnd(svg, start);
        if (end < 0)
            return null;

        var metadata = Encoding.UTF8.GetBytes($"<metadata>{XmpPacket.Of(story, ParametersText.Of(story)).ToXml()}</metadata>");
        return svg[end - 1] == '/' && RootName(svg[start..]) is var name
            ? [.. svg[..(end - 1)], .. ">"u8, .. metadata, .. "</"u8, .. name, .. svg[end..]]
            : [.. svg[..(end + 1)], .. metadata, .. svg[(end + 1)..]];
    }

    // Where the root's start tag begins: past the declaration, comments and instructions.
    private static int RootTag(ReadOnlySpan<byte> svg)
    {
        for (var at = svg.IndexOf((byte)'<'); at >= 0 && at + 1 < svg.Length;)
        {
            var end = svg[at..].StartsWith("<!--"u8) ? svg[at..].IndexOf("-->"u8)
                : svg[at..].StartsWith("<?"u8) ? svg[at..].IndexOf("?>"u8)
                : svg[at + 1] == '!' ? -1 : 0;
            if (end == 0)
                return at;
            if (end < 0)
                return -1;
            var next = svg[(at + end)..].IndexOf((byte)'<');
            at = next < 0 ? -1 : at + end + next;
        }

        return -1;
    }

    // The position of the tag's closing '>', which inside quotes is plain text.
    private static int TagEnd(ReadOnlySpan<byte> svg, int start)
    {
        var quote = (byte)0;
        for (var at = start; at < svg.Length; at++)
        {
            var letter = svg[at];
            if (quote != 0)
                quote = letter == quote ? (byte)0 : quote;
            else if (letter is (byte)'"' or (byte)'\'')
                quote = letter;
            else if (letter == '>')
                return at;
        }

        return -1;
    }

    private static ReadOnlySpan<byte> RootName(ReadOnlySpan<byte> tag) => tag[1..tag.IndexOfAny(NameEnds)];
}

// Puts text chunks behind a PNG's header and leaves every other chunk as it is; a pure function.
using System.Text;

namespace Atelier.Imaging;

internal static class PngMetadata
{
    private const string ParametersKeyword = "parameters";
    private const string XmpKeyword = "XML:com.adobe.xmp";

    public static byte[]? Embed(ReadOnlySpan<byte> png, PictureStory story)
    {
        if (PngChunks.Read(png) is not { } chunks)
            return null;
        using var output = new MemoryStream(png.Length + 4096);
        output.Write(png[..PngChunks.SignatureBytes]);
        foreach (var chunk in chunks)
        {
            if (!IsReplaced(chunk, png))
                output.Write(png[chunk.Start..chunk.End]);
            if (!chunk.Is("IHDR"u8))
                continue;
            PngChunks.Write(output, "iTXt"u8, Text(ParametersKeyword, Encoding.UTF8.GetBytes(ParametersText.Of(story))));
            PngChunks.Write(output, "iTXt"u8, Text(XmpKeyword, XmpPacket.Of(story).ToBytes()));
        }

        return output.ToArray();
    }

    // A picture tells one story: what an engine wrote under the same keywords gives way.
    private static bool IsReplaced(PngChunk chunk, ReadOnlySpan<byte> png)
    {
        if (!chunk.Is("iTXt"u8) && !chunk.Is("tEXt"u8) && !chunk.Is("zTXt"u8))
            return false;
        var data = png.Slice(chunk.DataStart, chunk.DataLength);
        return data.StartsWith("parameters\0"u8) || data.StartsWith("XML:com.adobe.xmp\0"u8);
    }

    // keyword 0, not compressed, method 0, no language 0, no translated keyword 0, text
    private static byte[] Text(string keyword, byte[] text) => [.. Encoding.ASCII.GetBytes(keyword), 0, 0, 0, 0, 0, .. text];
}

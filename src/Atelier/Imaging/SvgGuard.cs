// Lets only still, self-contained SVG pass: no scripts, no events, nothing fetched from outside; it reads, and writes nothing.
using System.Collections.Frozen;
using System.Text;
using System.Xml;
using Atelier.Vips;

namespace Atelier.Imaging;

/// <summary>Checks an SVG before it is drawn, stored or shown. An allow-list: what is not known to be harmless is refused.</summary>
internal sealed class SvgGuard
{
    private const string SvgNamespace = "http://www.w3.org/2000/svg";
    private const string OutsideReference = "The SVG refers to something outside itself.";
    private const int MaxDepth = 64;

    private static readonly FrozenSet<string> Elements = FrozenSet.ToFrozenSet(
    [
        "svg", "g", "defs", "symbol", "use", "title", "desc", "metadata", "style", "switch", "view",
        "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "textPath", "image",
        "linearGradient", "radialGradient", "stop", "pattern", "clipPath", "mask", "marker", "filter",
        "feBlend", "feColorMatrix", "feComponentTransfer", "feComposite", "feConvolveMatrix", "feDiffuseLighting", "feDisplacementMap",
        "feDistantLight", "feDropShadow", "feFlood", "feFuncA", "feFuncB", "feFuncG", "feFuncR", "feGaussianBlur", "feMerge",
        "feMergeNode", "feMorphology", "feOffset", "fePointLight", "feSpecularLighting", "feSpotLight", "feTile", "feTurbulence",
    ], StringComparer.Ordinal);

    // Elements of these vocabularies act when a browser shows the file; all other foreign ones are inert notes of editors.
    private static readonly FrozenSet<string> ActiveNamespaces = FrozenSet.ToFrozenSet(
    [
        "", "http://www.w3.org/1999/xhtml", "http://www.w3.org/1998/Math/MathML", "http://www.w3.org/2001/xml-events",
        "http://www.w3.org/1999/XSL/Transform", "http://www.w3.org/2001/XInclude",
    ], StringComparer.Ordinal);

    private static readonly FrozenSet<string> RasterData = FrozenSet.ToFrozenSet(
        ["data:image/png;base64", "data:image/jpeg;base64", "data:image/webp;base64", "data:image/gif;base64"],
        StringComparer.OrdinalIgnoreCase);

    private static readonly string[] FetchingWords = ["@import", "image-set(", "src(", "javascript:", "expression("];

    private readonly ImageLimits limits;
    private readonly SvgReferences references;
    private readonly StringBuilder style = new();
    private long embeddedPixels;

    private SvgGuard(ImageLimits limits)
    {
        this.limits = limits;
        references = new SvgReferences(limits.MaxSvgElements);
    }

    /// <summary>Null when the SVG is harmless, else the reason of the refusal.</summary>
    public static Inspection.Rejected? Check(ReadOnlySpan<byte> svg, ImageLimits limits) =>
        svg.Length > limits.MaxSvgBytes
            ? ImageInspector.Reject(RejectionCodes.TooManyBytes,
                $"The SVG has {svg.Length} bytes; at most {limits.MaxSvgBytes} are allowed.")
            : new SvgGuard(limits).Check(svg.ToArray());

    private Inspection.Rejected? Check(byte[] svg)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = limits.MaxSvgBytes,
        };
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(svg, writable: false), settings);
            while (reader.Read())
            {
                if (reader.Depth > MaxDepth)
                    return ImageInspector.Reject(RejectionCodes.SvgTooComplex, $"The SVG nests deeper than {MaxDepth} levels.");
                if (CheckNode(reader) is { } reason)
                    return ImageInspector.Reject(RejectionCodes.SvgUnsafe, reason);
            }
        }
        catch (XmlException e)
        {
            return ImageInspector.Reject(RejectionCodes.Unreadable,
                $"The SVG is not well-formed XML, or it declares a document type: {e.Message}");
        }

        return references.Refusal();
    }

    private string? CheckNode(XmlReader reader)
    {
        switch (reader.NodeType)
        {
            case XmlNodeType.XmlDeclaration:
                return reader.GetAttribute("encoding") is { } encoding && !encoding.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
                    ? "The SVG is not in UTF-8."
                    : null;
            case XmlNodeType.ProcessingInstruction:
                return $"The SVG holds a processing instruction '{reader.Name}'.";
            case XmlNodeType.Element:
                return CheckElement(reader);
            case XmlNodeType.EndElement:
                return CloseElement();
            case XmlNodeType.Text or XmlNodeType.CDATA when references.InStyle:
                style.Append(reader.Value); // comments may split a word that the browser joins again: judged as a whole at the end
                return null;
            default:
                return null;
        }
    }

    private string? CheckElement(XmlReader reader)
    {
        var name = reader.LocalName;
        var isSvg = reader.NamespaceURI == SvgNamespace;
        if (reader.Depth == 0 && !(isSvg && name == "svg"))
            return "The root element is not svg.";
        if (isSvg ? !Elements.Contains(name) : ActiveNamespaces.Contains(reader.NamespaceURI))
            return $"The SVG holds an element '{reader.Name}', which is not part of a still picture.";

        references.Open(isSvg ? name : "", reader.GetAttribute("id"));
        var isEmpty = reader.IsEmptyElement;
        while (reader.MoveToNextAttribute())
        {
            if (CheckAttribute(reader, name) is { } reason)
                return reason;
        }

        return isEmpty ? CloseElement() : null;
    }

    private string? CloseElement()
    {
        var reason = references.InStyle ? CheckStyle(style.ToString()) : null;
        if (references.InStyle)
            style.Clear();
        references.Close();
        return reason;
    }

    private string? CheckAttribute(XmlReader reader, string element)
    {
        var name = reader.LocalName;
        if (reader.Prefix == "xmlns" || reader.Name == "xmlns")
            return null;
        if (name.StartsWith("on", StringComparison.OrdinalIgnoreCase) || name.Equals("base", StringComparison.OrdinalIgnoreCase))
            return $"The SVG holds an attribute '{reader.Name}'.";
        if (name.Equals("href", StringComparison.OrdinalIgnoreCase) || name.Equals("src", StringComparison.OrdinalIgnoreCase))
            return CheckReference(reader.Value.Trim(), element);
        return CheckStyle(reader.Value);
    }

    private string? CheckReference(string target, string element)
    {
        if (!target.StartsWith('#'))
            return element == "image" ? CheckEmbedded(target) : OutsideReference;
        references.Refer(target[1..]);
        return null;
    }

    // An embedded raster picture is as suspicious as any other: its size is read before the renderer may unpack it.
    private string? CheckEmbedded(string target)
    {
        var comma = target.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0 || !RasterData.Contains(target[..comma]))
            return OutsideReference;
        var bytes = new byte[target.Length - comma];
        if (!Convert.TryFromBase64Chars(target.AsSpan(comma + 1), bytes, out var length)
            || ImageFormats.Sniff(bytes.AsSpan(0, length)) is not { } format || format == ImageFormat.Svg)
            return "The SVG embeds something that is not a picture.";

        var header = VipsImage.ReadHeader(bytes.AsSpan(0, length), format);
        embeddedPixels += (long)header.Width * header.Height;
        return embeddedPixels > limits.MaxPixels ? $"The SVG embeds pictures of more than {limits.MaxPixels} pixels." : null;
    }

    // Holds for style sheets, style attributes and presentation attributes alike: whatever could fetch is refused, local url(#…) pass.
    private string? CheckStyle(string css)
    {
        if (FetchingWords.Any(word => css.Contains(word, StringComparison.OrdinalIgnoreCase)))
            return "The SVG's styles import or run something.";
        if (css.Contains('\\') && (references.InStyle || css.Contains('(')))
            return "The SVG's styles hold escapes, which could hide a reference.";

        for (var at = NextUrl(css, 0); at >= 0; at = NextUrl(css, at + 4))
        {
            var target = css.AsSpan(at + 4).TrimStart().TrimStart("'\"");
            if (!target.StartsWith("#"))
                return OutsideReference;
            var end = target.IndexOfAny("'\") ");
            references.Refer((end < 0 ? target[1..] : target[1..end]).ToString());
        }

        return null;
    }

    private static int NextUrl(string css, int from) => css.IndexOf("url(", from, StringComparison.OrdinalIgnoreCase);
}

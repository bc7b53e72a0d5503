// The XMP text of a picture: who made it by which kind of means, and from which prompt; a pure function.
using System.Text;
using System.Xml;

namespace Atelier.Imaging;

/// <summary>What one packet holds; a part that is null is left out.</summary>
internal sealed record XmpPacket
{
    private const string Rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
    private const string Meta = "adobe:ns:meta/";
    private const string Iptc = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";
    private const string Xmp = "http://ns.adobe.com/xap/1.0/";
    private const string Dc = "http://purl.org/dc/elements/1.1/";
    private const string Exif = "http://ns.adobe.com/exif/1.0/";
    private const string Note = "http://ns.adobe.com/xmp/note/";
    private const string SourceTypes = "http://cv.iptc.org/newscodes/digitalsourcetype/";

    public string? DigitalSourceType { get; init; }

    public string? CreatorTool { get; init; }

    public string? Description { get; init; }

    public string? UserComment { get; init; }

    public string? ExtendedBy { get; init; }

    /// <summary>Everything the story allows; <paramref name="parameters"/> only where the container has no other place for them.</summary>
    public static XmpPacket Of(PictureStory story, string? parameters = null) => new()
    {
        DigitalSourceType = SourceTypes + (story.SourceType == SourceType.Algorithm ? "algorithmicMedia" : "trainedAlgorithmicMedia"),
        CreatorTool = story.Software,
        Description = story.Prompt is { } prompt ? SafeText.Lines(prompt) : null,
        UserComment = parameters,
    };

    /// <summary>The packet between its <c>xpacket</c> marks, UTF-8.</summary>
    public byte[] ToBytes() =>
        Encoding.UTF8.GetBytes($"<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>{ToXml()}<?xpacket end=\"w\"?>");

    /// <summary>The <c>x:xmpmeta</c> element alone.</summary>
    public string ToXml()
    {
        var text = new StringBuilder();
        var settings = new XmlWriterSettings { OmitXmlDeclaration = true, NewLineHandling = NewLineHandling.Entitize };
        using (var xml = XmlWriter.Create(text, settings))
        {
            xml.WriteStartElement("x", "xmpmeta", Meta);
            xml.WriteStartElement("rdf", "RDF", Rdf);
            xml.WriteStartElement("rdf", "Description", Rdf);
            xml.WriteAttributeString("rdf", "about", Rdf, "");
            Write(xml, "Iptc4xmpExt", "DigitalSourceType", Iptc, DigitalSourceType);
            Write(xml, "xmp", "CreatorTool", Xmp, CreatorTool);
            Write(xml, "xmpNote", "HasExtendedXMP", Note, ExtendedBy);
            WriteLanguages(xml, "dc", "description", Dc, Description);
            WriteLanguages(xml, "exif", "UserComment", Exif, UserComment);
        }

        return text.ToString();
    }

    private static void Write(XmlWriter xml, string prefix, string name, string vocabulary, string? value)
    {
        if (value is not null)
            xml.WriteElementString(prefix, name, vocabulary, value);
    }

    private static void WriteLanguages(XmlWriter xml, string prefix, string name, string vocabulary, string? value)
    {
        if (value is null)
            return;
        xml.WriteStartElement(prefix, name, vocabulary);
        xml.WriteStartElement("rdf", "Alt", Rdf);
        xml.WriteStartElement("rdf", "li", Rdf);
        xml.WriteAttributeString("xml", "lang", ns: null, "x-default");
        xml.WriteString(value);
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
    }
}

// What an SVG may not bring with it, one line for each trick; and what it may.
using System.Text;
using Atelier.Imaging;
using Atelier.Vips;

namespace Atelier.Tests.Imaging;

public sealed class SvgGuardTests
{
    private static readonly ImageLimits Limits = new() { AllowSvg = true };

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<rect onload='alert(1)' width='9' height='9'/>")]
    [InlineData("<rect ONCLICK='alert(1)' width='9' height='9'/>")]
    [InlineData("<foreignObject><div xmlns='http://www.w3.org/1999/xhtml'>x</div></foreignObject>")]
    [InlineData("<metadata><s:script xmlns:s='http://www.w3.org/1999/xhtml'>alert(1)</s:script></metadata>")]
    [InlineData("<a href='javascript:alert(1)'><rect width='9' height='9'/></a>")]
    [InlineData("<use href='https://evil.example/x.svg#a'/>")]
    [InlineData("<use xlink:href='file:///etc/passwd#a'/>")]
    [InlineData("<image href='http://169.254.169.254/latest/meta-data'/>")]
    [InlineData("<image href='/etc/passwd'/>")]
    [InlineData("<image href='data:image/svg+xml;base64,PHN2Zy8+'/>")]
    [InlineData("<image href='data:text/html;base64,PHN2Zy8+'/>")]
    [InlineData("<image href='data:image/png;base64,bm90IGEgcG5n'/>")]
    [InlineData("<rect fill='url(https://evil.example/#a)' width='9' height='9'/>")]
    [InlineData("<rect style='fill: url( \"//evil.example/a\" )' width='9' height='9'/>")]
    [InlineData("<style>@import 'https://evil.example/a.css';</style>")]
    [InlineData("<style>@im<!-- a comment -->port '//evil.example/a.css';</style>")]
    [InlineData("<style>rect { fill: ur<![CDATA[l(//evil.example/a)]]> }</style>")]
    [InlineData("<style>rect { fill: \\75rl(//evil.example/a) }</style>")]
    [InlineData("<style>@font-face { font-family: a; src: url(https://evil.example/a.woff) }</style>")]
    [InlineData("<style>rect { background: image-set('https://evil.example/a.png' 1x) }</style>")]
    [InlineData("<animate attributeName='href' to='javascript:alert(1)'/>")]
    [InlineData("<set attributeName='onload' to='alert(1)'/>")]
    [InlineData("<g xml:base='https://evil.example/'/>")]
    [InlineData("<iframe src='https://evil.example/'/>")]
    [InlineData("<?xml-stylesheet href='https://evil.example/a.css'?>")]
    [InlineData("<h:iframe xmlns:h='' />", true)]
    public void An_svg_that_acts_or_fetches_is_refused(string content, bool malformed = false) =>
        Code(Wrap(content)).ShouldBe(malformed ? RejectionCodes.Unreadable : RejectionCodes.SvgUnsafe);

    [Theory]
    [InlineData("<!DOCTYPE svg [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><svg xmlns='http://www.w3.org/2000/svg'>&a;</svg>")]
    [InlineData("<!DOCTYPE svg [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]><svg xmlns='http://www.w3.org/2000/svg'>&b;</svg>")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'><g></svg>")]
    public void A_document_type_or_broken_xml_is_refused(string svg) => Code(svg).ShouldBe(RejectionCodes.Unreadable);

    [Theory]
    [InlineData("<?xml version='1.0' encoding='iso-8859-1'?><svg xmlns='http://www.w3.org/2000/svg'/>")]
    [InlineData("<html xmlns='http://www.w3.org/1999/xhtml'><svg/></html>")]
    [InlineData("<svg><rect/></svg>")]
    public void Another_root_or_another_encoding_is_refused(string svg) => Code(svg).ShouldBe(RejectionCodes.SvgUnsafe);

    [Fact]
    public void References_that_unfold_into_millions_of_shapes_are_refused()
    {
        var svg = new StringBuilder("<g id='a0'><rect width='9' height='9'/></g>");
        for (var i = 1; i < 20; i++)
            svg.Append($"<g id='a{i}'>").Insert(svg.Length, $"<use href='#a{i - 1}'/>", 10).Append("</g>");
        Code(Wrap(svg.ToString())).ShouldBe(RejectionCodes.SvgTooComplex);
    }

    [Theory]
    [InlineData("<g id='a'><use href='#a'/></g>")]
    [InlineData("<pattern id='a'><rect fill='url(#b)'/></pattern><pattern id='b'><rect fill='url(#a)'/></pattern>")]
    public void References_in_a_circle_are_refused(string content) => Code(Wrap(content)).ShouldBe(RejectionCodes.SvgTooComplex);

    [Fact]
    public void Deep_nesting_is_refused() =>
        Code(Wrap(string.Concat(Enumerable.Repeat("<g>", 100_000)))).ShouldBe(RejectionCodes.SvgTooComplex);

    [Fact]
    public void An_embedded_picture_may_be_no_bomb()
    {
        var bomb = Convert.ToBase64String(Samples.PngHeader(30_000, 30_000));
        Code(Wrap($"<image width='9' height='9' href='data:image/png;base64,{bomb}'/>")).ShouldBe(RejectionCodes.SvgUnsafe);
    }

    [Fact]
    public void A_giant_canvas_is_refused() =>
        Code("<svg xmlns='http://www.w3.org/2000/svg' width='30000' height='30000'><rect width='9' height='9'/></svg>")
            .ShouldBe(RejectionCodes.TooManyPixels);

    [Fact]
    public void A_still_self_contained_drawing_passes()
    {
        var png = Convert.ToBase64String(Samples.File(ImageFormat.Png, 32, 32));
        var svg = Wrap(
            "<!-- drawn --><title>A thing</title><metadata><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/></metadata>" +
            "<style>.a { fill: url(#g); font-family: sans-serif }</style>" +
            "<defs><linearGradient id='g'><stop offset='1' stop-color='red'/></linearGradient>" +
            "<symbol id='s' viewBox='0 0 9 9'><path d='M0 0L9 9Z' class='a'/></symbol>" +
            "<filter id='f'><feGaussianBlur stdDeviation='2'/></filter></defs>" +
            "<use href='#s' width='40' height='40'/><use xlink:href='#s' x='40' width='40' height='40' filter=\"url('#f')\"/>" +
            $"<image x='50' y='50' width='32' height='32' href='data:image/png;base64,{png}'/><text x='9' y='90'>Grüße</text>");
        using var accepted = ImageInspector.Inspect(Encoding.UTF8.GetBytes(svg), Limits).ShouldBeOfType<Inspection.Accepted>();
        (accepted.Facts.Width, accepted.Facts.Height).ShouldBe((100, 100));
    }

    private static string Wrap(string content) =>
        $"<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' width='100' height='100'>{content}</svg>";

    private static string Code(string svg)
    {
        var inspection = ImageInspector.Inspect(Encoding.UTF8.GetBytes(svg), Limits);
        (inspection as IDisposable)?.Dispose();
        return inspection.ShouldBeOfType<Inspection.Rejected>().Code;
    }
}

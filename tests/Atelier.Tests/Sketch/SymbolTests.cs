// The symbols as data: each obeys the format, and there are enough of them.
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Atelier.Providers.Sketch;

namespace Atelier.Tests.Sketch;

public sealed partial class SymbolTests
{
    private static readonly HashSet<string> s_elements = ["g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon"];
    private static readonly HashSet<string> s_attributes =
    [
        "d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "width", "height", "points", "transform", "fill",
            "fill-opacity", "fill-rule",
        "stroke", "stroke-width", "stroke-opacity", "stroke-linecap", "stroke-linejoin", "stroke-dasharray", "stroke-miterlimit", "opacity",
    ];

    private static readonly HashSet<string> s_slots =
        ["{main}", "{main-dark}", "{main-light}", "{accent}", "{accent-dark}", "{accent-light}", "{line}", "{skin}", "{hair}"];

    public static TheoryData<string> Files() =>
        [.. typeof(Symbol).Assembly.GetManifestResourceNames()
            .Where(n => n.EndsWith(".svg", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_symbol_obeys_the_format(string resource)
    {
        var root = Read(resource);
        root.Attribute("viewBox").ShouldNotBeNull().Value.Split(' ').Length.ShouldBe(4);
        foreach (var element in root.Descendants())
        {
            s_elements.ShouldContain(element.Name.LocalName);
            foreach (var attribute in element.Attributes().Where(a => !a.IsNamespaceDeclaration))
                s_attributes.ShouldContain(attribute.Name.LocalName);
            foreach (var paint in element.Attributes().Where(a => a.Name.LocalName is "fill" or "stroke"))
                (s_slots.Contains(paint.Value) || paint.Value == "none" || Hex().IsMatch(paint.Value)).ShouldBeTrue(paint.Value);
        }

        root.Descendants().Count().ShouldBeInRange(1, 200);
    }

    [Fact]
    public void Every_symbol_parses_and_has_a_height_and_a_noun()
    {
        foreach (var symbol in Studio.Shelf.Symbols)
        {
            symbol.Nouns.ShouldNotBeEmpty(symbol.Name);
            symbol.Metres.ShouldBeInRange(0.001, 2000, symbol.Name);
            symbol.Aspect.ShouldBeInRange(0.05, 20, symbol.Name);
        }
    }

    [Fact]
    public void There_are_more_than_a_hundred_symbols() => Studio.Shelf.Symbols.Count.ShouldBeGreaterThan(100);

    [Theory]
    [InlineData("cat")]
    [InlineData("dogs")]
    [InlineData("bicycle")]
    [InlineData("bike")]
    [InlineData("fire truck")]
    [InlineData("house")]
    [InlineData("guitar")]
    [InlineData("sunflower")]
    [InlineData("mice")]
    public void Common_nouns_are_found(string noun) => Studio.Shelf.Find(noun).ShouldNotBeNull();

    [Fact]
    public void A_slot_takes_the_colour_it_is_given()
    {
        var symbol = Studio.Shelf.Symbols.First(s => s.Shapes.Contains("{main}", StringComparison.Ordinal));
        var coloured = symbol.Coloured(_ => Colour.Parse("#123456"), c => c);
        coloured.ShouldContain("#123456");
        coloured.ShouldNotContain("{");
    }

    [Fact]
    public void At_least_twenty_settings_are_known_and_each_can_be_painted()
    {
        Studio.Lexicon.Section("settings").Count().ShouldBeGreaterThanOrEqualTo(20);
        Studio.Lexicon.Section("settings").ShouldAllBe(s => Backdrop.All.ContainsKey(s.Key));
    }

    private static XElement Read(string resource)
    {
        using var stream = Assembly.GetAssembly(typeof(Symbol))!.GetManifestResourceStream(resource)!;
        return XDocument.Load(stream).Root!;
    }

    [GeneratedRegex("^#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Hex();
}

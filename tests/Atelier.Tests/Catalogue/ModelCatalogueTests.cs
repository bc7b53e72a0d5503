// The catalogue that ships is sound, and a broken one is refused with the place and the reason.
using Atelier.Catalogue;

namespace Atelier.Tests.Catalogue;

public sealed class ModelCatalogueTests
{
    private const string Minimal = """
        models:
          - id: one
            name: One
            description: A model.
            provider: p
            provider_model: m
            formats: [png]
            sizes: { qualities: { standard: 1000000 } }
        """;

    [Fact]
    public void The_built_in_painter_is_the_default_and_says_that_it_is_no_model()
    {
        var sketch = ModelCatalogue.BuiltIn().Default;
        sketch.Id.ShouldBe("sketch");
        sketch.Kind.ShouldBe(ModelKind.Algorithmic);
        sketch.Description.ShouldContain("not a trained model");
    }

    [Fact]
    public void A_model_is_found_by_its_aliases_whatever_their_case() => ModelCatalogue.BuiltIn().Find("DEFAULT")!.Id.ShouldBe("sketch");

    [Theory]
    [InlineData("name: One", "", "name is missing")]
    [InlineData("formats: [png]", "", "formats is missing")]
    [InlineData("standard: 1000000", "hd: 1", "standard")]
    [InlineData("sizes: {", "sizes: { exact: [12by9],", "12by9")]
    [InlineData("provider: p", "provider: p\n    aliases: [ONE]", "used twice")]
    [InlineData("provider: p", "provider: p\n    price: { usd: 1, tokens: { words: 1 } }", "a kind of token")]
    [InlineData("id: one", "id: one\n    colour: red", "line")]
    [InlineData("formats: [png]", "formats: [png]\n    parameters: { needs_mask: true, max_input_images: 1 }", "goes with mask")]
    [InlineData("id: one", "id: [", "line")]
    public void A_broken_catalogue_is_refused_with_the_reason(string part, string broken, string reason) =>
        Should.Throw<CatalogueException>(() => ModelCatalogue.Parse(Minimal.Replace(part, broken, StringComparison.Ordinal)))
            .Message.ShouldContain(reason);

    [Fact]
    public void A_default_outside_its_range_is_refused() =>
        Should.Throw<CatalogueException>(() => ModelCatalogue.Parse(Minimal + "\n    parameters: { steps: { min: 1, max: 4, default: 9 } }"))
            .Message.ShouldContain("steps");
}

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

    [Fact]
    public void An_operators_file_changes_single_fields_adds_models_and_takes_some_away()
    {
        var catalogue = ModelCatalogue.BuiltIn();
        var before = catalogue.Find("replicate/flux-dev")!;

        catalogue.Overlay("mine.yaml", """
            models:
              - { id: replicate/flux-dev, price: { usd: 0.5 }, parameters: { steps: { default: 12 } } }
              - { id: replicate/flux-schnell, enabled: false }
              - { id: mine, name: Mine, description: Mine., provider: gpu1, provider_model: m, formats: [png], sizes: { qualities: { standard: 1000000 } } }
            """);

        var after = catalogue.Find("replicate/flux-dev")!;
        (after.Price.Usd, after.Parameters.Steps!.Default, after.Parameters.Steps.Max, after.Name).ShouldBe((0.5m, 12, before.Parameters.Steps!.Max, before.Name));
        catalogue.Find("replicate/flux-schnell").ShouldBeNull();
        catalogue.FindAll("flux-schnell").ShouldNotBeEmpty();
        catalogue.Find("mine").ShouldNotBeNull();

        catalogue.RemoveOverlay();
        catalogue.Find("mine").ShouldBeNull();
        catalogue.Find("replicate/flux-dev")!.Price.ShouldBe(before.Price, new SamePrice());
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once_with_its_line_and_the_old_catalogue_stays()
    {
        var catalogue = ModelCatalogue.BuiltIn();

        var broken = Should.Throw<CatalogueException>(() => catalogue.Overlay("mine.yaml", """
            models:
              - id: one
                name: One
                provider: p
                provider_model: m
                formats: [tiff]
                sizes:
                  ratios: ["16-9"]
                  qualities: { standard: many }
              - id: sketch
                price: { per: dozen }
                colour: red
            pictures: []
            """));

        broken.Problems.Select(problem => problem.Line).Distinct().Order().ShouldBe([2, 8, 9, 11, 12, 13]);
        broken.Message.ShouldContain("mine.yaml, line 11: sketch: price: per must be one of image, megapixel, step, token, second");
        catalogue.Find("sketch").ShouldNotBeNull();
    }

    [Fact]
    public void The_cheapest_of_a_shared_name_is_meant_and_the_others_follow()
    {
        var sharing = ModelCatalogue.BuiltIn().FindAll("flux-dev");

        sharing.Count.ShouldBeGreaterThan(2);
        sharing.Select(model => model.PricePerImage).ShouldBeInOrder();
    }

    private sealed class SamePrice : IEqualityComparer<ModelPrice>
    {
        public bool Equals(ModelPrice? x, ModelPrice? y) => x?.Usd == y?.Usd && x?.Per == y?.Per;

        public int GetHashCode(ModelPrice obj) => obj.Usd.GetHashCode();
    }
}

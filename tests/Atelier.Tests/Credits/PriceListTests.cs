// What pictures cost in credits, from the catalogue alone.
using Atelier.Catalogue;
using Atelier.Credits;
using Atelier.Durable;
using Microsoft.Extensions.Logging.Abstractions;

namespace Atelier.Tests.Credits;

public sealed class PriceListTests
{
    private static readonly Database Unused = Database.Open("Data Source=unused.db", TimeProvider.System, NullLoggerFactory.Instance);
    private static readonly PriceList Prices = new(Unused, new CreditOptions { Enabled = true });

    [Theory]
    [InlineData("standard", 1, 1)]
    [InlineData("hd", 4, 4)]
    [InlineData("hd+", 1, 2)]
    [InlineData("4k", 3, 12)]
    public void A_picture_costs_its_models_class_times_its_quality_times_their_count(string quality, int count, long price) =>
        Prices.PriceOf(ModelCatalogue.BuiltIn().Default, quality, count).ShouldBe(price);

    [Fact]
    public void Every_model_on_offer_costs_a_credit_for_each_cent_and_one_at_least()
    {
        foreach (var model in ModelCatalogue.BuiltIn().Models)
            Prices.PriceOf(model, "hd").ShouldBe(Math.Max(1, (long)Math.Ceiling(model.PriceOf("hd") * 100)), model.Id);
    }

    [Theory]
    [InlineData("credits: 7", 7)]
    [InlineData("credits: 0", 0)]
    public void A_catalogue_may_name_a_price(string line, long price) =>
        Prices.PriceOf(Overlaid(line), "standard").ShouldBe(price);

    [Theory]
    [InlineData("credits: -1")]
    [InlineData("credits: 1.5")]
    [InlineData("credits: many")]
    public void A_price_that_is_none_is_refused(string line) =>
        Should.Throw<CatalogueException>(() => Overlaid(line)).Message.ShouldContain("credits must be a whole number from 0 to 100000");

    [Fact]
    public void A_large_size_costs_what_its_quality_does_whatever_quality_was_named()
    {
        var model = ModelCatalogue.BuiltIn().Default;
        Prices.PriceOf(model, "standard", 1024, 1024).ShouldBe(1);
        Prices.PriceOf(model, "standard", 1920, 1920).ShouldBe(2);
        Prices.PriceOf(model, "standard", 3840, 2160).ShouldBe(4);
        Prices.PriceOf(model, "4k", 512, 512).ShouldBe(4);
    }

    private static Model Overlaid(string line)
    {
        var catalogue = ModelCatalogue.BuiltIn();
        catalogue.Overlay("catalogue.yaml", $"models:\n  - id: {catalogue.Default.Id}\n    {line}\n");
        return catalogue.Default;
    }
}

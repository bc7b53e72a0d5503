// Shapes and qualities become legal sizes, for every model that the catalogue knows and for models that it might know.
using Atelier.Catalogue;
using FsCheck;
using FsCheck.Fluent;

namespace Atelier.Tests.Catalogue;

public sealed class SizePlanTests
{
    private static readonly ModelSizes Free = new()
    {
        MultipleOf = 16,
        Min = 256,
        Max = 2048,
        MaxPixels = 2_400_000,
        Qualities = new Dictionary<string, long> { ["standard"] = 1_048_576, ["hd"] = 2_359_296 },
    };

    [Theory]
    [InlineData("1:1", "standard", 1024, 1024)]
    [InlineData("16:9", "standard", 1360, 768)]
    [InlineData("1:1", "hd", 1536, 1536)]
    public void A_shape_and_a_quality_give_the_size_that_people_expect(string ratio, string quality, int width, int height)
    {
        AspectRatio.TryParse(ratio, out var shape).ShouldBeTrue();
        SizePlan.For(Free, shape, quality).Paint.ShouldBe(new PixelSize(width, height));
    }

    [Fact]
    public void Every_shape_and_quality_gives_a_legal_size_as_close_to_it_as_the_model_can() =>
        Prop.ForAll(Shapes.ToArbitrary(), shape =>
        {
            foreach (var sizes in ModelCatalogue.BuiltIn().Models.Select(model => model.Sizes).Append(Free))
            {
                foreach (var quality in SizePlan.Qualities.Keys)
                {
                    var plan = SizePlan.For(sizes, shape, quality);
                    SizePlan.WhyIllegal(sizes, plan.Paint).ShouldBeNull($"{shape} {quality} gave {plan}");
                    var best = sizes.Exact.Count == 0
                        ? Math.Max(0.06, Math.Abs(Math.Log(shape.Value)) - Math.Log(sizes.MaxRatio) + 0.06)
                        : sizes.Exact.Where(size => SizePlan.QualityOf(sizes, size) == SizePlan.OwnQuality(sizes, quality)).Min(size => Error(size, shape));
                    Error(plan.Paint, shape).ShouldBeLessThanOrEqualTo(best, $"{shape} {quality} gave {plan}");
                }
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_quality_beyond_the_model_is_reached_by_an_upscale_step_in_the_same_shape() =>
        Prop.ForAll(Shapes.ToArbitrary(), shape =>
        {
            foreach (var sizes in ModelCatalogue.BuiltIn().Models.Select(model => model.Sizes).Append(Free))
            {
                var plan = SizePlan.For(sizes, shape, "4k");
                plan.Upscaled.ShouldBe(!sizes.Qualities.ContainsKey("4k") && plan.Paint.Pixels * 1.02 * 1.02 < SizePlan.Qualities["4k"]);
                if (!plan.Upscaled)
                    continue;
                ((double)plan.Final.Pixels / SizePlan.Qualities["4k"]).ShouldBeInRange(0.998, 1.002);
                ((double)plan.Final.Width / plan.Final.Height / ((double)plan.Paint.Width / plan.Paint.Height)).ShouldBeInRange(0.998, 1.002);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_model_with_exact_sizes_never_paints_another()
    {
        var sizes = Free with { Exact = [new(1024, 1024), new(1536, 1024), new(1024, 1536)] };
        SizePlan.For(sizes, new AspectRatio(16, 9), "standard").Paint.ShouldBe(new PixelSize(1536, 1024));
        SizePlan.For(sizes, new AspectRatio(9, 10), "standard").Paint.ShouldBe(new PixelSize(1024, 1024));
        SizePlan.WhyIllegal(sizes, new PixelSize(1000, 1000)).ShouldNotBeNull().ShouldContain("1024x1536");
    }

    [Theory]
    [InlineData(100, 512, "256 to 2048")]
    [InlineData(520, 1000, "multiple of 16")]
    [InlineData(2048, 2048, "at most 2400000")]
    public void An_illegal_size_says_why(int width, int height, string why) =>
        SizePlan.WhyIllegal(Free, new PixelSize(width, height)).ShouldNotBeNull().ShouldContain(why);

    [Theory]
    [InlineData("")]
    [InlineData("16")]
    [InlineData("16:0")]
    [InlineData("9:1")]
    [InlineData("1:5")]
    [InlineData("-1:1")]
    [InlineData("1.5:1")]
    [InlineData("16:9:1")]
    [InlineData("101:100")]
    public void What_is_no_shape_is_refused(string text) => AspectRatio.TryParse(text, out _).ShouldBeFalse();

    private static double Error(PixelSize size, AspectRatio shape) => Math.Abs(Math.Log((double)size.Width / size.Height / shape.Value));

    private static Gen<AspectRatio> Shapes =>
        from width in Gen.Choose(1, 100)
        from height in Gen.Choose(1, 100)
        where AspectRatio.TryParse($"{width}:{height}", out _)
        select new AspectRatio(width, height);
}

// When predictions are looked at: soon after they are usually done, and not for ever as often.
using Atelier.Generating;

namespace Atelier.Tests.Generating;

public sealed class PollPlanTests
{
    [Theory]
    [InlineData(2, 2, 0.05, 10)]
    [InlineData(2, 2.9, 0.05, 16)]
    [InlineData(30, 31, 0.05, 3)]
    [InlineData(2, 6, 0.2, 22)]
    public void A_prediction_is_noticed_soon_by_few_looks(double typical, double took, double late, int mostLooks)
    {
        var (elapsed, looks) = (0.0, 0);
        while (elapsed < took)
        {
            elapsed += PollPlan.Next(TimeSpan.FromSeconds(elapsed), TimeSpan.FromSeconds(typical), asked: null).TotalSeconds;
            looks++;
        }
        looks.ShouldBeLessThanOrEqualTo(mostLooks);
        (elapsed - took).ShouldBeLessThanOrEqualTo(took * late);
    }

    [Fact]
    public void The_wait_stays_within_its_bounds_and_heeds_what_the_provider_asks()
    {
        PollPlan.Next(TimeSpan.FromHours(1), TimeSpan.FromSeconds(1), asked: null).ShouldBe(TimeSpan.FromSeconds(30));
        PollPlan.Next(TimeSpan.Zero, TimeSpan.FromMilliseconds(1), asked: null).ShouldBe(TimeSpan.FromMilliseconds(50));
        PollPlan.Next(TimeSpan.Zero, TimeSpan.FromMinutes(5), asked: null).ShouldBe(TimeSpan.FromMinutes(5));
        PollPlan.Next(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(9)).ShouldBe(TimeSpan.FromSeconds(9));
    }
}

// The queue's promises, played through with faults, seed by seed. A failure prints its seed and the end of its story.
using Xunit.Abstractions;

namespace Atelier.Durable.Tests.Simulation;

public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int Seeds = 500;
    private const int SeedsPerTest = 100;

    /// <summary>
    /// The first seed of each block. <c>ATELIER_SIMULATION_SEEDS</c> says how many seeds there are in all, or <c>ATELIER_SIMULATION_FIRST</c>
    /// where the only block begins.
    /// </summary>
    public static TheoryData<int> Blocks
    {
        get
        {
            if (int.TryParse(Environment.GetEnvironmentVariable("ATELIER_SIMULATION_FIRST"), out var only))
                return [only];
            var seeds = int.TryParse(Environment.GetEnvironmentVariable("ATELIER_SIMULATION_SEEDS"), out var wanted) ? wanted : Seeds;
            return [.. Enumerable.Range(0, Math.Max(1, seeds / SeedsPerTest)).Select(block => block * SeedsPerTest)];
        }
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void No_fault_breaks_a_promise_of_the_queue(int first)
    {
        var verdicts = Enumerable.Range(first, SeedsPerTest).Select(seed => World.Play(seed)).ToList();
        output.WriteLine($"{verdicts.Count} seeds, {verdicts.Sum(verdict => verdict.Events)} events, " +
            $"{verdicts.Sum(verdict => verdict.Ends)} jobs ended");

        if (verdicts.FirstOrDefault(verdict => verdict.Violation is not null) is { } broken)
            Assert.Fail(Story(World.Play(broken.Seed, tracing: true)));
        verdicts.Sum(verdict => verdict.Ends).ShouldBeGreaterThan(SeedsPerTest * 5, "a simulation in which nothing happens proves nothing");
    }

    [Fact]
    public void The_same_seed_is_the_same_story()
    {
        var first = World.Play(7, tracing: true);
        var second = World.Play(7, tracing: true);

        second.Trace.ShouldBe(first.Trace);
        first.Trace.Count.ShouldBeGreaterThan(50);
    }

    internal static string Story(Verdict verdict) =>
        $"seed {verdict.Seed}: {verdict.Violation}\n{string.Join('\n', verdict.Trace.TakeLast(60))}";
}

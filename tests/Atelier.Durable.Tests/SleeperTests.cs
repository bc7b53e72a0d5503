// A sleeping loop rests until it is rung: a sleep that ends by itself would be a loop that spins.
namespace Atelier.Durable.Tests;

public sealed class SleeperTests
{
    [Fact]
    public async Task Without_a_limit_only_the_bell_ends_a_sleep()
    {
        var time = new StoppedTime();
        using var sleeper = new Sleeper(Topics.All, time);
        var sleep = sleeper.SleepAsync(Timeout.InfiniteTimeSpan, CancellationToken.None);
        sleep.IsCompleted.ShouldBeFalse();
        sleeper.Ring(Topics.Ready);
        await sleep;
        sleeper.SleepAsync(Timeout.InfiniteTimeSpan, CancellationToken.None).IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task A_ring_before_the_sleep_is_not_lost()
    {
        using var sleeper = new Sleeper(Topics.All, new StoppedTime());
        sleeper.Ring(Topics.Events);
        await sleeper.SleepAsync(Timeout.InfiniteTimeSpan, CancellationToken.None);
    }

    // A clock on which no delay ever ends.
    private sealed class StoppedTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Never();

        private sealed class Never : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}

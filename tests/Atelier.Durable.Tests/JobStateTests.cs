// The table of legal steps, as a whole.
namespace Atelier.Durable.Tests;

public sealed class JobStateTests
{
    [Fact]
    public void Every_state_is_in_the_table_and_final_states_lead_nowhere_but_out_of_the_dead_letters()
    {
        foreach (var from in Enum.GetValues<JobState>())
        {
            var steps = Enum.GetValues<JobState>().Where(to => from.MayBecome(to)).ToList();
            if (from is JobState.Dead)
                steps.ShouldBe([JobState.Waiting, JobState.Ready]);
            else if (from.IsFinal())
                steps.ShouldBeEmpty();
            else
                steps.ShouldNotBeEmpty();
        }
    }

    [Fact]
    public void A_job_runs_only_from_ready_and_settles_only_from_running()
    {
        foreach (var from in Enum.GetValues<JobState>())
        {
            from.MayBecome(JobState.Running).ShouldBe(from == JobState.Ready);
            from.MayBecome(JobState.Succeeded).ShouldBe(from == JobState.Running);
            from.MayBecome(JobState.Snoozed).ShouldBe(from == JobState.Running);
        }
    }

    [Theory]
    [InlineData("5", true)]
    [InlineData("0", true)]
    [InlineData("-1", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("99999999999999999999", false)]
    [InlineData("1' or 1=1", false)]
    public void A_cursor_is_read_back_and_nothing_else_is(string? text, bool legal)
    {
        EventCursor.TryParse(text, out var cursor).ShouldBe(legal);
        if (legal)
            cursor.ToString().ShouldBe(text);
    }
}

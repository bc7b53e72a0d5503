// `atelier jobs show ID`: everything that the queue knows of one job. Changes nothing.

using System.CommandLine;
using System.Globalization;
using Atelier.Cli.Output;
using Atelier.Client;
using Atelier.Durable;
using Atelier.Web;

namespace Atelier.Cli.Commands.Jobs;

internal sealed class JobsShowCommand : QueueCommand
{
    private readonly Argument<JobId?> id = JobOptions.Id();
    private readonly Option<bool> json = CommonOptions.Json();

    public JobsShowCommand()
        : base("show", "Show a job: state, place in the queue, progress, checkpoint, and the history of its attempts")
    {
        Add(id);
        Add(json);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier jobs show 42", "why does it wait, or why was it given up?"),
        new("atelier jobs show 42 --json", "the same for scripts"),
    ];

    protected override async Task<ExitCode> RunAsync(OpenQueue open, Invocation invocation, CancellationToken cancellationToken)
    {
        var (terminal, wanted) = (invocation.Terminal, invocation.Value(id)!.Value);
        if (await open.Queue.FindAsync(wanted, cancellationToken) is not { } job)
            return terminal.Fail(ExitCode.Failed, $"there is no job {wanted.Value}", "it is finished, discarded or never was; `atelier jobs list` and `atelier jobs list --dead` show what there is");

        var died = job.State == JobState.Dead
            ? (await open.Queue.DeadLettersAsync(after: new JobId(wanted.Value - 1), limit: 1, ct: cancellationToken)).FirstOrDefault(letter => letter.Job.Id == wanted)?.DiedAt
            : null;
        var record = QueueRecords.Of(job) with
        {
            DiedAt = died,
            Position = await open.Queue.PositionAsync(wanted, cancellationToken),
            Progress = await open.Queue.ReadProgressAsync(wanted, cancellationToken) is { } progress ? Math.Round(progress.Fraction * 100, 1) : null,
        };
        if (invocation.Value(json)) terminal.Out.WriteLine(JobOptions.Json(record));
        else Print(terminal, record);
        return ExitCode.Ok;
    }

    private static void Print(Terminal terminal, JobRecord job)
    {
        Line("job", $"{job.Id} ({job.Kind})");
        Line("state", job.CancelRequested ? $"{job.State}, asked to cancel" : job.State);
        Line("position", job.Position is { } before ? $"{before} before it in its lane" : "");
        Line("progress", job.Progress is { } percent ? string.Create(CultureInfo.InvariantCulture, $"{percent} %") : "");
        Line("lane", job.LaneKey.Length == 0 ? job.Lane : $"{job.Lane}, key {job.LaneKey}");
        Line("tenant", job.Tenant);
        Line("priority", $"{job.Priority}");
        Line("cost", string.Create(CultureInfo.InvariantCulture, $"{job.Cost}"));
        Line("attempt", $"{job.Attempt} of {job.MaxAttempts}{(job.Crashes == 0 ? "" : $", {job.Crashes} crashed in a row")}");
        Line("enqueued", Times.Show(job.EnqueuedAt));
        Line("due", Times.Show(job.RunAt));
        Line("deadline", Times.Show(job.Deadline));
        Line("died", Times.Show(job.DiedAt));
        Line("payload", job.Payload);
        Line("checkpoint", job.Checkpoint ?? "");
        foreach (var failure in job.Failures)
        {
            Line("failure", $"attempt {failure.Attempt} at {Times.Show(failure.At)}: {failure.Code}: {failure.Message}");
            foreach (var line in (failure.Details ?? "").Split('\n').Where(line => line.Trim().Length > 0)) Line("", line.TrimEnd());
        }

        void Line(string name, string value)
        {
            if (value.Length > 0) terminal.Out.WriteLine($"{terminal.Paint(name.PadRight(12), Colour.Dim)}{value}");
        }
    }
}

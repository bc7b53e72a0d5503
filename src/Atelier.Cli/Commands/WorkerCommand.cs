// `atelier worker`: works off the queue, until told to stop or until it is empty.

using System.CommandLine;

namespace Atelier.Cli.Commands;

internal sealed class WorkerCommand : CliCommand
{
    public static readonly TimeSpan DefaultBudget = TimeSpan.FromHours(1);

    private readonly Option<bool> drain = new("--drain") { Description = "End when nothing is due any more" };

    private readonly Option<TimeSpan?> budget = CommonOptions.Parsed(
        "--for", "TIME", "With --drain: end after this time at the latest, such as 90s, 5m or 1h (default: 1h)", "a time such as 90s, 5m or 1h", Duration.Parse);

    public WorkerCommand()
        : base("worker", "Work off the queue, on this machine or beside others")
    {
        Add(drain);
        Add(budget);
        Add(new SettingOption("--concurrency", "worker.concurrency", "N", "Generations worked on at the same time (default: number of cores)"));
        Validators.Add(result =>
        {
            if (result.GetResult(budget) is { Implicit: false } && !result.GetValue(drain)) result.AddError("--for goes with --drain");
        });
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier worker --database postgres://…", "one more machine that paints"),
        new("atelier worker --drain --for 5m", "empty the queue and end: for cron and serverless jobs; 75 when work is left"),
    ];

    public override Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken) =>
        Task.FromResult(invocation.Terminal.Fail(ExitCode.Unavailable, "the worker is not part of this build", null));
}

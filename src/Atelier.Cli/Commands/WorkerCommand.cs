// `atelier worker`: works off the queue, until told to stop or until it is empty. Killed at any moment, others take over its jobs.

using System.CommandLine;
using System.Text.Json;
using Atelier.Cli.Output;
using Atelier.Durable;
using Atelier.Web;
using Atelier.Web.Configuration;

namespace Atelier.Cli.Commands;

internal sealed class WorkerCommand : CliCommand
{
    public static readonly TimeSpan DefaultBudget = TimeSpan.FromHours(1);

    private readonly Option<bool> drain = new("--drain") { Description = "End when nothing is due any more" };

    private readonly Option<TimeSpan?> budget = CommonOptions.Parsed(
        "--for", "TIME", "With --drain: end after this time at the latest, such as 90s, 5m or 1h (default: 1h)", "a time such as 90s, 5m or 1h", Duration.Parse);

    private readonly Option<bool> json = new("--json") { Description = "With --drain: print what was done as JSON for programs" };

    public WorkerCommand()
        : base("worker", "Work off the queue, on this machine or beside others")
    {
        Add(drain);
        Add(budget);
        Add(json);
        Add(new SettingOption("--concurrency", "worker.concurrency", "N", "Generations worked on at the same time (default: number of cores)"));
        Validators.Add(result =>
        {
            if (result.GetResult(budget) is { Implicit: false } && !result.GetValue(drain)) result.AddError("--for goes with --drain");
            if (result.GetValue(json) && !result.GetValue(drain)) result.AddError("--json goes with --drain");
        });
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier worker --database postgres://…", "one more machine that paints"),
        new("atelier worker --drain --for 5m", "empty the queue and end: for cron and serverless jobs; 75 when work is left"),
    ];

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        if (invocation.SettingsOrComplaint() is not { } settings) return ExitCode.Configuration;

        using var workshop = Workshop.Build(settings, invocation.Surroundings.Clock);
        await AtelierApp.PrepareAsync(workshop.Services, cancellationToken);
        return invocation.Value(drain)
            ? await DrainAsync(workshop, invocation.Value(budget) ?? DefaultBudget, invocation, cancellationToken)
            : await WorkAsync(workshop, settings, invocation.Terminal, cancellationToken);
    }

    private static async Task<ExitCode> WorkAsync(IHost workshop, AtelierSettings settings, Terminal terminal, CancellationToken cancellationToken)
    {
        await workshop.StartAsync(cancellationToken);
        terminal.Say($"working, {settings.Worker.Concurrency} at a time, on {settings.Database}; Ctrl+C stops");
        await workshop.WaitForShutdownAsync(cancellationToken);
        return Environment.ExitCode == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private async Task<ExitCode> DrainAsync(IHost workshop, TimeSpan budget, Invocation invocation, CancellationToken cancellationToken)
    {
        var report = await workshop.Services.GetRequiredService<JobRunner>().DrainAsync(budget, cancellationToken);
        invocation.Terminal.Out.WriteLine(invocation.Value(json)
            ? JsonSerializer.Serialize(new { report.Runs, report.Emptied }, JsonLines.Format)
            : $"{report.Runs} runs; {(report.Emptied ? "nothing more is due" : "work is left")}");
        return report.Emptied ? ExitCode.Ok : ExitCode.TryAgain;
    }
}

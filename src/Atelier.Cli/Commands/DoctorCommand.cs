// `atelier doctor`: checks everything the program stands on, says how to mend it, and lists the settings with their sources. Changes nothing.

using System.CommandLine;
using System.Text.Json;
using Atelier.Cli.Doctor;
using Atelier.Cli.Output;
using Atelier.Web.Configuration;

namespace Atelier.Cli.Commands;

internal sealed class DoctorCommand : CliCommand
{
    private readonly Option<bool> json = CommonOptions.Json();

    public DoctorCommand()
        : base("doctor", "Check the installation and list the settings") => Add(json);

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier doctor", "is everything there, and which settings are in force?"),
        new("atelier doctor --json", "the same for monitoring; the exit code says whether all is well"),
    ];

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var load = invocation.ReadSettings();
        using var workshop = load.Settings is null ? null : Workshop.Build(load.Settings, invocation.Surroundings.Clock, LogLevel.Critical);
        var examination = new Examination(Checks.All(load, workshop?.Services));
        var findings = await examination.RunAsync(invocation.Surroundings.Clock, cancellationToken);
        if (invocation.Value(json)) invocation.Terminal.Out.WriteLine(Json(findings, load));
        else Print(findings, load, invocation.Terminal);

        if (load.Settings is null) return ExitCode.Configuration;
        return findings.Any(finding => finding.Finding.Health == Health.Fail) ? ExitCode.Failed : ExitCode.Ok;
    }

    private static void Print(IReadOnlyList<CheckedFinding> findings, SettingsLoad load, Terminal terminal)
    {
        foreach (var (name, finding) in findings)
        {
            var (mark, colour) = finding.Health switch
            {
                Health.Ok => ("ok  ", Colour.Green),
                Health.Warn => ("warn", Colour.Yellow),
                _ => ("FAIL", Colour.Red),
            };
            terminal.Out.WriteLine($"{terminal.Paint(mark, colour)}  {name,-14} {finding.Message.ReplaceLineEndings("\n                     ")}");
            if (finding.Mend is not null) terminal.Out.WriteLine($"      {"",-14} → {finding.Mend}");
        }

        terminal.Out.WriteLine($"\n{terminal.Paint("Settings", Colour.Bold)}");
        var (keys, values) = (load.Report.Settings.Max(setting => setting.Key.Length), load.Report.Settings.Max(setting => setting.Value.Length));
        foreach (var setting in load.Report.Settings)
            terminal.Out.WriteLine($"  {setting.Key.PadRight(keys)}  {setting.Value.PadRight(Math.Min(values, 48))}  {terminal.Paint($"({setting.Origin}) {setting.About}", Colour.Dim)}");
    }

    private static string Json(IReadOnlyList<CheckedFinding> findings, SettingsLoad load) => JsonSerializer.Serialize(new
    {
        version = CommandLine.Version,
        healthy = findings.All(finding => finding.Finding.Health != Health.Fail),
        checks = findings.Select(found => new
        {
            name = found.Name,
            health = found.Finding.Health.ToString().ToLowerInvariant(),
            message = found.Finding.Message,
            mend = found.Finding.Mend,
        }),
        problems = load.Problems.Select(problem => new { key = problem.Key, value = problem.Value, origin = problem.Origin.Text, allowed = problem.Allowed, fix = problem.Fix }),
        settings = load.Report.Settings.Select(setting => new { key = setting.Key, value = setting.Value, origin = setting.Origin.Text, about = setting.About }),
    }, JsonLines.Format);
}

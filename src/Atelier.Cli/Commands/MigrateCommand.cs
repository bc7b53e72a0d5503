// `atelier migrate`: brings the database to this version. All missing steps happen in one transaction.

using System.CommandLine;
using Atelier.Durable;
using Atelier.Web;
using Atelier.Web.Configuration;

namespace Atelier.Cli.Commands;

internal sealed class MigrateCommand : CliCommand
{
    private readonly Option<bool> dryRun = new("--dry-run") { Description = "Only list what would be done" };

    public MigrateCommand()
        : base("migrate", "Bring the database up to date (the other commands do so by themselves)") => Add(dryRun);

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier migrate --dry-run", "what would be done"),
        new("atelier migrate --database postgres://…", "before many processes start"),
    ];

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        if (invocation.SettingsOrComplaint() is not { } settings) return ExitCode.Configuration;
        var lines = invocation.Terminal.Out;

        using var workshop = Workshop.Build(settings, invocation.Surroundings.Clock);
        if (!invocation.Value(dryRun))
        {
            var applied = await AtelierApp.PrepareAsync(workshop.Services, cancellationToken);
            lines.WriteLine(applied == 0 ? "up to date" : $"applied {applied}; up to date now");
            return ExitCode.Ok;
        }

        if (settings.Database.Kind == DatabaseKind.Sqlite && !File.Exists(settings.Database.Connection))
        {
            lines.WriteLine($"{settings.Database.Connection} is not there yet and would be made");
            return ExitCode.Ok;
        }

        var pending = await Migrator.PendingAsync(workshop.Services.GetRequiredService<Database>(), AtelierServices.Migrations, cancellationToken);
        foreach (var migration in pending) lines.WriteLine(migration);
        lines.WriteLine(pending.Count == 0 ? "up to date" : $"{pending.Count} to apply");
        return ExitCode.Ok;
    }
}

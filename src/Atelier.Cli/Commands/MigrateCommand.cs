// `atelier migrate`: brings the database to this version. All missing steps happen in one transaction.

using System.CommandLine;

namespace Atelier.Cli.Commands;

internal sealed class MigrateCommand : CliCommand
{
    private readonly Option<bool> dryRun = new("--dry-run") { Description = "Only list what would be done" };

    public MigrateCommand()
        : base("migrate", "Bring the database up to date (serve, worker and generate do so by themselves)") => Add(dryRun);

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier migrate --dry-run", "what would be done"),
        new("atelier migrate --database postgres://…", "before many processes start"),
    ];

    public override Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken) =>
        Task.FromResult(invocation.Terminal.Fail(ExitCode.Unavailable, "the database is not part of this build", null));
}

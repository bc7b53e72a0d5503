// What every command has: a name, a sentence, examples for its help, and one method that runs it.

using System.CommandLine;
using Atelier.Cli.Commands.Credits;
using Atelier.Cli.Commands.Jobs;
using Atelier.Cli.Commands.Keys;

namespace Atelier.Cli.Commands;

internal sealed record Example(string Line, string Explains);

internal abstract class CliCommand : Command
{
    protected CliCommand(string name, string description)
        : base(name, description) => SetAction(static _ => (int)ExitCode.Ok); // The parser wants one where there are subcommands too; it is never run.

    // The words after the program's name, such as "jobs lanes set".
    public string FullName => Parents.OfType<CliCommand>().FirstOrDefault() is { } parent ? $"{parent.FullName} {Name}" : Name;

    // In the order in which a newcomer meets them.
    public static IEnumerable<CliCommand> All() =>
    [
        new ServeCommand(), new GenerateCommand(), new EstimateCommand(), new ModelsCommand(), new ProvidersCommand(), new KeysCommand(), new CreditsCommand(), new DoctorCommand(), new WorkerCommand(), new JobsCommand(), new QueueGroup(),
        new MigrateCommand(),
    ];

    public IEnumerable<CliCommand> WithSubcommands() =>
        Subcommands.OfType<CliCommand>().SelectMany(command => command.WithSubcommands()).Prepend(this);

    public abstract IReadOnlyList<Example> Examples { get; }

    public abstract Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken);
}

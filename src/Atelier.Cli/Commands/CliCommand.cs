// What every command has: a name, a sentence, examples for its help, and one method that runs it.

using System.CommandLine;

namespace Atelier.Cli.Commands;

internal sealed record Example(string Line, string Explains);

internal abstract class CliCommand(string name, string description) : Command(name, description)
{
    // In the order in which a newcomer meets them.
    public static IEnumerable<CliCommand> All() =>
        [new ServeCommand(), new GenerateCommand(), new ModelsCommand(), new DoctorCommand(), new WorkerCommand(), new MigrateCommand()];

    public abstract IReadOnlyList<Example> Examples { get; }

    public abstract Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken);
}

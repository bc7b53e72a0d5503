// `atelier models`: what can paint, and what it understands.

using System.CommandLine;

namespace Atelier.Cli.Commands;

internal sealed class ModelsCommand : CliCommand
{
    private readonly Option<bool> json = CommonOptions.Json();

    public ModelsCommand()
        : base("models", "List the models and what each can do") => Add(json);

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier models", "what can paint"),
        new("atelier models --json", "the same for scripts, with every parameter"),
    ];

    public override Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken) =>
        Task.FromResult(invocation.Terminal.Fail(ExitCode.Unavailable, "the models are not part of this build", null));
}

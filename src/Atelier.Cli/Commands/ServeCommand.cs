// `atelier serve`: the whole service in one process, or the roles it is given.

namespace Atelier.Cli.Commands;

internal sealed class ServeCommand : CliCommand
{
    public ServeCommand()
        : base("serve", "Run the service: pages, API and worker")
    {
        Add(new SettingOption("--urls", "server.urls", "URL", "Listen here instead of http://127.0.0.1:5080; several separated by ';'"));
        Add(new SettingOption("--roles", "server.roles", "ROLES", "What this process does: api, web, worker, or several separated by commas (default: all)"));
        Add(new SettingOption("--concurrency", "worker.concurrency", "N", "Generations worked on at the same time (default: number of cores)"));
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier serve", "everything on http://127.0.0.1:5080"),
        new("atelier serve --urls http://0.0.0.0:8080", "reachable from other machines"),
        new("atelier serve --roles api,web --database postgres://…", "without a worker; run `atelier worker` elsewhere"),
    ];

    public override Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken) =>
        Task.FromResult(invocation.Terminal.Fail(ExitCode.Unavailable, "the service is not part of this build", null));
}

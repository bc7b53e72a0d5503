// `atelier serve`: the whole service in one process, or the roles it is given. Killed at any moment, its next start goes on where it was.

using Atelier.Accounts;
using Atelier.Cli.Output;
using Atelier.Web;
using Atelier.Web.Configuration;

namespace Atelier.Cli.Commands;

internal sealed class ServeCommand : CliCommand
{
    public ServeCommand()
        : base("serve", "Run the service: pages, API and worker")
    {
        Add(new SettingOption("--urls", "server.urls", "URL", $"Listen here instead of {ServerOptions.DefaultUrl}; several separated by ';'"));
        Add(new SettingOption("--roles", "server.roles", "ROLES", "What this process does: api, web, worker, or several separated by commas (default: all)"));
        Add(SettingOption.Switch("--accounts", "accounts.enabled", "Have people sign in (default: unless only this machine reaches the server)"));
        Add(new SettingOption("--concurrency", "worker.concurrency", "N", "Generations worked on at the same time (default: number of cores)"));
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier serve", $"everything on {ServerOptions.DefaultUrl}"),
        new("atelier serve --urls http://0.0.0.0:8080", "reachable from other machines"),
        new("atelier serve --accounts", "people sign in, on this machine too"),
        new("atelier serve --roles api,web --database postgres://…", "without a worker; run `atelier worker` elsewhere"),
    ];

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        if (invocation.SettingsOrComplaint() is not { } settings) return ExitCode.Configuration;
        var terminal = invocation.Terminal;

        await using var app = AtelierApp.Build(settings, settings.Server.Roles);
        await AtelierApp.PrepareAsync(app.Services, cancellationToken);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException failure) when (failure.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            // The loops began before the address was asked for: they end before what they use is gone.
            await app.StopAsync(CancellationToken.None);
            return terminal.Fail(ExitCode.Unavailable, failure.Message, "end the other program, or listen elsewhere: atelier serve --urls http://127.0.0.1:5081");
        }

        if (!settings.Logging.Json) Greet(terminal, app, settings, await PeopleAsync(app, settings, cancellationToken));
        await app.WaitForShutdownAsync(cancellationToken);
        // A loop that broke has said so and asked for the stop.
        return Environment.ExitCode == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private static async Task<string> PeopleAsync(WebApplication app, AtelierSettings settings, CancellationToken cancellationToken)
    {
        if (!settings.Accounts.Enabled)
            return AccountsOptions.IsReachable(settings.Server) ? "no sign-in: whoever reaches this server may do everything" : "no sign-in: only this machine reaches it";
        return await app.Services.GetRequiredService<AccountStore>().IsSettledAsync(cancellationToken)
            ? settings.Accounts.ByInvitation ? "accounts are on: one signs up by invitation" : "accounts are on: everybody may sign up"
            : "accounts are on: the first to sign up becomes administrator";
    }

    private static void Greet(Terminal terminal, WebApplication app, AtelierSettings settings, string people)
    {
        var url = settings.Server.PublicUrl ?? app.Urls.First().Replace("0.0.0.0", "localhost", StringComparison.Ordinal).Replace("[::]", "localhost", StringComparison.Ordinal);
        var database = settings.Database.Kind == DatabaseKind.Sqlite ? "SQLite" : "PostgreSQL";
        var lines = terminal.Out;
        lines.WriteLine($"{terminal.Paint($"Atelier {CommandLine.Version}", Colour.Bold)} is ready on {string.Join(", ", app.Urls)}\n");
        if (settings.Server.Roles.HasFlag(Roles.Web)) lines.WriteLine($"  Open   {terminal.Paint(url, Colour.Green)}");
        if (settings.Server.Roles.HasFlag(Roles.Api)) lines.WriteLine($"  API    {url}/api/v1/generations, described at {url}/openapi/v1.json");
        if (settings.Server.Roles.HasFlag(Roles.Worker)) lines.WriteLine($"  Paint  {settings.Worker.Concurrency} at a time");
        lines.WriteLine($"  People {people}");
        lines.WriteLine($"  Data   {settings.Data.Folder} ({database})");
        lines.WriteLine("  Stop   Ctrl+C\n");
        lines.Flush();
    }
}

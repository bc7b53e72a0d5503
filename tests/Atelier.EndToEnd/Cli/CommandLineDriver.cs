// Types command lines into the program without a process and reads what it answers; its folder is gone afterwards.

using Atelier.Cli;
using Atelier.Cli.Output;
using Atelier.Web.Configuration;

namespace Atelier.EndToEnd.Cli;

internal sealed record Answer(ExitCode Code, string Out, string Error);

internal sealed class CommandLineDriver : IDisposable
{
    private readonly Dictionary<string, string> environment = new(StringComparer.Ordinal);

    public CommandLineDriver() => environment["ATELIER_DATA"] = Path.Combine(Folder, "data");

    public string Folder { get; } = Directory.CreateTempSubdirectory("atelier-cli-").FullName;

    public string Input { get; set; } = "";

    // What a person types at the hidden prompt; null where nobody sits there.
    public string? Hidden { get; set; }

    public CommandLineDriver Environment(string name, string value)
    {
        environment[name] = value;
        return this;
    }

    public async Task<Answer> Type(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await new CommandLine(Surroundings(output, error)).RunAsync(args, CancellationToken.None);
        return new Answer(code, output.ToString(), error.ToString());
    }

    public Surroundings Surroundings(TextWriter output, TextWriter error) => new(
        new Terminal(output, error, isInteractive: false, hasColour: false),
        new StringReader(Input),
        new SettingsInput([], environment, Path.Combine(Folder, "home")),
        Folder,
        TimeProvider.System)
    {
        AskHidden = Hidden is null ? null : _ => Hidden,
    };

    // The settings as every command finds them.
    public AtelierSettings Settings() => AtelierSettings.Load(new SettingsInput([], environment, Path.Combine(Folder, "home"))).Settings!;

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

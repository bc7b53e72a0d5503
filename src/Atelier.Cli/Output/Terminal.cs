// Where everything that people and programs read goes: results to standard output, everything else to standard error.

using Spectre.Console;

namespace Atelier.Cli.Output;

internal sealed class Terminal(TextWriter output, TextWriter error, bool isInteractive, bool hasColour, bool drawsTables = false)
{
    public TextWriter Out => output;

    public TextWriter Error => error;

    // A person watches standard error: progress may be drawn and redrawn there.
    public bool IsInteractive => isInteractive;

    // A person reads standard output: rows become tables.
    public bool DrawsTables => drawsTables;

    public static Terminal OfProcess(IReadOnlyDictionary<string, string> environment)
    {
        var dumb = environment.GetValueOrDefault("TERM") == "dumb";
        var noColour = environment.GetValueOrDefault("NO_COLOR") is { Length: > 0 };
        var interactive = !Console.IsErrorRedirected && !dumb;
        return new Terminal(Console.Out, Console.Error, interactive, interactive && !noColour, !Console.IsOutputRedirected && !dumb);
    }

    public IAnsiConsole Sheets() => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(output),
        Ansi = AnsiSupport.No,
        ColorSystem = ColorSystemSupport.NoColors,
        Interactive = InteractionSupport.No,
    });

    public IAnsiConsole Drawing() => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(error),
        Ansi = isInteractive ? AnsiSupport.Yes : AnsiSupport.No,
        ColorSystem = hasColour ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        Interactive = isInteractive ? InteractionSupport.Yes : InteractionSupport.No,
    });

    public void Say(string line) => error.WriteLine(line);

    public string Paint(string text, Colour colour) => hasColour ? $"\u001b[{(int)colour}m{text}\u001b[0m" : text;

    // Says what went wrong and what to do; hands the code back, so that a command can end with it.
    public ExitCode Fail(ExitCode code, string message, string? fix, Exception? details = null)
    {
        error.WriteLine($"{Paint(CommandLine.Name, Colour.Red)}: {message}");
        if (fix is not null) error.WriteLine($"  {fix}");
        if (details is not null) error.WriteLine(details);
        return code;
    }
}

// The numbers are the terminal's own.
internal enum Colour
{
    Bold = 1,
    Dim = 2,
    Red = 31,
    Green = 32,
    Yellow = 33,
}

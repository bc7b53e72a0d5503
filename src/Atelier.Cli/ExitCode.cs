// What the program's end tells a script: the one list, as the help prints it.

namespace Atelier.Cli;

internal enum ExitCode
{
    Ok = 0,
    Failed = 1,
    Usage = 2,
    Unavailable = 69,
    TryAgain = 75,
    Configuration = 78,
    Interrupted = 130,
}

internal static class ExitCodes
{
    public static IReadOnlyList<(ExitCode Code, string Meaning)> Meanings { get; } =
    [
        (ExitCode.Ok, "done"),
        (ExitCode.Failed, "failed"),
        (ExitCode.Usage, "the command line was not understood"),
        (ExitCode.Unavailable, "something it needs is missing or does not answer: the image library, the database"),
        (ExitCode.TryAgain, "not done yet, worth trying again later"),
        (ExitCode.Configuration, "a setting needs attention"),
        (ExitCode.Interrupted, "interrupted"),
    ];
}

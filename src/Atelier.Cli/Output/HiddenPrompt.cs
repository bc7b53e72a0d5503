// Asks a person at a terminal for a secret, without showing what is typed.

using System.Text;

namespace Atelier.Cli.Output;

internal static class HiddenPrompt
{
    // Null when he gave up with Escape.
    public static string? Ask(string question)
    {
        Console.Error.Write(question);
        var typed = new StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    Console.Error.WriteLine();
                    return typed.ToString();
                case ConsoleKey.Escape:
                    Console.Error.WriteLine();
                    return null;
                case ConsoleKey.Backspace:
                    typed.Length = Math.Max(0, typed.Length - 1);
                    break;
                default:
                    if (key.KeyChar != '\0') typed.Append(key.KeyChar);
                    break;
            }
        }
    }
}

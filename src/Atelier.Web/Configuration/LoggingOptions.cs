// What is logged, and how.

using Microsoft.Extensions.Logging;

namespace Atelier.Web.Configuration;

/// <summary>What is logged, and how.</summary>
/// <param name="Level">The least severe entries that are written. Default <see cref="LogLevel.Information"/>.</param>
/// <param name="Json">One JSON object a line, for log collectors. Default: text for people.</param>
public sealed record LoggingOptions(LogLevel Level, bool Json)
{
    private const LogLevel DefaultLevel = LogLevel.Information;

    private static readonly string[] Levels = [.. Enum.GetNames<LogLevel>().Select(name => name.ToLowerInvariant())];

    internal static LoggingOptions Read(SettingsReader settings) => new(
        settings.Value("logging.level", "least severe entries that are written", DefaultLevel, text => Levels.Contains(text.ToLowerInvariant(), StringComparer.Ordinal)
            ? Enum.Parse<LogLevel>(text, ignoreCase: true)
            : Understood<LogLevel>.Not($"one of {string.Join(", ", Levels)}"), level => level.ToString().ToLowerInvariant()),
        settings.Switch("logging.json", "one JSON object a line", fallback: false));
}

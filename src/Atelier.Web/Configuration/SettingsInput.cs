// What the settings are read from, as plain values, so that reading them needs neither a host nor a process; nothing here outlives the start.

using System.Collections;

namespace Atelier.Web.Configuration;

/// <summary>A setting given on the command line.</summary>
/// <param name="Flag">The flag as typed, such as <c>--urls</c>.</param>
/// <param name="Key">The setting it stands for, such as <c>server.urls</c>.</param>
/// <param name="Value">The value given.</param>
public sealed record SettingFlag(string Flag, string Key, string Value);

/// <summary>Where settings come from.</summary>
/// <param name="Flags">Settings of the command line; they win over everything else.</param>
/// <param name="Environment">All environment variables of the process; those called <c>ATELIER_…</c> are settings.</param>
/// <param name="HomeDataFolder">The folder below which programs of this user keep data, or empty where the user has none.</param>
public sealed record SettingsInput(
    IReadOnlyList<SettingFlag> Flags,
    IReadOnlyDictionary<string, string> Environment,
    string HomeDataFolder)
{
    /// <summary>The input of this process, with the given flags.</summary>
    public static SettingsInput OfProcess(IReadOnlyList<SettingFlag> flags) => new(
        flags,
        System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal),
        System.Environment.GetFolderPath(System.Environment.SpecialFolder.LocalApplicationData, System.Environment.SpecialFolderOption.DoNotVerify));
}

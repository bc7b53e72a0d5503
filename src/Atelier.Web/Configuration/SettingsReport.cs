// The settings in force with their sources, for the doctor and for support requests; secrets never reach it.

namespace Atelier.Web.Configuration;

/// <summary>One setting in force.</summary>
/// <param name="Key">The setting, such as <c>worker.concurrency</c>.</param>
/// <param name="Value">Its value as text, secrets masked.</param>
/// <param name="Origin">Where the value came from.</param>
/// <param name="About">What the setting does, in a few words.</param>
public sealed record EffectiveSetting(string Key, string Value, SettingOrigin Origin, string About);

/// <summary>Every setting in force, in the order of the documentation.</summary>
/// <param name="Settings">One entry per setting.</param>
public sealed record SettingsReport(IReadOnlyList<EffectiveSetting> Settings);

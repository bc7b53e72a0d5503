// One thing wrong with the settings, told so that its reader can mend it without looking anything up.

using System.Text;

namespace Atelier.Web.Configuration;

/// <summary>One thing wrong with the settings.</summary>
/// <param name="Key">The setting, such as <c>worker.concurrency</c>, or the name that no setting has.</param>
/// <param name="Value">The value found, secrets masked; null where the value does not matter.</param>
/// <param name="Origin">Where it came from.</param>
/// <param name="Allowed">What is allowed or what is wrong.</param>
/// <param name="Fix">What to do.</param>
public sealed record SettingProblem(string Key, string? Value, SettingOrigin Origin, string Allowed, string Fix)
{
    /// <summary>All problems as one text for a terminal or a log.</summary>
    public static string Describe(IReadOnlyCollection<SettingProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        var text = new StringBuilder(problems.Count == 1 ? "a setting needs attention:" : $"{problems.Count} settings need attention:");
        foreach (var problem in problems) text.Append("\n\n").Append(problem);
        return text.ToString();
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"  {Key}{(Value is null ? "" : $" = {Value}")}   (from {Origin})\n    allowed: {Allowed}\n    fix:     {Fix}";
}

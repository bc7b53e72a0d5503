// Where a value came from, so that every message about it can say so.

namespace Atelier.Web.Configuration;

/// <summary>The kinds of places a setting may come from, the strongest first.</summary>
public enum SettingOriginKind
{
    /// <summary>A flag of the command line.</summary>
    Flag,

    /// <summary>An environment variable.</summary>
    Environment,

    /// <summary>A line of <c>atelier.yaml</c>.</summary>
    File,

    /// <summary>Given nowhere.</summary>
    Default,
}

/// <summary>Where a value came from.</summary>
/// <param name="Kind">The kind of place.</param>
/// <param name="Text">The place in words: <c>--urls</c>, <c>ATELIER_DATA</c>, <c>atelier.yaml:3</c>, <c>default</c>.</param>
public sealed record SettingOrigin(SettingOriginKind Kind, string Text)
{
    /// <summary>The origin of a value given nowhere.</summary>
    public static SettingOrigin Default { get; } = new(SettingOriginKind.Default, "default");

    internal static SettingOrigin Flag(string flag) => new(SettingOriginKind.Flag, flag);

    internal static SettingOrigin Variable(string name) => new(SettingOriginKind.Environment, name);

    internal static SettingOrigin Line(string file, long line) => new(SettingOriginKind.File, $"{Path.GetFileName(file)}:{line}");

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>What to do about a value from here, with the default to fall back on.</summary>
    internal string Mend(string fallback)
    {
        var leave = fallback.Length == 0 ? "" : $" (then it is {fallback})";
        return Kind switch
        {
            SettingOriginKind.Flag => $"correct {Text}, or leave it out{leave}",
            SettingOriginKind.Environment => $"correct the variable {Text}, or unset it{leave}",
            SettingOriginKind.File => $"correct {Text}, or remove the line{leave}",
            _ => "set it",
        };
    }
}

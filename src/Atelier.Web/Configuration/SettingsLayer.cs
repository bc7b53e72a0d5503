// One source of settings as written, before anything is understood: names to values, each with its place.

using System.Text.RegularExpressions;

namespace Atelier.Web.Configuration;

internal sealed record WrittenSetting(string Text, SettingOrigin Origin);

internal sealed partial class SettingsLayer
{
    public const string VariablePrefix = "ATELIER_";

    public Dictionary<string, WrittenSetting> Written { get; } = new(StringComparer.Ordinal);

    public static SettingsLayer OfFlags(IEnumerable<SettingFlag> flags)
    {
        var layer = new SettingsLayer();
        foreach (var flag in flags) layer.Written[flag.Key] = new WrittenSetting(flag.Value, SettingOrigin.Flag(flag.Flag));
        return layer;
    }

    // ATELIER_WORKER__CONCURRENCY is worker.concurrency. An empty variable is an unset one: compose files cannot leave one out.
    public static SettingsLayer OfEnvironment(IReadOnlyDictionary<string, string> environment)
    {
        var layer = new SettingsLayer();
        foreach (var (name, value) in environment)
        {
            if (!name.StartsWith(VariablePrefix, StringComparison.Ordinal) || value.Length == 0 || IsServiceLink(name, value)) continue;
            var key = name[VariablePrefix.Length..].Replace("__", ".", StringComparison.Ordinal).ToLowerInvariant();
            layer.Written[key] = new WrittenSetting(value, SettingOrigin.Variable(name));
        }

        return layer;
    }

    public static string VariableOf(string key) => VariablePrefix + key.Replace(".", "__", StringComparison.Ordinal).ToUpperInvariant();

    // Kubernetes tells every container about a service called "atelier…" in variables of these names: they are not settings.
    private static bool IsServiceLink(string name, string value) =>
        ServiceLinkName().IsMatch(name) || value.StartsWith("tcp://", StringComparison.Ordinal) || value.StartsWith("udp://", StringComparison.Ordinal);

    [GeneratedRegex("_SERVICE_(HOST|PORT(_.+)?)$|_PORT_[0-9]+_(TCP|UDP|SCTP)(_.+)?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex ServiceLinkName();
}

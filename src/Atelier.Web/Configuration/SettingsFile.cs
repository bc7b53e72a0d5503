// Reads atelier.yaml into names and values with their lines; it only reads, so a crash can harm nothing.

using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Atelier.Web.Configuration;

internal sealed class SettingsFile
{
    public const long MaxBytes = 1024 * 1024;

    private readonly string path;
    private readonly SettingsLayer layer = new();
    private readonly List<SettingProblem> problems;

    private SettingsFile(string path, List<SettingProblem> problems)
    {
        this.path = path;
        this.problems = problems;
    }

    // A file that is not there is an empty one.
    public static SettingsLayer Read(string path, List<SettingProblem> problems)
    {
        var file = new SettingsFile(path, problems);
        try
        {
            if (File.Exists(path)) file.Parse();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            file.Refuse(AtelierSettings.FileName, null, 1, "a file that this user may read", $"make {path} readable: {failure.Message}");
        }
        catch (InvalidOperationException failure)
        {
            // The reader's own slip over some broken texts; it knows no line then.
            file.Refuse(AtelierSettings.FileName, null, 1, "well-formed YAML", $"look for an open bracket or quotation mark: {failure.Message}");
        }
        catch (YamlException failure)
        {
            file.Refuse(AtelierSettings.FileName, null, failure.Start.Line, "well-formed YAML", $"mend the line: {failure.InnerException?.Message ?? failure.Message}");
        }

        return file.layer;
    }

    private void Parse()
    {
        if (new FileInfo(path).Length > MaxBytes)
        {
            Refuse(AtelierSettings.FileName, null, 1, $"at most {MaxBytes} bytes", "this does not look like a settings file; make it shorter");
            return;
        }

        using var text = new StreamReader(path);
        var stream = new YamlStream();
        stream.Load(text);
        foreach (var document in stream.Documents) Flatten("", document.RootNode);
    }

    private void Flatten(string key, YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode mapping when key.Count(letter => letter == '.') < 4:
                foreach (var (name, value) in mapping.Children)
                {
                    var written = (name as YamlScalarNode)?.Value ?? "";
                    Flatten(key.Length == 0 ? written : $"{key}.{written}", value);
                }

                break;
            case YamlSequenceNode list when key.Length > 0 && list.Children.All(entry => entry is YamlScalarNode):
                Add(key, string.Join(';', list.Children.Cast<YamlScalarNode>().Select(entry => entry.Value)), node);
                break;
            case YamlScalarNode scalar when key.Length > 0:
                Add(key, IsNull(scalar) ? "" : scalar.Value!, node);
                break;
            case YamlScalarNode scalar when IsNull(scalar):
                break;
            default:
                Refuse(key.Length == 0 ? AtelierSettings.FileName : key, null, node.Start.Line, "a value, a list of values, or a section of settings", "write it as \"name: value\"");
                break;
        }
    }

    private void Add(string key, string text, YamlNode node)
    {
        if (text.Length > 0) layer.Written[key] = new WrittenSetting(text, SettingOrigin.Line(path, node.Start.Line));
    }

    private static bool IsNull(YamlScalarNode scalar) =>
        scalar.Style == ScalarStyle.Plain && scalar.Value is null or "" or "~" or "null";

    private void Refuse(string key, string? value, long line, string allowed, string fix) =>
        problems.Add(new SettingProblem(key, value, SettingOrigin.Line(path, line), allowed, fix));
}

// Answers for each setting by its key: the strongest source wins, what is wrong is collected, what is in force is noted.
// Naming a key here is what makes it known; a key that nobody asked for is refused at the end.

using System.Globalization;

namespace Atelier.Web.Configuration;

// A value understood, or what would have been allowed.
internal readonly record struct Understood<T>(T Value, string? Refusal)
{
    public static implicit operator Understood<T>(T value) => new(value, null);

    public static Understood<T> Not(string allowed) => new(default!, allowed);
}

internal sealed class SettingsReader(SettingsInput input)
{
    public const string Masked = "********";
    public const int MaxSecretBytes = 64 * 1024;

    private const string FileSuffix = "_file";

    private readonly List<SettingsLayer> layers = [SettingsLayer.OfFlags(input.Flags), SettingsLayer.OfEnvironment(input.Environment)];
    private readonly HashSet<string> known = new(StringComparer.Ordinal);
    private string folder = "";

    public List<SettingProblem> Problems { get; } = [];

    public List<EffectiveSetting> Effective { get; } = [];

    public void AddFile(string path)
    {
        folder = Path.GetDirectoryName(path)!;
        var file = SettingsFile.Read(path, Problems);
        foreach (var key in known.Where(file.Written.ContainsKey))
        {
            var written = file.Written[key];
            Refuse(key, written.Text, written.Origin, "a flag or a variable, since this file is found through it", $"pass --{key} or set {SettingsLayer.VariableOf(key)}, and remove the line");
        }

        layers.Add(file);
    }

    /// <summary>The names of the sections, or settings, that are written directly under a section in any source.</summary>
    public IReadOnlyList<string> NamesUnder(string section) =>
        [.. layers.SelectMany(layer => layer.Written.Keys).Where(key => key.StartsWith(section + ".", StringComparison.Ordinal))
            .Select(key => key[(section.Length + 1)..].Split('.')[0]).Select(name => name.EndsWith(FileSuffix, StringComparison.Ordinal) ? name[..^FileSuffix.Length] : name)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Where a section is first written.</summary>
    public SettingOrigin OriginOf(string section) =>
        layers.SelectMany(layer => layer.Written).FirstOrDefault(entry => entry.Key.StartsWith(section + ".", StringComparison.Ordinal)).Value?.Origin ?? SettingOrigin.Default;

    public int WholeNumber(string key, string about, int fallback, int from, int to) =>
        Value(key, about, fallback, text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= from && number <= to
            ? number
            : Understood<int>.Not($"a whole number from {from} to {to}"));

    public TimeSpan Seconds(string key, string about, int fallback, int from, int to) =>
        TimeSpan.FromSeconds(WholeNumber(key, about, fallback, from, to));

    public TimeSpan Milliseconds(string key, string about, int fallback, int from, int to) =>
        TimeSpan.FromMilliseconds(WholeNumber(key, about, fallback, from, to));

    public long Bytes(string key, string about, long fallback, long from, long to) =>
        Value(key, about, fallback, text => ByteCount.TryParse(text, out var bytes) && bytes >= from && bytes <= to
            ? bytes
            : Understood<long>.Not($"a size from {ByteCount.Show(from)} to {ByteCount.Show(to)}, such as 500KB or 20MB"), ByteCount.Show);

    public bool Switch(string key, string about, bool fallback) =>
        Value(key, about, fallback, text => text.ToLowerInvariant() switch
        {
            "true" or "yes" or "on" or "1" => true,
            "false" or "no" or "off" or "0" => false,
            _ => Understood<bool>.Not("true or false"),
        }, value => value ? "true" : "false");

    public T Value<T>(string key, string about, T fallback, Func<string, Understood<T>> understand, Func<T, string>? show = null, string? shorthand = null)
    {
        show ??= value => string.Create(CultureInfo.InvariantCulture, $"{value}");
        var written = Find(key, shorthand, mayBeFile: false);
        var (value, origin) = (fallback, SettingOrigin.Default);
        if (written is not null)
        {
            var understood = understand(written.Text.Trim());
            if (understood.Refusal is null) (value, origin) = (understood.Value, written.Origin);
            else Refuse(key, written.Text, written.Origin, understood.Refusal, written.Origin.Mend(show(fallback)));
        }

        Effective.Add(new EffectiveSetting(key, show(value), origin, about));
        return value;
    }

    // A secret may also come from a mounted file, named by the same key with "_file". Its text reaches neither a message nor the report.
    public T Secret<T>(string key, string about, T fallback, Func<string, Understood<T>> understand, Func<T, string> mask, string? shorthand = null)
    {
        var written = Find(key, shorthand, mayBeFile: true);
        var (value, origin) = (fallback, SettingOrigin.Default);
        if (written is not null)
        {
            var understood = understand(written.Text.Trim());
            if (understood.Refusal is null) (value, origin) = (understood.Value, written.Origin);
            else Refuse(key, Masked, written.Origin, understood.Refusal, written.Origin.Mend(mask(fallback)));
        }

        Effective.Add(new EffectiveSetting(key, mask(value), origin, about));
        return value;
    }

    public void Refuse(string key, string? value, SettingOrigin origin, string allowed, string fix) =>
        Problems.Add(new SettingProblem(key, value, origin, allowed, fix));

    public void RefuseUnknownKeys()
    {
        foreach (var (key, written) in layers.SelectMany(layer => layer.Written).Where(entry => !known.Contains(entry.Key)))
        {
            var variable = written.Origin.Kind == SettingOriginKind.Environment;
            var nearest = NearestName.Of(key, known.Where(name => !name.EndsWith(FileSuffix, StringComparison.Ordinal)));
            var meant = nearest is null
                ? "remove it; `atelier doctor` lists every setting"
                : $"did you mean {(variable ? SettingsLayer.VariableOf(nearest) : nearest)}?";
            Refuse(variable ? written.Origin.Text : key, null, written.Origin, "the name of a setting", meant);
        }
    }

    private WrittenSetting? Find(string key, string? shorthand, bool mayBeFile)
    {
        string[] names = shorthand is null ? [key] : [key, shorthand];
        if (mayBeFile) names = [.. names, .. names.Select(name => name + FileSuffix)];
        known.UnionWith(names);

        foreach (var layer in layers)
        {
            var found = names.Where(layer.Written.ContainsKey).ToArray();
            if (found.Length > 1)
            {
                var (first, second) = (layer.Written[found[0]].Origin, layer.Written[found[1]].Origin);
                Refuse(key, null, first, "one way of giving it", $"it is given twice, by {found[0]} ({first}) and {found[1]} ({second}): remove one");
            }

            if (found.Length == 0) continue;
            var written = layer.Written[found[0]];
            return found[0].EndsWith(FileSuffix, StringComparison.Ordinal) ? Mounted(key, written) : written;
        }

        return null;
    }

    private WrittenSetting? Mounted(string key, WrittenSetting pointer)
    {
        var path = Path.GetFullPath(pointer.Text.Trim(), folder.Length == 0 ? Directory.GetCurrentDirectory() : folder);
        try
        {
            if (new FileInfo(path).Length <= MaxSecretBytes)
                return new WrittenSetting(File.ReadAllText(path), pointer.Origin with { Text = $"{pointer.Origin} → {path}" });
            Refuse(key, path, pointer.Origin, $"a file of at most {MaxSecretBytes} bytes", "name the file that holds only the secret");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Refuse(key, path, pointer.Origin, "a file that this user may read", failure.Message);
        }

        return null;
    }
}

// Writes settings the way a person does and reads them back; its folder is gone afterwards.

using Atelier.Web.Configuration;

namespace Atelier.Web.Tests.Configuration;

internal sealed class SettingsDriver : IDisposable
{
    private readonly List<SettingFlag> flags = [];
    private readonly Dictionary<string, string> environment = new(StringComparer.Ordinal);

    public SettingsDriver() => Environment("ATELIER_DATA", Folder);

    public string Folder { get; } = Directory.CreateTempSubdirectory("atelier-settings-").FullName;

    public SettingsDriver Flag(string flag, string key, string value)
    {
        flags.Add(new SettingFlag(flag, key, value));
        return this;
    }

    public SettingsDriver Environment(string name, string value)
    {
        environment[name] = value;
        return this;
    }

    public SettingsDriver Without(string name)
    {
        environment.Remove(name);
        return this;
    }

    public SettingsDriver Yaml(string text) => File(AtelierSettings.FileName, text);

    public SettingsDriver File(string name, string text)
    {
        System.IO.File.WriteAllText(Path.Combine(Folder, name), text);
        return this;
    }

    public SettingsLoad Load(string homeDataFolder = "/home/ada/.local/share") =>
        AtelierSettings.Load(new SettingsInput(flags, environment, homeDataFolder));

    public AtelierSettings Settings()
    {
        var load = Load();
        load.Problems.ShouldBeEmpty();
        return load.Settings.ShouldNotBeNull();
    }

    public SettingProblem Problem() => Load().Problems.ShouldHaveSingleItem();

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

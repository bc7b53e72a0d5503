// The folder that holds everything the program keeps: database, pictures, settings, keys.

namespace Atelier.Web.Configuration;

/// <summary>The data folder.</summary>
/// <param name="Folder">Full path; it holds the database, pictures and <c>atelier.yaml</c>. Need not exist yet.</param>
public sealed record DataOptions(string Folder)
{
    /// <summary>The name of the folder inside the user's own data folder.</summary>
    public const string FolderName = "atelier";

    /// <summary>The flag, variable (<c>ATELIER_DATA</c>) and key that choose the folder.</summary>
    public const string Key = "data";

    // Read before the settings file, which lies in it; a file that names the folder is refused for that reason.
    internal static DataOptions Read(SettingsReader settings, SettingsInput input)
    {
        var home = HomeFolder(input);
        var folder = settings.Value(Key, "folder of database, pictures and settings", home.Length == 0 ? "" : Path.Combine(home, FolderName), FullPath);
        if (folder.Length > 0) return new DataOptions(folder);

        settings.Refuse(Key, null, SettingOrigin.Default, "a folder that this user may write", "this user has no home folder: pass --data FOLDER or set ATELIER_DATA");
        return new DataOptions(Path.GetFullPath(FolderName));
    }

    private static string HomeFolder(SettingsInput input) =>
        input.Environment.GetValueOrDefault("XDG_DATA_HOME") is { Length: > 0 } xdg && Path.IsPathFullyQualified(xdg) ? xdg : input.HomeDataFolder;

    private static Understood<string> FullPath(string text) =>
        text.Contains('\0', StringComparison.Ordinal) ? Understood<string>.Not("the path of a folder") : Path.GetFullPath(text);
}

// Where pictures are kept.

namespace Atelier.Web.Configuration;

/// <summary>Where pictures are kept.</summary>
/// <param name="Folder">Full path. Default: <c>images</c> in the data folder; a relative path is taken from the data folder.</param>
public sealed record StorageOptions(string Folder)
{
    /// <summary>The name of the folder inside the data folder.</summary>
    public const string DefaultFolder = "images";

    internal static StorageOptions Read(SettingsReader settings, DataOptions data) => new(
        settings.Value("storage.folder", "folder of the pictures", Path.Combine(data.Folder, DefaultFolder), text => text.Contains('\0', StringComparison.Ordinal)
            ? Understood<string>.Not("the path of a folder")
            : Path.GetFullPath(text, data.Folder)));
}

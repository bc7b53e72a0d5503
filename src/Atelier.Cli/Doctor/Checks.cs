// Everything the program stands on, in the order in which a failure makes the next ones pointless.

using Atelier.Web.Configuration;

namespace Atelier.Cli.Doctor;

internal static class Checks
{
    private const long LittleSpace = 1L << 30;

    public static IReadOnlyList<DoctorCheck> All(SettingsLoad load)
    {
        var settings = new DoctorCheck("settings", _ => Task.FromResult(Settings(load)));
        return load.Settings is not { } known ? [settings] :
        [
            settings,
            new DoctorCheck("data folder", _ => Task.FromResult(Folder(known.Data.Folder))),
            new DoctorCheck("storage", _ => Task.FromResult(Folder(known.Storage.Folder))),
            new DoctorCheck("disk", _ => Task.FromResult(Disk(known.Storage.Folder))),
        ];
    }

    private static Finding Settings(SettingsLoad load) => load.Problems.Count == 0
        ? Finding.Ok($"{load.Report.Settings.Count} settings, {load.Report.Settings.Count(setting => setting.Origin.Kind != SettingOriginKind.Default)} of them given")
        : Finding.Fail(SettingProblem.Describe(load.Problems), "mend these first; nothing else was checked");

    // Writes and deletes an empty file where the folder is there; where it is not yet, its nearest parent must let it be made.
    private static Finding Folder(string folder)
    {
        var nearest = Nearest(folder);
        var probe = Path.Combine(nearest, $".atelier-{Guid.NewGuid():N}");
        try
        {
            using (File.Create(probe, bufferSize: 1, FileOptions.DeleteOnClose))
                return Finding.Ok(nearest == folder ? folder : $"{folder} (will be made at the first start)");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Finding.Fail($"{nearest} may not be written: {failure.Message}", "give this user the right to write there, or choose another folder with --data");
        }
    }

    private static Finding Disk(string folder)
    {
        var free = new DriveInfo(Nearest(folder)).AvailableFreeSpace;
        var text = $"{free / (double)(1L << 30):0.0} GiB free";
        return free < LittleSpace ? Finding.Warn(text, "make room, or move the pictures with storage.folder") : Finding.Ok(text);
    }

    private static string Nearest(string folder) => Directory.Exists(folder) ? folder : Nearest(Path.GetDirectoryName(folder) ?? Path.GetPathRoot(folder)!);
}

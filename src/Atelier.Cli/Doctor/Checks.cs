// Everything the program stands on, in the order in which a failure makes the next ones pointless.

using Atelier.Catalogue;
using Atelier.Durable;
using Atelier.Generating;
using Atelier.Vips;
using Atelier.Web;
using Atelier.Web.Configuration;

namespace Atelier.Cli.Doctor;

internal static class Checks
{
    private const long LittleSpace = 1L << 30;

    // Without settings there are no services, and there is nothing further to check.
    public static IReadOnlyList<DoctorCheck> All(SettingsLoad load, IServiceProvider? services)
    {
        var settings = new DoctorCheck("settings", _ => Task.FromResult(Settings(load)));
        return load.Settings is not { } known || services is null ? [settings] :
        [
            settings,
            new DoctorCheck("image library", _ => Task.FromResult(ImageLibrary())),
            new DoctorCheck("data folder", _ => Task.FromResult(Folder(known.Data.Folder))),
            new DoctorCheck("storage", _ => Task.FromResult(Folder(known.Storage.Folder))),
            new DoctorCheck("disk", _ => Task.FromResult(Disk(known.Storage.Folder))),
            new DoctorCheck("database", token => DatabaseAsync(known.Database, services.GetRequiredService<Database>(), token)),
            new DoctorCheck("engines", _ => Task.FromResult(Engines(services.GetRequiredService<ModelCatalogue>(), services.GetRequiredService<ProviderRouter>()))),
        ];
    }

    private static Finding Settings(SettingsLoad load) => load.Problems.Count == 0
        ? Finding.Ok($"{load.Report.Settings.Count} settings, {load.Report.Settings.Count(setting => setting.Origin.Kind != SettingOriginKind.Default)} of them given")
        : Finding.Fail(SettingProblem.Describe(load.Problems), "mend these first; nothing else was checked");

    private static Finding ImageLibrary()
    {
        try
        {
            var found = VipsRuntime.Start();
            ImageFormat[] needed = [ImageFormat.Png, ImageFormat.Jpeg, ImageFormat.Webp, ImageFormat.Avif];
            var missing = needed.Except(found.Writes).ToArray();
            return missing.Length == 0
                ? Finding.Ok($"libvips {found.Version} ({found.Library})")
                : Finding.Warn($"libvips {found.Version} cannot write {string.Join(", ", missing)}", "install a libvips with these formats, such as Debian's libvips42");
        }
        catch (VipsMissingException missing)
        {
            return Finding.Fail(missing.Message, VipsMissingException.HowToInstall);
        }
    }

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

    // A SQLite file that is not there yet is left to the first start.
    private static async Task<Finding> DatabaseAsync(DatabaseOptions options, Database database, CancellationToken cancellationToken)
    {
        if (options.Kind == DatabaseKind.Sqlite && !File.Exists(options.Connection)) return Finding.Ok($"{options} (will be made at the first start)");
        var pending = await Migrator.PendingAsync(database, AtelierServices.Migrations, cancellationToken);
        return pending.Count == 0
            ? Finding.Ok($"{options}, up to date")
            : Finding.Warn($"{options}, {pending.Count} migrations behind", "atelier migrate brings it up to date; so does the next start");
    }

    private static Finding Engines(ModelCatalogue catalogue, ProviderRouter router)
    {
        var ready = catalogue.Models.Count(model => router.Find(model) is not null);
        var text = $"{ready} of {catalogue.Models.Count} models can paint here ({string.Join(", ", router.All.Select(provider => provider.Name))})";
        return ready > 0 ? Finding.Ok(text) : Finding.Fail(text, "set up a provider");
    }

    private static string Nearest(string folder) => Directory.Exists(folder) ? folder : Nearest(Path.GetDirectoryName(folder) ?? Path.GetPathRoot(folder)!);
}

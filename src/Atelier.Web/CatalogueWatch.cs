// Reads the operator's catalogue file at start and whenever it changes. A broken change is reported, and the catalogue before it stays in force.
using Atelier.Catalogue;
using Microsoft.Extensions.Logging;

namespace Atelier.Web;

/// <summary>Keeps the catalogue like its file.</summary>
internal sealed partial class CatalogueWatch(ModelCatalogue catalogue, Configuration.AtelierSettings settings, TimeProvider time, ILogger<CatalogueWatch> log)
{
    public const string FileName = "catalogue.yaml";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>The catalogue with the operator's file laid over it.</summary>
    /// <exception cref="CatalogueException">The file is broken: a process must not start with less than its operator wrote.</exception>
    public static ModelCatalogue Open(string folder)
    {
        var catalogue = ModelCatalogue.BuiltIn();
        var path = Path.Combine(folder, FileName);
        if (File.Exists(path))
            catalogue.Overlay(FileName, File.ReadAllText(path));
        return catalogue;
    }

    /// <summary>Looks for changes until told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var path = Path.Combine(settings.Data.Folder, FileName);
        var seen = Stamp(path);
        while (true)
        {
            await Task.Delay(Interval, time, stop);
            if (Stamp(path) is var now && now != seen)
            {
                seen = now;
                Reload(path);
            }
        }
    }

    private void Reload(string path)
    {
        try
        {
            if (File.Exists(path))
                catalogue.Overlay(FileName, File.ReadAllText(path));
            else
                catalogue.RemoveOverlay();
            LogReloaded(catalogue.Models.Count);
        }
        catch (CatalogueException broken)
        {
            LogBroken(broken.Message);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogBroken(failure.Message);
        }
    }

    // Time and length: editors that write in place change both or either.
    private static (DateTime Written, long Length) Stamp(string path) =>
        new FileInfo(path) is { Exists: true } file ? (file.LastWriteTimeUtc, file.Length) : default;

    [LoggerMessage(1003, LogLevel.Information, "The catalogue was read again: {Count} models")]
    private partial void LogReloaded(int count);

    [LoggerMessage(1004, LogLevel.Error, "The changed catalogue is not used, the one before it stays in force: {Problems}")]
    private partial void LogBroken(string problems);
}

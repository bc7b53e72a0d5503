// Reads the operator's catalogue file at start and whenever it changes. A broken change is reported, and the catalogue before it stays in force.
using Atelier.Catalogue;
using Microsoft.Extensions.Logging;

namespace Atelier.Web;

/// <summary>Keeps the catalogue like its file.</summary>
internal sealed partial class CatalogueWatch
{
    public const string FileName = "catalogue.yaml";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger<CatalogueWatch> _log;
    private (DateTime Written, long Length) _seen;

    /// <summary>Reads the file once.</summary>
    /// <exception cref="CatalogueException">The file is broken: a process must not start with less than its operator wrote.</exception>
    public CatalogueWatch(Configuration.AtelierSettings settings, TimeProvider time, ILogger<CatalogueWatch> logger)
    {
        (_path, _time, _log) = (Path.Combine(settings.Data.Folder, FileName), time, logger);
        // Looked at before it is read: what changes in between is read again rather than missed.
        _seen = Stamp(_path);
        if (File.Exists(_path))
            Catalogue.Overlay(FileName, File.ReadAllText(_path));
    }

    /// <summary>The catalogue with the operator's file laid over it.</summary>
    public ModelCatalogue Catalogue { get; } = ModelCatalogue.BuiltIn();

    /// <summary>Looks for changes until told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            await Task.Delay(Interval, _time, stop);
            if (Stamp(_path) is var now && now != _seen)
            {
                _seen = now;
                Reload();
            }
        }
    }

    private void Reload()
    {
        try
        {
            if (File.Exists(_path))
                Catalogue.Overlay(FileName, File.ReadAllText(_path));
            else
                Catalogue.RemoveOverlay();
            LogReloaded(Catalogue.Models.Count);
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

// Blobs as files in a folder: written aside, synced, renamed; a crash at any instruction leaves a whole blob or a nameless leftover.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Atelier.Storage;

/// <summary>Keeps blobs under <c>ROOT/ab/cd/abcd…</c>; files that are being written lie in <c>ROOT/tmp</c>, on the same volume.</summary>
public sealed partial class FileBlobStore : BlobStore
{
    private const string TemporaryFolder = "tmp";
    private const int BufferSize = 64 << 10;

    private readonly string root;
    private readonly string temporary;
    private readonly TimeProvider clock;

    /// <summary>Opens the folder and creates it where it is missing.</summary>
    /// <param name="root">The folder's path.</param>
    /// <param name="clock">The clock; the time of a blob is taken from it.</param>
    public FileBlobStore(string root, TimeProvider clock)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(root);
        ArgumentNullException.ThrowIfNull(clock);
        this.root = Path.GetFullPath(root);
        this.clock = clock;
        temporary = Path.Combine(this.root, TemporaryFolder);
        Directory.CreateDirectory(temporary);
    }

    /// <inheritdoc/>
    public override async Task<BlobKey> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        var key = BlobKey.Of(content.Span);
        var path = PathOf(key);
        if (Renew(path, content.Length))
            return key;

        var folder = Path.GetDirectoryName(path)!;
        CreateFolder(folder);
        var aside = Path.Combine(temporary, Guid.NewGuid().ToString("n"));
        try
        {
            await WriteAsync(aside, content, cancellationToken);
            File.SetLastWriteTimeUtc(aside, clock.GetUtcNow().UtcDateTime);
            File.Move(aside, path, overwrite: true);
        }
        catch
        {
            File.Delete(aside);
            throw;
        }

        SyncFolder(folder);
        return key;
    }

    // Someone may delete the file between the look and the touch: then it is not there, and is written.
    private bool Renew(string path, long length)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length != length)
            return false;
        try
        {
            File.SetLastWriteTimeUtc(path, clock.GetUtcNow().UtcDateTime);
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    private static async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(
            path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
        await file.WriteAsync(content, cancellationToken);
        file.Flush(flushToDisk: true);
    }

    // A new folder is only safe once its own parent is synced.
    private void CreateFolder(string folder)
    {
        if (Directory.Exists(folder))
            return;
        Directory.CreateDirectory(folder);
        SyncFolder(Path.GetDirectoryName(folder)!);
        SyncFolder(root);
    }

    /// <inheritdoc/>
    public override Task<BlobContent?> OpenAsync(BlobKey key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            var file = new FileStream(
                PathOf(key), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferSize, FileOptions.Asynchronous);
            var lastModified = new DateTimeOffset(File.GetLastWriteTimeUtc(file.SafeFileHandle));
            return Task.FromResult<BlobContent?>(new BlobContent(file, file.Length, lastModified));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<BlobContent?>(null);
        }
    }

    /// <inheritdoc/>
    public override Task<bool> ExistsAsync(BlobKey key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(File.Exists(PathOf(key)));
    }

    /// <inheritdoc/>
    public override Task<bool> DeleteAsync(BlobKey key, DateTimeOffset? olderThan = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = PathOf(key);
        var aside = Path.Combine(temporary, Guid.NewGuid().ToString("n"));
        try
        {
            // Moved away first and judged then: a put that comes between the look and the deletion writes the blob anew.
            File.Move(path, aside);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult(false);
        }

        if (olderThan is { } limit && File.GetLastWriteTimeUtc(aside) >= limit.UtcDateTime)
        {
            File.Move(aside, path, overwrite: true);
            return Task.FromResult(false);
        }

        File.Delete(aside);
        return Task.FromResult(true);
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<BlobEntry> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var folder in Directory.EnumerateDirectories(root).Where(f => Path.GetFileName(f).Length == 2))
        {
            // One first-level folder at a time (a 256th of all), so that the caller's thread gets a rest.
            await Task.Yield();
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (BlobKey.TryParse(file.Name, out var key) && file.Exists)
                    yield return new BlobEntry(key, file.Length, new DateTimeOffset(file.LastWriteTimeUtc));
            }
        }
    }

    /// <inheritdoc/>
    public override Task<int> RemoveLeftoversAsync(DateTimeOffset before, CancellationToken cancellationToken = default)
    {
        var removed = 0;
        foreach (var file in new DirectoryInfo(temporary).EnumerateFiles())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!file.Exists || file.LastWriteTimeUtc >= before.UtcDateTime)
                continue;
            file.Delete();
            removed++;
        }

        return Task.FromResult(removed);
    }

    private string PathOf(BlobKey key) => Path.Combine(root, key.Path);

    // The rename itself must reach the disk; .NET can only sync files, so the folder is synced through the C library.
    // Windows has no such call.
    private static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        const int ReadOnly = 0;
        var descriptor = OpenFolder(folder, ReadOnly);
        if (descriptor < 0)
            throw new IOException($"The folder {folder} cannot be opened to sync it (error {Marshal.GetLastPInvokeError()}).");
        var failed = Sync(descriptor) != 0;
        var error = Marshal.GetLastPInvokeError();
        _ = CloseFolder(descriptor);
        if (failed)
            throw new IOException($"The folder {folder} could not be synced (error {error}).");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFolder(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseFolder(int descriptor);
}

// Ties the bundled SQLite to its own functions before anything else is loaded beside it. It writes nothing.
using System.Runtime.InteropServices;

namespace Atelier.Durable;

/// <summary>
/// Linux resolves a library's calls to its own exported functions among everything that was loaded globally before. A system's SQLite that
/// comes in with another library (an image library's plug-ins bring one) would be called in the middle of ours: a crash at the first
/// checkpoint. Loaded this way, ours asks itself first.
/// </summary>
internal static class SqliteLibrary
{
    private const string File = "libe_sqlite3.so";
    private const int ResolveNow = 0x2, ResolveOwnFirst = 0x8;

    private delegate nint Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    /// <summary>Loads the bundled library; where there is none, the platform's own way of finding one is left alone.</summary>
    public static void Load()
    {
        if (OperatingSystem.IsLinux() && Folders().Select(folder => Path.Combine(folder, File)).FirstOrDefault(System.IO.File.Exists) is { } path)
            Marshal.GetDelegateForFunctionPointer<Open>(FindOpen())(path, ResolveNow | ResolveOwnFirst);
    }

    private static IEnumerable<string> Folders() =>
        ((AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string)?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries) ?? [])
        .Append(AppContext.BaseDirectory);

    // Since glibc 2.34 it lives in the C library itself; musl has always had it there.
    private static nint FindOpen()
    {
        foreach (var library in new[] { "libc.so.6", "libdl.so.2", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1" })
        {
            if (NativeLibrary.TryLoad(library, out var handle) && NativeLibrary.TryGetExport(handle, "dlopen", out var open))
                return open;
        }
        throw new DllNotFoundException("The C library's dlopen was not found.");
    }
}

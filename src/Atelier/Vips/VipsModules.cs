// Which of libvips' loadable modules come into the process: on Linux only the one for AVIF. Changes nothing outside the process.
using System.Runtime.InteropServices;

namespace Atelier.Vips;

/// <summary>
/// libvips opens every module it finds, and makes their symbols and those of all their libraries global: one of them brings a second
/// SQLite, whose functions then replace half of ours and crash the process. Slides, PDF and ImageMagick are of no use here anyway.
/// </summary>
internal static partial class VipsModules
{
    private const string Home = "VIPSHOME";

    // A folder that cannot exist, because its parent is a file.
    private const string Nowhere = "/dev/null/none";

    /// <summary>Starts libvips without its modules, and adds the one that reads and writes AVIF.</summary>
    /// <param name="start">Starts libvips.</param>
    public static int StartWithout(Func<int> start)
    {
        if (!OperatingSystem.IsLinux())
            return start();
        // libvips reads the environment of the process, which .NET's own copy does not change.
        var before = Environment.GetEnvironmentVariable(Home);
        SetVariable(Home, Nowhere, overwrite: 1);
        var result = start();
        if (before is null)
            UnsetVariable(Home);
        else
            SetVariable(Home, before, overwrite: 1);
        if (result == 0)
            AddAvif(NativeMethods.Version(0), NativeMethods.Version(1));
        return result;
    }

    // Where AVIF is built in there is no such module, and where it is missing the doctor tells.
    private static unsafe void AddAvif(int major, int minor)
    {
        var folder = File.ReadLines("/proc/self/maps")
            .Select(line => line[(line.IndexOf('/', StringComparison.Ordinal) + 1)..])
            .Where(path => Path.GetFileName(path).StartsWith("libvips.so", StringComparison.Ordinal))
            .Select(path => Path.GetDirectoryName($"/{path}")).FirstOrDefault();
        if (folder is not null
            && NativeLibrary.TryLoad(Path.Combine(folder, $"vips-modules-{major}.{minor}", "vips-heif.so"), out var module)
            && NativeLibrary.TryGetExport(module, "g_module_check_init", out var register))
        {
            ((delegate* unmanaged[Cdecl]<nint, nint>)register)(0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "unsetenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnsetVariable(string name);
}

// Finds and starts libvips once for the whole process; it writes nothing, so a crash needs no mending.
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Atelier.Vips;

/// <summary>What the installed libvips is and can do, for <c>atelier doctor</c>.</summary>
/// <param name="Version">The library's version, such as 8.14.1.</param>
/// <param name="Library">The name under which it was found.</param>
/// <param name="Reads">Formats it decodes, of those that Atelier allows.</param>
/// <param name="Writes">Formats it encodes, of those that Atelier asks for.</param>
public sealed record VipsInfo(Version Version, string Library, IReadOnlyList<ImageFormat> Reads, IReadOnlyList<ImageFormat> Writes);

/// <summary>The one start of libvips. Every use of <see cref="VipsImage"/> goes through it.</summary>
public static unsafe class VipsRuntime
{
    private const int LogLevelCritical = 1 << 3;
    private const int LogLevelError = 1 << 2;

    private static readonly string[] LibraryNames =
    [
        "libvips.so.42", "libvips-cpp.so.42", "libvips.42.dylib", "/opt/homebrew/lib/libvips.42.dylib",
        "/usr/local/lib/libvips.42.dylib", "libvips-42.dll",
    ];

    // Everything else that libvips can read (PDF, PostScript through ImageMagick, raw files …) stays blocked.
    private static readonly string[] AllowedLoaders =
    [
        "VipsForeignLoadPng", "VipsForeignLoadJpeg", "VipsForeignLoadWebp", "VipsForeignLoadHeif",
        "VipsForeignLoadNsgif", "VipsForeignLoadSvg",
    ];

    private static readonly Version Oldest = new(8, 14);

    private static readonly Lazy<VipsInfo> Started = new(Initialise, LazyThreadSafetyMode.ExecutionAndPublication);

    /// <summary>Starts libvips if it is not started yet; safe to call from any thread, any number of times.</summary>
    /// <returns>What was found.</returns>
    /// <exception cref="VipsMissingException">The library is absent or older than 8.14. The message says what to run.</exception>
    public static VipsInfo Start() => Started.Value;

    /// <summary>Bytes of pixel memory that libvips holds at the moment.</summary>
    public static long PixelMemory()
    {
        Start();
        return (long)NativeMethods.TrackedMemory();
    }

    private static VipsInfo Initialise()
    {
        var (handle, name) = Find(LibraryNames);
        NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(),
            (library, _, _) => library == NativeMethods.Library ? handle : 0);

        if (VipsModules.StartWithout(() => NativeMethods.Init("atelier")) != 0)
            throw new VipsMissingException($"{name} did not start: {TakeError()}");

        var version = new Version(NativeMethods.Version(0), NativeMethods.Version(1), NativeMethods.Version(2));
        if (version < Oldest)
            throw new VipsMissingException($"{name} is version {version}, which is too old.");

        NativeMethods.SetLogHandler(&OnLog, 0);
        NativeMethods.SetConcurrency(1);
        NativeMethods.SetCacheSize(0);
        NativeMethods.BlockOperations("VipsForeignLoad", 1);
        foreach (var loader in AllowedLoaders)
            NativeMethods.BlockOperations(loader, 0);

        return new VipsInfo(version, name,
            [.. Enum.GetValues<ImageFormat>().Where(f => Has(f.Loader()))],
            [.. Enum.GetValues<ImageFormat>().Where(f => f.Saver() is { } saver && Has(saver))]);
    }

    internal static (nint Handle, string Name) Find(IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, out var handle))
                return (handle, name);
        }

        throw new VipsMissingException($"The image library libvips was not found (tried {string.Join(", ", names)}).");
    }

    private static bool Has(string operation) => NativeMethods.FindType("VipsOperation", operation) != 0;

    /// <summary>Takes libvips' error text and clears it: the buffer is shared by the whole process and only ever grows otherwise.</summary>
    internal static string TakeError()
    {
        var text = NativeMethods.TakeError();
        var message = Marshal.PtrToStringUTF8(text)?.Trim();
        NativeMethods.Free(text);
        return string.IsNullOrEmpty(message) ? "libvips gave no reason." : message;
    }

    // One broken file can raise a thousand loader warnings. What matters of them comes back as an error; only misuse stays loud.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnLog(nint domain, int level, nint message, nint data)
    {
        if ((level & (LogLevelError | LogLevelCritical)) != 0)
            NativeMethods.DefaultLogHandler(domain, level, message, data);
    }
}

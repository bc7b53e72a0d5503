// Only what is needed of libvips comes into the process.
using Atelier.Vips;

namespace Atelier.Tests.Vips;

public sealed class VipsModulesTests
{
    [Fact]
    public void Libvips_brings_no_second_sqlite_and_no_needless_parser()
    {
        VipsRuntime.Start().Reads.ShouldContain(ImageFormat.Avif);
        var loaded = File.ReadAllText("/proc/self/maps");
        foreach (var library in new[] { "libsqlite3.so", "libopenslide", "libpoppler", "libMagick" })
            loaded.ShouldNotContain(library);
    }
}

// What pictures cost the process: no growing memory, few milliseconds, a silent error stream. Run alone, so that only they are measured.
using System.Diagnostics;
using System.Runtime.InteropServices;
using Atelier.Imaging;
using Atelier.Vips;

namespace Atelier.Tests.Imaging;

[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeasuredAlone
{
    public const string Name = "measured alone";
}

[Collection(MeasuredAlone.Name)]
public sealed partial class MeasuredTests
{
    [Fact]
    public void Memory_does_not_grow_over_thousands_of_pictures()
    {
        using var disc = Samples.Picture(128, 128);
        var png = disc.EncodePng();
        Work(500);
        var resident = ResidentBytes();
        Work(3_000);
        (ResidentBytes() - resident).ShouldBeLessThan(16L << 20); // one leaked picture in three would be 64 MB

        void Work(int times) => Parallel.For(0, times, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            using var image = VipsImage.FromEncoded(png);
            if (i % 8 != 0)
                return;
            using var small = image.Thumbnail(64);
            small.EncodeWebp().Length.ShouldBeGreaterThan(100);
            if (i % 16 == 0)
                Should.Throw<VipsException>(() => VipsImage.FromEncoded(png.AsSpan(0, 300)).Dispose());
        });
    }

    [Fact]
    public void A_picture_of_1024_squared_takes_well_under_200_milliseconds_of_processor()
    {
        using var photograph = Samples.Photograph(1024, 1024);
        var png = photograph.EncodePng();
        MakeAll();
        var best = Enumerable.Range(0, 3).Min(_ =>
        {
            var before = Environment.CpuUsage.TotalTime;
            MakeAll();
            return (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
        });
        best.ShouldBeLessThan(200);

        void MakeAll()
        {
            using var accepted = ImageInspector.Inspect(png, new ImageLimits()).ShouldBeOfType<Inspection.Accepted>();
            Renditions.Make(accepted.Decoded, new RenditionOptions()).BlurHash.Length.ShouldBe(28);
        }
    }

    [Fact]
    public void Broken_files_write_nothing_to_the_error_stream_and_leave_no_error_text_behind()
    {
        const int ErrorStream = 2;
        var whole = Samples.File(ImageFormat.Png);
        var path = Path.GetTempFileName();
        var original = Duplicate(ErrorStream);
        try
        {
            using (var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write))
                Redirect((int)file.DangerousGetHandle(), ErrorStream).ShouldBe(ErrorStream);
            for (var at = 50; at < whole.Length; at += whole.Length / 40)
            {
                var broken = whole.ToArray();
                broken[at] ^= 0x55;
                (ImageInspector.Inspect(broken, new ImageLimits()) as IDisposable)?.Dispose();
            }
        }
        finally
        {
            Redirect(original, ErrorStream).ShouldBe(ErrorStream);
            Close(original).ShouldBe(0);
        }

        File.ReadAllText(path).ShouldBe("");
        File.Delete(path);
        VipsRuntime.TakeError().ShouldBe("libvips gave no reason.");
    }

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Redirect(int from, int to);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    private static long ResidentBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }
}

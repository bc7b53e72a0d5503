// Reads a file's metadata with exiftool, a tool that is not ours; a missing tool fails the test and says what to run.
using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Atelier.Vips;

namespace Atelier.Tests.Imaging;

internal static class ExifTool
{
    public static JsonElement Read(byte[] bytes, ImageFormat format)
    {
        var path = Path.Combine(Path.GetTempPath(), $"atelier-{Guid.NewGuid():n}.{format.Extension()}");
        File.WriteAllBytes(path, bytes);
        try
        {
            string[] arguments = ["-j", "-a", "-G1", "-struct", "-charset", "utf8", "-all", .. Validation(format), path];
            var start = new ProcessStartInfo("exiftool", arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardOutputEncoding = System.Text.Encoding.UTF8,
            };
            using var exiftool = Process.Start(start)!;
            var errors = exiftool.StandardError.ReadToEndAsync();
            var json = exiftool.StandardOutput.ReadToEnd();
            exiftool.WaitForExit();
            exiftool.ExitCode.ShouldBe(0, errors.GetAwaiter().GetResult());
            return JsonDocument.Parse(json).RootElement[0];
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException(
                "These tests read files back with exiftool: run `apt-get install -y libimage-exiftool-perl`.", e);
        }
        finally
        {
            File.Delete(path);
        }
    }

    // Its validation holds any XMP inside SVG to be improperly enclosed, so drawings are read without.
    private static string[] Validation(ImageFormat format) => format == ImageFormat.Svg ? [] : ["-validate", "-warning"];

    public static string? Text(this JsonElement tags, string name) => tags.TryGetProperty(name, out var value) ? value.ToString() : null;
}

// Decides the names of the files before anything is painted, so that a picture is never paid for and then has no place.
// A file appears under its name only when it is whole.

using System.Text;
using Atelier.Vips;

namespace Atelier.Cli.Commands;

internal sealed class OutputPlan(string? output, string prompt, int count, bool force, string currentFolder)
{
    private const int LongestSlug = 48;
    private const int IdLetters = 8;

    private readonly bool isFolder = output is null || output.EndsWith('/') || output.EndsWith(Path.DirectorySeparatorChar)
        || Directory.Exists(Path.GetFullPath(output, currentFolder));

    // The format that a file name asks for, or null.
    public static string? FormatOf(string? output) => Path.GetExtension(output)?.ToLowerInvariant() switch
    {
        ".webp" => "webp",
        ".png" => "png",
        ".jpg" or ".jpeg" => "jpeg",
        ".avif" => "avif",
        ".svg" => "svg",
        _ => null,
    };

    // What stands in the way, or null. Names made of the prompt end in an id and are always free.
    public string? Obstacle()
    {
        if (isFolder || force) return null;
        return Enumerable.Range(0, count).Select(Named).FirstOrDefault(File.Exists) is { } taken ? $"{taken} exists already" : null;
    }

    public string PathOf(int index, string id, ImageFormat format)
    {
        if (!isFolder) return Named(index);
        // A UUIDv7 begins with its time: only the end tells two of one moment apart.
        return Path.Combine(Path.GetFullPath(output ?? ".", currentFolder), $"{Slug(prompt)}-{id[^IdLetters..]}.{format.Extension()}");
    }

    public async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var partial = $"{path}.partial-{Environment.ProcessId}";
        try
        {
            await File.WriteAllBytesAsync(partial, content, cancellationToken);
            File.Move(partial, path, force);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    // "a red bicycle, in 1920s Paris!" becomes "a-red-bicycle-in-1920s-paris"; letters of all languages stay.
    internal static string Slug(string prompt)
    {
        var slug = new StringBuilder();
        foreach (var rune in prompt.EnumerateRunes().TakeWhile(_ => slug.Length < LongestSlug))
        {
            if (Rune.IsLetterOrDigit(rune)) slug.Append(Rune.ToLowerInvariant(rune));
            else if (slug.Length > 0 && slug[^1] != '-') slug.Append('-');
        }

        var text = slug.ToString().Trim('-');
        return text.Length == 0 ? "picture" : text;
    }

    // cats.png, or cats-1.png, cats-2.png … when there are several.
    private string Named(int index)
    {
        var path = Path.GetFullPath(output!, currentFolder);
        return count == 1 ? path : Path.Combine(Path.GetDirectoryName(path)!, $"{Path.GetFileNameWithoutExtension(path)}-{index + 1}{Path.GetExtension(path)}");
    }
}

// Lays thumbnails out in sheets of six by five with their captions.
using System.Globalization;
using System.Security;
using System.Text;
using Atelier.Providers;
using Atelier.Providers.Sketch;
using Atelier.Vips;

namespace ContactSheet;

internal sealed class Sheets(string folder, int cell, string? style, long seed, string format)
{
    private const int Columns = 6;
    private const int Rows = 5;
    private const int Caption = 44;
    private readonly SketchProvider _painter = new();

    public void Write(string[] prompts)
    {
        foreach (var (page, number) in prompts.Chunk(Columns * Rows).Select((p, i) => (p, i)))
            Page(page, Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"sheet-{number:00}.{format}")));
    }

    private void Page(string[] prompts, string path)
    {
        int width = Columns * (cell + 8), height = (prompts.Length + Columns - 1) / Columns * (cell + Caption);
        using var page = VipsImage.FromSvg(Encoding.UTF8.GetBytes(Captions(prompts, width, height)), width, height);
        var current = page;
        for (var i = 0; i < prompts.Length; i++)
        {
            using var thumbnail = Paint(prompts[i]);
            var next = current.Composite(thumbnail, i % Columns * (cell + 8) + 4, i / Columns * (cell + Caption) + 2);
            if (current != page)
                current.Dispose();
            current = next;
        }

        File.WriteAllBytes(path, format == "webp" ? current.EncodeWebp(quality: 72, effort: 6) : current.EncodePng());
        current.Dispose();
    }

    private VipsImage Paint(string prompt)
    {
        var request = new PaintRequest { Model = "sketch", Prompt = prompt, Width = cell, Height = cell, Seed = seed, Style = style,
            Format = ImageFormat.Png };
        var answer = _painter.StartAsync(request, new PaintCall(), CancellationToken.None).GetAwaiter().GetResult();
        return answer is ProviderAnswer.Painted painted
            ? VipsImage.FromEncoded(painted.Images[0].Bytes.Span)
            : throw new InvalidOperationException($"'{prompt}' was not painted: {answer}");
    }

    private string Captions(string[] prompts, int width, int height)
    {
        var svg = new StringBuilder($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" " +
            $"height=\"{height}\"><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>");
        for (var i = 0; i < prompts.Length; i++)
        {
            var lines = prompts[i].Chunk(cell / 6).Take(3).Select(c => new string(c)).ToArray();
            for (var line = 0; line < lines.Length; line++)
                svg.Append(CultureInfo.InvariantCulture,
                    $"<text x=\"{i % Columns * (cell + 8) + 6}\" y=\"{i / Columns * (cell + Caption) + cell + 14 + 12 * line}\" " +
                        $"font-family=\"sans-serif\" font-size=\"11\">{SecurityElement.Escape(lines[line])}</text>");
        }

        return svg.Append("</svg>").ToString();
    }
}

// Listens to a picture being painted: partial pictures become previews at once, the finished one and a failure are kept for the end.
using System.Text.Json;
using Atelier.Vips;

namespace Atelier.Providers.OpenAi;

internal sealed class ImageStream
{
    private const int PreviewSide = 384;

    private readonly IProgress<PaintProgress> _progress;
    private readonly int _previews;
    private readonly TimeSpan _apart;
    private readonly TimeProvider _time;
    private readonly EventStream _events;
    private readonly List<JsonElement> _finished = [];
    private long? _previewed;
    private double _fraction;

    /// <summary>Listens for one call.</summary>
    /// <param name="progress">Hears of previews.</param>
    /// <param name="previews">How many partial pictures were asked for; fewer may come.</param>
    /// <param name="apart">No preview need come sooner after the one before.</param>
    /// <param name="time">The clock.</param>
    public ImageStream(IProgress<PaintProgress> progress, int previews, TimeSpan apart, TimeProvider time)
    {
        (_progress, _previews, _apart, _time) = (progress, previews, apart, time);
        _events = new EventStream(Take);
    }

    /// <summary>The failure that the stream told of, or null.</summary>
    public JsonElement? Error { get; private set; }

    /// <summary>Takes the next bytes.</summary>
    public void Feed(ReadOnlyMemory<byte> block) => _events.Feed(block.Span);

    /// <summary>What was painted, or null where no picture came whole.</summary>
    public ProviderAnswer.Painted? Painted(PaintRequest request)
    {
        var pictures = new List<PaintedImage>();
        decimal? cost = null;
        foreach (var finished in _finished)
        {
            if (!DataUrl.TryDecode(finished.At("b64_json").Text(), out var bytes))
                return null;
            var type = finished.At("output_format").Text() is { } format ? $"image/{format}" : request.Format.ContentType();
            pictures.Add(new PaintedImage(bytes, type, Seed: null));
            cost = (cost ?? 0) + ImagesAnswer.CostOf(finished.At("usage"), request.TokenPrices);
        }
        return pictures.Count == 0 ? null : new ProviderAnswer.Painted(pictures) { Cost = cost };
    }

    private void Take(ReadOnlyMemory<byte> data)
    {
        var told = JsonReading.Parse(data);
        if (told.At("error").ValueKind is JsonValueKind.Object or JsonValueKind.String)
            Error = told;
        else if (told.At("type").Text() is "image_generation.completed" or "image_edit.completed")
            _finished.Add(told);
        else if (told.At("type").Text() is "image_generation.partial_image" or "image_edit.partial_image")
            Report(told);
    }

    private void Report(JsonElement partial)
    {
        _fraction = Math.Max(_fraction, Math.Clamp(((partial.At("partial_image_index").Number() ?? 0) + 1) / (_previews + 1), 0, 1));
        var due = _previewed is not { } last || _time.GetElapsedTime(last) >= _apart;
        var preview = due && DataUrl.TryDecode(partial.At("b64_json").Text(), out var bytes) ? Small(bytes) : default;
        if (!preview.IsEmpty)
            _previewed = _time.GetTimestamp();
        _progress.Report(new PaintProgress(_fraction, preview, preview.IsEmpty ? null : "image/webp"));
    }

    // Partial pictures come in the size of the whole; one that cannot be read is merely not shown.
    private static ReadOnlyMemory<byte> Small(byte[] bytes)
    {
        try
        {
            using var picture = VipsImage.FromEncoded(bytes);
            using var small = picture.Thumbnail(PreviewSide);
            return small.EncodeWebp(quality: 60, effort: 0);
        }
        catch (VipsException)
        {
            return default;
        }
    }
}

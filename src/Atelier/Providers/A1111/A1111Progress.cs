// What AUTOMATIC1111 says about its progress, as far as it can be believed: it speaks of the whole server, not of one call.
using System.Text.Json;

namespace Atelier.Providers.A1111;

/// <summary>Passes on the progress of one call. A number that stands still may be what another call left behind, so only one that moves is believed.</summary>
internal sealed class A1111Progress(IProgress<PaintProgress> listener, TimeSpan previewInterval, TimeProvider time)
{
    /// <summary>How often it is asked.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(400);

    private double? _before;
    private double _reported;
    private long? _lastPreview;

    /// <summary>Whether a preview would be shown by now.</summary>
    public bool WantsPreview => _lastPreview is not { } last || time.GetElapsedTime(last) >= previewInterval;

    /// <summary>Hears one answer of <c>/progress</c>.</summary>
    public void Hear(JsonElement answer)
    {
        if (answer.At("progress").Number() is not { } now || answer.At("state", "interrupted").ValueKind == JsonValueKind.True)
            return;
        // It falls when another call ends and ours begins.
        var moved = _before is { } before && now > before;
        _before = now;
        if (!moved || now <= _reported)
            return;
        _reported = Math.Min(now, 1);
        var preview = answer.At("current_image").Text() is { } text && DataUrl.TryDecode(text, out var bytes) ? bytes : [];
        if (preview.Length > 0)
            _lastPreview = time.GetTimestamp();
        listener.Report(new PaintProgress(_reported, preview, preview.Length > 0 ? TypeOf(preview) : null));
    }

    // Previews come in the format of the server's settings, which it does not name.
    private static string TypeOf(ReadOnlySpan<byte> picture) =>
        picture.Length > 4 && picture[1..].StartsWith("PNG"u8) ? "image/png"
        : picture.StartsWith("RIFF"u8) ? "image/webp" : "image/jpeg";
}

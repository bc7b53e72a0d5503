// Follows a run over ComfyUI's socket for its progress and previews. What it hears decides nothing: the outcome is read from the history afterwards.
using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text.Json;

namespace Atelier.Providers.ComfyUi;

internal sealed class ComfySocket(WebSocket socket, string id, int samplers, PaintCall call, long largest, TimeProvider time) : IDisposable
{
    private const int ReadBlock = 64 * 1024;
    private const uint Preview = 1;
    private const uint PreviewWithMetadata = 4;

    // Old versions send nothing after the last word; newer ones write the history within this time.
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _over = new(Timeout.InfiniteTimeSpan, time);
    private readonly List<string> _nodes = [];
    private double _fraction;
    private long? _lastPreview;

    /// <summary>Reports until the run has ended, the socket breaks or the token fires; none of these is an error.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_over.Token, cancellationToken);
        if (!await AskForMetadataAsync(either.Token))
            return;
        while (await ReceiveAsync(either.Token) is { } frame)
        {
            if (frame.Type == WebSocketMessageType.Binary)
                HearPicture(frame.Content);
            else if (IsLastWord(frame.Content))
                return;
        }
    }

    public void Dispose() => _over.Dispose();

    // Previews then say whose they are.
    private async Task<bool> AskForMetadataAsync(CancellationToken cancellationToken)
    {
        try
        {
            await socket.SendAsync("""{"type":"feature_flags","data":{"supports_preview_metadata":true}}"""u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
            return true;
        }
        catch (Exception failure) when (failure is WebSocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<Frame?> ReceiveAsync(CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        var block = new byte[ReadBlock];
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(block, cancellationToken);
                if (part.MessageType == WebSocketMessageType.Close || content.Length + part.Count > largest)
                    return null;
                content.Write(block, 0, part.Count);
                if (part.EndOfMessage)
                    return new Frame(part.MessageType, content.ToArray());
            }
        }
        catch (Exception failure) when (failure is WebSocketException or IOException or OperationCanceledException)
        {
            return null;
        }
    }

    private bool IsLastWord(byte[] text)
    {
        JsonElement message;
        try
        {
            using var document = JsonDocument.Parse(text);
            message = document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return false;
        }
        var data = message.At("data");
        if (data.At("prompt_id").Text() != id)
            return false;
        switch (message.At("type").Text())
        {
            case "progress" when data.At("value").Number() is { } value && data.At("max").Number() is > 0 and var max:
                HearProgress(data.At("node").Text() ?? "", value / max);
                return false;
            // The history is written between these words and the last one.
            case "execution_success" or "execution_error" or "execution_interrupted":
                _over.CancelAfter(Aftermath);
                return false;
            case "executing":
                return data.At("node").ValueKind == JsonValueKind.Null;
            default:
                return false;
        }
    }

    // A workflow may sample several times, one after the other; each is one share of the whole.
    private void HearProgress(string node, double done)
    {
        if (!_nodes.Contains(node))
            _nodes.Add(node);
        var whole = Math.Max(samplers, _nodes.Count);
        _fraction = Math.Max(_fraction, (_nodes.IndexOf(node) + Math.Clamp(done, 0, 1)) / whole);
        call.Progress?.Report(new PaintProgress(_fraction, default, null));
    }

    private void HearPicture(byte[] frame)
    {
        if (Picture(frame) is not var (type, picture) || _lastPreview is { } last && time.GetElapsedTime(last) < call.PreviewInterval)
            return;
        _lastPreview = time.GetTimestamp();
        call.Progress?.Report(new PaintProgress(_fraction, picture, type));
    }

    private (string Type, ReadOnlyMemory<byte> Bytes)? Picture(byte[] frame)
    {
        if (frame.Length <= 8)
            return null;
        var (kind, second) = (BinaryPrimitives.ReadUInt32BigEndian(frame), BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(4)));
        if (kind == Preview)
            return (second == 2 ? "image/png" : "image/jpeg", frame.AsMemory(8));
        if (kind != PreviewWithMetadata || second >= frame.Length - 8)
            return null;
        try
        {
            using var metadata = JsonDocument.Parse(frame.AsMemory(8, (int)second));
            return metadata.RootElement.At("prompt_id").Text() is { } whose && whose != id
                ? null
                : (metadata.RootElement.At("image_type").Text() ?? "image/jpeg", frame.AsMemory(8 + (int)second));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Frame(WebSocketMessageType Type, byte[] Content);
}

// Takes a stream of server-sent events apart as its bytes come in. Keeps the line that has not ended, and nothing else.
using System.Buffers;

namespace Atelier.Providers;

/// <summary>Server-sent events, pushed in block by block; the data of each event comes out once it is whole.</summary>
/// <param name="onData">Hears the data of each event; its lines are joined by line feeds.</param>
public sealed class EventStream(Action<ReadOnlyMemory<byte>> onData)
{
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly ArrayBufferWriter<byte> _data = new();

    /// <summary>Takes the next bytes.</summary>
    public void Feed(ReadOnlySpan<byte> block)
    {
        int end;
        while ((end = block.IndexOf((byte)'\n')) >= 0)
        {
            _line.Write(block[..end]);
            block = block[(end + 1)..];
            TakeLine(_line.WrittenSpan.TrimEnd((byte)'\r'));
            _line.ResetWrittenCount();
        }
        _line.Write(block);
    }

    private void TakeLine(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("data:"u8))
        {
            if (_data.WrittenCount > 0)
                _data.Write("\n"u8);
            _data.Write(line["data:"u8.Length..].TrimStart((byte)' '));
        }
        else if (line.IsEmpty && _data.WrittenCount > 0)
        {
            onData(_data.WrittenMemory);
            _data.ResetWrittenCount();
        }
    }
}

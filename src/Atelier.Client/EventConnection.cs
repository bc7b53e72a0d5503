// One connection's server-sent events. It ends by the server's will, by a broken line or by silence; which of them, it tells.
namespace Atelier.Client;

/// <summary>A message of the stream.</summary>
/// <param name="Id">The id that stands from here on; null where the message names none.</param>
/// <param name="Type">The event's type.</param>
/// <param name="Data">The data; empty for a message that only sets the id.</param>
internal sealed record EventMessage(string? Id, string Type, string Data);

internal sealed class EventConnection(Stream stream, TimeProvider time) : IDisposable
{
    // The server sends a sign of life every 15 seconds: three missed ones are a dead connection.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(45);

    private readonly StreamReader _lines = new(stream);

    /// <summary>Whether the connection was lost instead of ended.</summary>
    public bool WasLost { get; private set; }

    /// <summary>The next message; null at the end.</summary>
    public async Task<EventMessage?> NextAsync(CancellationToken cancellationToken)
    {
        string? id = null;
        var (type, data) = ("message", "");
        while (await LineAsync(cancellationToken) is { } line)
        {
            if (line.Length == 0)
            {
                if (id is not null || data.Length > 0)
                    return new EventMessage(id, type, data);
                continue;
            }
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var field = colon < 0 ? line : line[..colon];
            var value = colon < 0 ? "" : line[(colon + 1)..];
            value = value.StartsWith(' ') ? value[1..] : value;
            switch (field)
            {
                case "id":
                    id = value;
                    break;
                case "event":
                    type = value;
                    break;
                case "data":
                    data = data.Length == 0 ? value : $"{data}\n{value}";
                    break;
                default:
                    break; // A comment, or a field that does not matter here.
            }
        }
        return null;
    }

    private async Task<string?> LineAsync(CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(Silence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            return await _lines.ReadLineAsync(either.Token);
        }
        catch (Exception e) when (e is IOException or HttpRequestException || IsSilence(e, cancellationToken))
        {
            WasLost = true;
            return null;
        }
    }

    private static bool IsSilence(Exception e, CancellationToken cancellationToken) =>
        e is OperationCanceledException && !cancellationToken.IsCancellationRequested;

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();
}

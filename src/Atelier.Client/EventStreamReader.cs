// Follows server-sent events across lost connections: each reconnect names the last event seen, so nothing is missed or doubled.
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Atelier.Client;

internal sealed class EventStreamReader(HttpClient http, TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>The events of a stream.</summary>
    /// <param name="path">Its address.</param>
    /// <param name="after">The last event known; null to begin where the server begins.</param>
    /// <param name="endsWithFinal">Whether the server ends the stream for good after a final event.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<WatchedEvent> ReadAsync(
        string path, string? after, bool endsWithFinal, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = after;
        var wasFinal = false;
        for (var pause = FirstPause; ; pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, pause.Ticks * 2)))
        {
            using var response = await ConnectAsync(path, last, cancellationToken);
            if (response?.StatusCode == HttpStatusCode.NoContent)
                yield break;
            if (response is not null)
            {
                using var connection = new EventConnection(await response.Content.ReadAsStreamAsync(cancellationToken), time);
                while (await connection.NextAsync(cancellationToken) is { } message)
                {
                    pause = FirstPause;
                    last = message.Id ?? last;
                    if (message.Data.Length == 0)
                        continue;
                    var e = new WatchedEvent(last ?? "", message.Type, Read(message.Data));
                    wasFinal = e.IsFinal;
                    yield return e;
                }
                if (endsWithFinal && wasFinal && !connection.WasLost)
                    yield break;
            }
            await Task.Delay(pause, time, cancellationToken);
        }
    }

    // Null where the server cannot be reached at the moment. Before the first event that is the caller's to know.
    private async Task<HttpResponseMessage?> ConnectAsync(string path, string? last, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, path);
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (last is not null)
            message.Headers.Add("Last-Event-ID", last);
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException) when (last is not null)
        {
            return null;
        }
        if (last is not null && IsPassing(response.StatusCode))
        {
            response.Dispose();
            return null;
        }
        await Problems.ThrowIfAnyAsync(response, cancellationToken);
        return response;
    }

    private static bool IsPassing(HttpStatusCode status) =>
        status is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private static GenerationEvent Read(string data) =>
        JsonSerializer.Deserialize<GenerationEvent>(data, AtelierJson.Options) ?? throw new JsonException("An event without data.");
}

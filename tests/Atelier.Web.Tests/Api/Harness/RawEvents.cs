// Reads a stream of server-sent events as it comes over the wire.
namespace Atelier.Web.Tests.Api;

internal sealed record RawEvent(string Id, string Type, string Data);

internal static class RawEvents
{
    /// <summary>Opens a stream; the answer is there as soon as its head is.</summary>
    public static async Task<HttpResponseMessage> OpenAsync(HttpClient http, string path, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", lastEventId);
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>The events until the stream ends or enough were taken; those that only tell a place are included with no type.</summary>
    public static async IAsyncEnumerable<RawEvent> ReadAsync(HttpResponseMessage response)
    {
        response.EnsureSuccessStatusCode();
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        var (id, type, data) = ("", "", "");
        while (await lines.ReadLineAsync().WaitAsync(AtelierServer.Patience) is { } line)
        {
            if (line.Length == 0 && id.Length > 0)
            {
                yield return new RawEvent(id, type, data);
                (id, type, data) = ("", "", "");
            }
            else if (line.StartsWith("id: ", StringComparison.Ordinal))
                id = line[4..];
            else if (line.StartsWith("event: ", StringComparison.Ordinal))
                type = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                data = line[6..];
        }
    }
}

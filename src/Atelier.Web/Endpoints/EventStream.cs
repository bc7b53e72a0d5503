// Writes server-sent events: every event with its place in the log as id, and a sign of life while nothing happens.
using System.Text;
using System.Text.Json;
using Atelier.Client;
using Atelier.Durable;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Atelier.Web.Endpoints;

internal sealed class EventStream(HttpResponse response, TimeProvider time)
{
    public const string MediaType = "text/event-stream";

    /// <summary>How long nothing may be sent: proxies give up on silent connections, and a dead one is noticed only by sending.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>Begins the stream and tells its place: a reader who loses the connection before the first event resumes here.</summary>
    public async Task BeginAsync(EventCursor place, CancellationToken cancellationToken)
    {
        response.ContentType = MediaType;
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await WriteAsync($"id: {place}\n\n", cancellationToken);
    }

    public Task SendAsync(EventCursor id, string type, GenerationEvent data, CancellationToken cancellationToken) =>
        WriteAsync($"id: {id}\nevent: {type}\ndata: {JsonSerializer.Serialize(data, AtelierJson.Options)}\n\n", cancellationToken);

    /// <summary>Hands every event to the receiver until it says that it was the last.</summary>
    public async Task FollowAsync(IAsyncEnumerable<Event> events, Func<Event, Task<bool>> goesOnAfter, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var enumerator = events.GetAsyncEnumerator(ending.Token);
        var next = enumerator.MoveNextAsync().AsTask();
        try
        {
            while (await NextAsync(next, cancellationToken) && await goesOnAfter(enumerator.Current))
                next = enumerator.MoveNextAsync().AsTask();
        }
        finally
        {
            // An enumerator can only be disposed of when it rests.
            await ending.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await enumerator.DisposeAsync();
        }
    }

    private async Task<bool> NextAsync(Task<bool> next, CancellationToken cancellationToken)
    {
        while (!next.IsCompleted)
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var heartbeat = Task.Delay(Heartbeat, time, waiting.Token);
            await Task.WhenAny(next, heartbeat);
            cancellationToken.ThrowIfCancellationRequested();
            if (next.IsCompleted)
                await waiting.CancelAsync();
            else
                await WriteAsync(":\n\n", cancellationToken);
        }
        return await next;
    }

    private async Task WriteAsync(string text, CancellationToken cancellationToken)
    {
        await response.WriteAsync(text, Encoding.UTF8, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}

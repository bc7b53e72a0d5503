// The live stream: rendered fragments as server-sent events. A reader that comes back with the last id it saw misses nothing, whichever process answers.
using System.Text;
using System.Threading.Channels;
using Atelier.Durable;
using Atelier.Web.Components;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;

namespace Atelier.Web.Live;

internal sealed class LiveHandlers(EventFeed feed, LiveFragments fragments, PageFrames frames, TimeProvider time, IHostApplicationLifetime host)
{
    // What happens together is drawn together, and nobody can see more than a few changes in a second.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);
    // Proxies give up on silent connections, and a dead one is noticed only by sending.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);
    private const int MostGathered = 500;

    /// <summary>Follows the reader's generations until the connection ends or the process stops.</summary>
    public async Task FollowAsync(HttpContext http)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, host.ApplicationStopping);
        try
        {
            await FollowAsync(http, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The reader has left, or comes back to the process that follows this one.
            if (!http.Response.HasStarted)
                http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
    }

    private async Task FollowAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var place = PlaceOf(http.Request) ?? await feed.EndAsync(cancellationToken);
        await BeginAsync(http.Response, place, cancellationToken);

        var gathered = Channel.CreateBounded<Event>(MostGathered);
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reader = GatherAsync(feed.ReadAsync(new EventFilter(Stream: CurrentUser.Of(http).Owner), place, reading.Token), gathered.Writer, reading.Token);
        try
        {
            while (await AwaitEventAsync(gathered.Reader, http.Response, cancellationToken))
            {
                await Task.Delay(Gathering, time, cancellationToken);
                var burst = new List<Event>();
                while (gathered.Reader.TryRead(out var e))
                    burst.Add(e);
                var html = await fragments.DrawAsync(burst, frames.CircumstancesOf(http), cancellationToken);
                await SendAsync(http.Response, burst[^1].Cursor, html, cancellationToken);
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
        finally
        {
            await reading.CancelAsync();
            await reader;
        }
    }

    private static EventCursor? PlaceOf(HttpRequest request)
    {
        var text = request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last ? last : request.Query["after"].ToString();
        return EventCursor.TryParse(text, out var cursor) ? cursor : null;
    }

    private static async Task GatherAsync(IAsyncEnumerable<Event> events, ChannelWriter<Event> writer, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var e in events.WithCancellation(cancellationToken))
                await writer.WriteAsync(e, cancellationToken);
            writer.Complete();
        }
        catch (Exception e)
        {
            // The writing side sees the same error, or has asked for this end.
            writer.Complete(e is OperationCanceledException ? null : e);
        }
    }

    private async Task<bool> AwaitEventAsync(ChannelReader<Event> reader, HttpResponse response, CancellationToken cancellationToken)
    {
        var waiting = reader.WaitToReadAsync(cancellationToken).AsTask();
        while (!waiting.IsCompleted)
        {
            using var beat = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            if (await Task.WhenAny(waiting, Task.Delay(Heartbeat, time, beat.Token)) != waiting)
                await WriteAsync(response, "event: beat\ndata:\n\n", cancellationToken);
            await beat.CancelAsync();
        }
        return await waiting;
    }

    private static Task BeginAsync(HttpResponse response, EventCursor place, CancellationToken cancellationToken)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        return WriteAsync(response, $"retry: 1000\nid: {place}\nevent: beat\ndata:\n\n", cancellationToken);
    }

    private static Task SendAsync(HttpResponse response, EventCursor cursor, string html, CancellationToken cancellationToken)
    {
        var message = new StringBuilder($"id: {cursor}\nevent: fragments\n");
        foreach (var line in html.AsSpan().EnumerateLines())
        {
            if (!line.IsWhiteSpace())
                message.Append("data: ").Append(line).Append('\n');
        }
        return WriteAsync(response, message.Append('\n').ToString(), cancellationToken);
    }

    private static async Task WriteAsync(HttpResponse response, string text, CancellationToken cancellationToken)
    {
        await response.WriteAsync(text, Encoding.UTF8, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}

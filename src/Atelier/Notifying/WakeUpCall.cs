// Calls somewhere when jobs wait, for places where no worker runs all the time: a GitHub workflow, a Cloud Run job, anything behind a URL.
// It looks at the queue, not at submissions: a call that fails, or a process that dies before it, loses nothing, for the jobs still wait.
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Serialization;
using Atelier.Durable;
using Microsoft.Extensions.Logging;

namespace Atelier.Notifying;

/// <summary>Whom to call, and how often.</summary>
/// <param name="Url">Where to post; HTTP or HTTPS.</param>
/// <param name="Token">Sent as <c>Authorization: Bearer</c>; null for none.</param>
/// <param name="Quiet">At most one call in this time, over all processes.</param>
/// <param name="Event">The <c>event_type</c> of the body.</param>
public sealed record WakeUpOptions(Uri Url, string? Token, TimeSpan Quiet, string Event);

/// <summary>Posts to a URL when jobs are ready, at most once in a quiet period over all processes, in the shape of GitHub's <c>repository_dispatch</c>.</summary>
public sealed partial class WakeUpCall : IDisposable
{
    private const string Turn = "wake_up_call";

    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly JobQueue _queue;
    private readonly WakeUpOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<WakeUpCall> _log;

    // A redirect could carry the token to a stranger, and a new address deserves a new setting anyway.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = Patience,
    };

    /// <summary>A caller; nothing happens before <see cref="RunAsync"/>.</summary>
    public WakeUpCall(JobQueue queue, WakeUpOptions options, TimeProvider time, ILogger<WakeUpCall> log) =>
        (_queue, _options, _time, _log) = (queue, options, time, log);

    /// <summary>Looks once a second until canceled. Whatever fails is logged and done again: a call in the next quiet period.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(LookInterval, _time);
        do
        {
            try
            {
                await LookAsync(cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                LogBlind(e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var waiting = await _queue.ListAsync(new JobFilter(State: JobState.Ready), limit: 1, ct: cancellationToken);
        if (waiting.Count == 0)
            return;
        if (!await _queue.TakeTurnAsync(Turn, _options.Quiet, cancellationToken))
        {
            LogQuiet();
            return;
        }
        var ready = (await _queue.StatsAsync(cancellationToken)).Depths.Where(depth => depth.State == JobState.Ready).Sum(depth => depth.Count);
        try
        {
            await CallAsync(ready, cancellationToken);
            LogCalled(ready);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            LogFailed(e.Message);
        }
    }

    private async Task CallAsync(long ready, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _options.Url)
        {
            Content = JsonContent.Create(new Dispatch(_options.Event, new ClientPayload(ready))),
        };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/vnd.github+json"));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Atelier", null)); // GitHub refuses who does not say.
        if (_options.Token is { } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!answer.IsSuccessStatusCode)
            throw new HttpRequestException($"the answer was {(int)answer.StatusCode}");
    }

    private sealed record Dispatch(
        [property: JsonPropertyName("event_type")] string EventType, [property: JsonPropertyName("client_payload")] ClientPayload ClientPayload);

    private sealed record ClientPayload([property: JsonPropertyName("ready")] long Ready);

    [LoggerMessage(2101, LogLevel.Information, "Called wakeup.url: {Ready} jobs are ready")]
    private partial void LogCalled(long ready);

    [LoggerMessage(2102, LogLevel.Warning, "The call to wakeup.url failed ({Reason}); the next is made after the quiet period if jobs still wait")]
    private partial void LogFailed(string reason);

    [LoggerMessage(2104, LogLevel.Warning, "Whether jobs wait for a wake-up call could not be seen ({Reason}); looking again")]
    private partial void LogBlind(string reason);

    [LoggerMessage(2103, LogLevel.Trace, "Jobs are ready; the quiet period after the last call to wakeup.url is not over")]
    private partial void LogQuiet();
}

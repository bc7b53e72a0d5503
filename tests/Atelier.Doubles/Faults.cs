// The ways in which a network or a provider fails, as the doubles can play them: each by name, for a part of the calls, a number of times.
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Atelier.Doubles;

/// <summary>A way to fail.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Executes">Whether the provider carries the call out all the same: only the answer suffers.</param>
/// <param name="ApplyAsync">Plays it.</param>
public sealed record Fault(string Name, bool Executes, Func<HttpContext, RequestDelegate, Task> ApplyAsync)
{
    /// <summary>Everything that any provider may meet.</summary>
    public static IReadOnlyList<Fault> All { get; } =
    [
        new("reset before the call is read", Executes: false, (context, _) => Abort(context)),
        new("reset after the call was carried out", Executes: true, async (context, next) => { await Swallow(context, next); await Abort(context); }),
        new("answer cut short", Executes: true, async (context, next) => await CutAsync(context, next)),
        new("answer that never ends", Executes: true, async (context, next) => { await Swallow(context, next); await TrickleAsync(context); }),
        new("answer that is too large", Executes: true, async (context, next) => { await Swallow(context, next); await FloodAsync(context); }),
        new("broken JSON", Executes: true, async (context, next) => { await Swallow(context, next); await Answer(context, 200, "application/json", "{\"id\": \"x\", "); }),
        new("a web page instead of an answer", Executes: false, (context, _) => Answer(context, 200, "text/html", "<html><body>Welcome to the portal</body></html>")),
        new("an empty answer", Executes: false, (context, _) => Answer(context, 200, "application/json", "")),
        new("JSON of another shape", Executes: false, (context, _) => Answer(context, 200, "application/json", "[1,2,3]")),
        new("redirect into the private network", Executes: false, (context, _) => Redirect(context, "http://169.254.169.254/latest/meta-data")),
        Status(400, "application/json", """{"error":"bad request","detail":"bad request","message":"bad request"}"""),
        Status(401, "application/json", """{"error":"unauthorized","detail":"unauthorized"}"""),
        Status(402, "application/json", """{"error":"payment required","detail":"payment required"}"""),
        Status(403, "application/json", """{"error":"forbidden","detail":"forbidden"}"""),
        Status(404, "application/json", """{"error":"not found","detail":"not found"}"""),
        Status(408, "text/plain", "request timeout"),
        Status(413, "text/plain", "too large"),
        Status(422, "application/json", """{"error":"unprocessable","detail":"unprocessable"}"""),
        Status(500, "text/html", "<h1>Internal Server Error</h1>"),
        Status(502, "text/html", "<h1>Bad Gateway</h1>"),
        Status(503, "text/html", "<h1>Service Unavailable</h1>"),
        Status(504, "text/html", "<h1>Gateway Timeout</h1>"),
        Throttle("429 that says nothing", null, "slow down", "text/plain"),
        Throttle("429 with Retry-After in seconds", "7", "{}", "application/json"),
        Throttle("429 with Retry-After as a date", "date", "{}", "application/json"),
        Throttle("429 with the delay in its text", null, """{"detail":"Request was throttled. Expected available in 7 seconds."}""", "application/json"),
    ];

    /// <summary>The fault of that name.</summary>
    public static Fault Of(string name) => All.Single(fault => fault.Name == name);

    /// <summary>A fault that answers with a status and a body and does nothing else.</summary>
    public static Fault Answering(string name, int status, string body, string type = "application/json", params (string Name, string Value)[] headers) =>
        new(name, Executes: false, (context, _) =>
        {
            foreach (var (header, value) in headers)
                context.Response.Headers[header] = value;
            return Answer(context, status, type, body);
        });

    private static Fault Status(int status, string type, string body) => Answering($"status {status}", status, body, type);

    private static Fault Throttle(string name, string? retryAfter, string body, string type) => new(name, Executes: false, (context, _) =>
    {
        if (retryAfter is not null)
            context.Response.Headers.RetryAfter = retryAfter == "date" ? TimeProvider.System.GetUtcNow().AddSeconds(8).ToString("R", CultureInfo.InvariantCulture) : retryAfter;
        return Answer(context, 429, type, body);
    });

    private static Task Abort(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    private static Task Redirect(HttpContext context, string to)
    {
        context.Response.Redirect(to);
        return Task.CompletedTask;
    }

    private static async Task Answer(HttpContext context, int status, string type, string body)
    {
        (context.Response.StatusCode, context.Response.ContentType) = (status, type);
        await context.Response.WriteAsync(body);
    }

    // Carries the call out and keeps the answer back.
    private static async Task<byte[]> Swallow(HttpContext context, RequestDelegate next)
    {
        var wire = context.Response.Body;
        using var kept = new MemoryStream();
        context.Response.Body = kept;
        await next(context);
        context.Response.Body = wire;
        context.Response.ContentLength = null;
        return kept.ToArray();
    }

    private static async Task CutAsync(HttpContext context, RequestDelegate next)
    {
        var whole = await Swallow(context, next);
        context.Response.ContentLength = whole.Length + 1;
        await context.Response.Body.WriteAsync(whole.AsMemory(0, whole.Length / 2));
        await context.Response.Body.FlushAsync();
        context.Abort();
    }

    private static async Task TrickleAsync(HttpContext context)
    {
        (context.Response.StatusCode, context.Response.ContentType) = (200, "application/json");
        context.RequestServices.GetRequiredService<FaultPlan>().NeverEnds?.Invoke();
        while (!context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.WriteAsync(" ", context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(20, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task FloodAsync(HttpContext context)
    {
        (context.Response.StatusCode, context.Response.ContentType) = (200, "application/json");
        var block = Encoding.ASCII.GetBytes(new string(' ', 64 * 1024));
        for (var sent = 0; sent < 4_096 && !context.RequestAborted.IsCancellationRequested; sent++)
            await context.Response.Body.WriteAsync(block, context.RequestAborted).AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // Whoever reads decides when it is enough: an end of ours could overtake what has not been read yet.
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}

/// <summary>Which calls fail, and how.</summary>
public sealed class FaultPlan
{
    private readonly ConcurrentQueue<(Func<HttpRequest, bool> When, Fault Fault)> _once = new();

    /// <summary>Told when an answer begins that never ends.</summary>
    public Action? NeverEnds { get; set; }

    /// <summary>Decides for every call; null for none. Asked after the faults that were ordered once.</summary>
    public Func<HttpRequest, Fault?>? Always { get; set; }

    /// <summary>Lets the next call that fits fail.</summary>
    public void Once(Fault fault, Func<HttpRequest, bool>? when = null) => _once.Enqueue((when ?? (_ => true), fault));

    /// <summary>Forgets what is ordered.</summary>
    public void Clear()
    {
        _once.Clear();
        Always = null;
    }

    internal Fault? Next(HttpRequest request)
    {
        // In order: the first that is ordered waits for its call.
        if (_once.TryPeek(out var next) && next.When(request) && _once.TryDequeue(out next))
            return next.Fault;
        return Always?.Invoke(request);
    }
}

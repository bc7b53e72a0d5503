// A real HTTP listener on a free loopback port that takes calls and answers what the test wants.
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Atelier.Web.Tests.Api;

internal sealed record Call(string Method, string Path, IReadOnlyDictionary<string, string> Headers, JsonElement Body);

internal sealed class Switchboard : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<Call> _calls = Channel.CreateUnbounded<Call>();
    private int _taken;

    private Switchboard(WebApplication app) => _app = app;

    /// <summary>How it answers; 204 as GitHub does unless the test says otherwise.</summary>
    public Func<HttpResponse, int> Answers { get; set; } = _ => StatusCodes.Status204NoContent;

    public string Url => $"{_app.Urls.First()}/repos/ann/pictures/dispatches";

    /// <summary>How many calls have come so far.</summary>
    public int Taken => Volatile.Read(ref _taken);

    public static async Task<Switchboard> OpenAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var board = new Switchboard(builder.Build());
        board._app.Run(board.TakeAsync);
        await board._app.StartAsync();
        return board;
    }

    /// <summary>The next call.</summary>
    public async Task<Call> NextAsync() => await _calls.Reader.ReadAsync().AsTask().WaitAsync(AtelierServer.Patience);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        var body = await JsonDocument.ParseAsync(http.Request.Body);
        http.Response.StatusCode = Answers(http.Response);
        Interlocked.Increment(ref _taken);
        await _calls.Writer.WriteAsync(new Call(http.Request.Method, http.Request.Path,
            http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.RootElement));
    }
}

// The real server in a process of its own, which a test kills and starts again on the same port.
using System.Net;
using System.Net.Sockets;
using Atelier.Client;
using Atelier.EndToEnd.Cli;

namespace Atelier.EndToEnd.Durability;

internal sealed class KillableServer : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _folder;
    private readonly string? _connection;
    private readonly string _url;
    private readonly HttpClient _http;
    private readonly AtelierClient _client;
    private AtelierProcess? _process;

    private readonly string[] _flags;

    private KillableServer(string folder, string? connection, string[] flags)
    {
        (_folder, _connection, _flags, _url) = (folder, connection, flags, $"http://127.0.0.1:{FreePort()}");
        _http = new HttpClient { BaseAddress = new Uri(_url) };
        _client = new AtelierClient(_http);
    }

    public static async Task<KillableServer> StartAsync(string folder, string? connection, params string[] flags)
    {
        var server = new KillableServer(folder, connection, flags);
        await server.StartAsync();
        return server;
    }

    public async Task KillAndRestartAsync()
    {
        await _process!.SignalAsync("KILL");
        _process.Dispose();
        await StartAsync();
    }

    // As a careful client does: the same wish under the same key until there is an answer.
    public async Task<IEnumerable<string>> SubmitAsync(GenerationRequest request, string idempotencyKey)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                var answer = await _client.SubmitAsync(request, idempotencyKey, patience.Token);
                return answer.Generations.Select(generation => generation.Id);
            }
            catch (HttpRequestException)
            {
                await Task.Delay(Pause, patience.Token);
            }
        }
    }

    public void Dispose()
    {
        _process?.Dispose();
        _http.Dispose();
    }

    private async Task StartAsync()
    {
        _process = AtelierProcess.Start(_folder, _connection, ["serve", "--urls", _url, .. _flags]);
        await _process.HearAsync(_url);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

// The real program in a process of its own, on a free port and in a temporary folder.
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Atelier.Testing;

namespace Atelier.Bench;

internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly MeasuredProcess _process;
    private readonly TempFolder _data;

    private ServerProcess(MeasuredProcess process, TempFolder data, string? connection, HttpClient http) =>
        (_process, _data, Connection, Http) = (process, data, connection, http);

    public HttpClient Http { get; }

    /// <summary>PostgreSQL's connection string; null for SQLite.</summary>
    public string? Connection { get; }

    public string DatabaseFile => _data["atelier.db"];

    public double CpuSeconds => _process.CpuSeconds;

    public double ResidentMiB => _process.ResidentMiB;

    /// <summary>Starts a server.</summary>
    /// <param name="scene">Its database.</param>
    /// <param name="settings">What stands in its atelier.yaml; null for none.</param>
    /// <param name="flags">More flags.</param>
    public static async Task<ServerProcess> StartAsync(Scene scene, string? settings = null, params string[] flags)
    {
        var data = new TempFolder();
        if (settings is not null)
            await File.WriteAllTextAsync(data["atelier.yaml"], settings);
        var url = $"http://127.0.0.1:{FreePort()}";
        var connection = await scene.Connection();
        var process = MeasuredProcess.Start("Atelier.Cli.dll", connection, ["serve", "--urls", url, "--data", data.Path, .. flags]);
        var server = new ServerProcess(process, data, connection, new HttpClient { BaseAddress = new Uri(url) });
        await server.UntilReadyAsync();
        return server;
    }

    /// <summary>Starts a worker beside it, on the same data.</summary>
    public MeasuredProcess StartWorker(int concurrency) => MeasuredProcess.Start(
        "Atelier.Cli.dll", Connection, ["worker", "--data", _data.Path, "--concurrency", concurrency.ToString(CultureInfo.InvariantCulture)]);

    /// <summary>Submits one small picture and returns its id.</summary>
    public async Task<string> SubmitAsync(string prompt, int side)
    {
        using var response = await Http.PostAsJsonAsync("/api/v1/generations", new { prompt, width = side, height = side });
        response.EnsureSuccessStatusCode();
        using var body = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        return body.RootElement.GetProperty("generations")[0].GetProperty("id").GetString()!;
    }

    /// <summary>Submits one picture of a model and returns its id.</summary>
    public async Task<string> SubmitAsync(string prompt, string model)
    {
        using var response = await Http.PostAsJsonAsync("/api/v1/generations", new { prompt, model });
        response.EnsureSuccessStatusCode();
        using var body = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        return body.RootElement.GetProperty("generations")[0].GetProperty("id").GetString()!;
    }

    /// <summary>The events of all generations.</summary>
    public async IAsyncEnumerable<(string Type, string Data)> EventsAsync()
    {
        using var stream = await Http.GetStreamAsync("/api/v1/generations/events");
        using var reader = new StreamReader(stream);
        var type = "";
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
                type = line["event: ".Length..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                yield return (type, line["data: ".Length..]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _process.DisposeAsync();
        _data.Dispose();
    }

    private async Task UntilReadyAsync()
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                if ((await Http.GetAsync("/readyz")).IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException) when (tries < 300 && !_process.HasEnded)
            {
                // It is still starting.
            }
            if (tries >= 300 || _process.HasEnded)
                throw new InvalidOperationException("The server did not become ready.");
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

// The real program in a process of its own, on a free port and in a temporary folder.
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Atelier.Testing;

namespace Atelier.Bench;

internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TempFolder _data;

    private ServerProcess(Process process, TempFolder data, HttpClient http) => (_process, _data, Http) = (process, data, http);

    public HttpClient Http { get; }

    public static async Task<ServerProcess> StartAsync(Scene scene)
    {
        var data = new TempFolder();
        var url = $"http://127.0.0.1:{FreePort()}";
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "Atelier.Cli.dll"), "serve", "--urls", url, "--data", data.Path },
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ATELIER_LOGGING__LEVEL"] = "warning";
        if (await scene.Connection() is { } connection)
            start.Environment["ATELIER_DATABASE"] = connection;
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, line) => Console.Error.Write(line.Data is null ? "" : $"{line.Data}\n");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new ServerProcess(process, data, new HttpClient { BaseAddress = new Uri(url) });
        await server.UntilReadyAsync();
        return server;
    }

    public double CpuSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    public double ResidentMiB => File.ReadLines($"/proc/{_process.Id.ToString(CultureInfo.InvariantCulture)}/status")
        .Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
        .Select(line => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024).Single();

    /// <summary>Submits one small picture and returns its id.</summary>
    public async Task<string> SubmitAsync(string prompt, int side)
    {
        using var response = await Http.PostAsJsonAsync("/api/v1/generations", new { prompt, width = side, height = side });
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
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
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
            catch (HttpRequestException) when (tries < 300 && !_process.HasExited)
            {
                // It is still starting.
            }
            if (tries >= 300 || _process.HasExited)
                throw new InvalidOperationException("The server did not become ready.");
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

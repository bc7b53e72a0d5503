// A worker in a process of its own, which a test kills and starts again.
using System.Globalization;
using Atelier.EndToEnd.Cli;

namespace Atelier.EndToEnd.Durability;

internal sealed class KillableWorker : IDisposable
{
    private readonly string _folder;
    private readonly string? _connection;
    private readonly int _concurrency;
    private AtelierProcess? _process;

    private KillableWorker(string folder, string? connection, int concurrency) => (_folder, _connection, _concurrency) = (folder, connection, concurrency);

    public static async Task<KillableWorker> StartAsync(string folder, string? connection, int concurrency)
    {
        var worker = new KillableWorker(folder, connection, concurrency);
        await worker.StartAsync();
        return worker;
    }

    public async Task KillAndRestartAsync()
    {
        await _process!.SignalAsync("KILL");
        _process.Dispose();
        await StartAsync();
    }

    public void Dispose() => _process?.Dispose();

    private async Task StartAsync()
    {
        _process = AtelierProcess.Start(_folder, _connection, ["worker", "--concurrency", _concurrency.ToString(CultureInfo.InvariantCulture)]);
        await _process.HearAsync("working, ");
    }
}

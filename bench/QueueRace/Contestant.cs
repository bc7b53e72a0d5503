// Who races: a queue with its settings, in a process of its own for every measurement.
using System.Diagnostics;
using System.Text.Json;

namespace QueueRace;

/// <summary>A contestant.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Command">Program and first arguments.</param>
/// <param name="IsNode">Whether it wants its database as a URL.</param>
internal sealed record Contestant(string Name, string[] Command, bool IsNode = false)
{
    private static readonly string Self = Path.Combine(AppContext.BaseDirectory, "QueueRace.dll");

    /// <summary>Arguments after all others.</summary>
    public string[] Settings { get; init; } = [];

    public static Contestant Atelier(bool fair) => fair
        ? new Contestant("Atelier, fair", ["dotnet", Self, "contestant", "atelier"]) { Settings = ["fair"] }
        : new Contestant("Atelier", ["dotnet", Self, "contestant", "atelier"]);

    public static Contestant Raw(int batch, int loops) =>
        new($"raw {batch} x {loops}", ["dotnet", Self, "contestant", "raw"]) { Settings = [$"{batch}", $"{loops}"] };

    public static Contestant Peer(Peers peers, string name) =>
        new(name, [peers.Node, Path.Combine(peers.Folder, name + ".mjs")], IsNode: true);

    /// <summary>Starts a task: it answers lines of JSON.</summary>
    public ContestantProcess Start(string task, string database, int jobs, int warmUp)
    {
        var start = new ProcessStartInfo(Command[0]) { UseShellExecute = false, RedirectStandardOutput = true };
        foreach (var argument in (string[])[.. Command[1..], task, database, $"{jobs}", $"{warmUp}", .. Settings])
            start.ArgumentList.Add(argument);
        return new ContestantProcess(Process.Start(start)!, $"{Name}: {task}");
    }

    public ContestantProcess Start(string task, RaceDatabase database, int jobs, int warmUp) =>
        Start(task, IsNode ? database.Url : database.ConnectionString, jobs, warmUp);
}

/// <summary>What a contestant says.</summary>
internal sealed record Answer
{
    /// <summary>Jobs a second; of a drain, from the first job on, for that is where all contestants can be timed alike.</summary>
    public double Rate { get; init; }

    /// <summary>Jobs a second from the start of the worker on, its first claim included; 0 if it does not tell.</summary>
    public double WholeRate { get; init; }

    /// <summary>Milliseconds on the clock that all processes share, one a job.</summary>
    public double[] Times { get; init; } = [];

    /// <summary>CPU time of the contestant's process, in microseconds a job; 0 if it does not tell.</summary>
    public double Cpu { get; init; }

    /// <summary>Bytes allocated a job; 0 if it does not tell.</summary>
    public double Allocated { get; init; }
}

/// <summary>A contestant at work; killed if it is still there in the end.</summary>
internal sealed class ContestantProcess(Process process, string name) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public async Task<Answer> AnswerAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var line = await process.StandardOutput.ReadLineAsync(patience.Token)
            ?? throw new InvalidOperationException($"{name} ended without an answer.");
        return JsonSerializer.Deserialize<Answer>(line, Web)!;
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }
}

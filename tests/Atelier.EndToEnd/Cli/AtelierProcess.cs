// The real program in a process of its own, with its own data folder; whatever happens, process and folder are gone afterwards.

using System.Diagnostics;
using System.Text;
using System.Threading.Channels;

namespace Atelier.EndToEnd.Cli;

internal sealed record Ended(int Code, string Out, string Error);

internal sealed class AtelierProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly StringBuilder error = new();
    private readonly Channel<string> lines = Channel.CreateUnbounded<string>();

    private AtelierProcess(ProcessStartInfo start)
    {
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Hear(line.Data, output);
        process.ErrorDataReceived += (_, line) => Hear(line.Data, error);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "Atelier.Cli.dll");

    public static AtelierProcess Start(string folder, params string[] args) => Start(folder, database: null, args);

    // A database other than the data folder's own is named by its connection string.
    public static AtelierProcess Start(string folder, string? database, IReadOnlyList<string> args, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. args])
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("ATELIER_", StringComparison.Ordinal)).ToArray()) start.Environment.Remove(name);
        start.Environment["ATELIER_DATA"] = Path.Combine(folder, "data");
        if (database is not null) start.Environment["ATELIER_DATABASE"] = database;
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return new AtelierProcess(start);
    }

    public static async Task<Ended> RunAsync(string folder, params string[] args)
    {
        using var program = Start(folder, args);
        return await program.EndAsync();
    }

    // The next line on either stream that contains the words.
    public async Task<string> HearAsync(string words)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            while (true)
            {
                var line = await lines.Reader.ReadAsync(patience.Token);
                if (line.Contains(words, StringComparison.Ordinal)) return line;
            }
        }
        catch (Exception silence) when (silence is OperationCanceledException or ChannelClosedException)
        {
            throw new InvalidOperationException($"The program never said '{words}'. It said:\n{output}\n{error}", silence);
        }
    }

    public async Task<Ended> EndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(patience.Token);
        return new Ended(process.ExitCode, output.ToString(), error.ToString());
    }

    public async Task<Ended> SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString()]);
        await kill.WaitForExitAsync();
        return await EndAsync();
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }

    private void Hear(string? line, StringBuilder whole)
    {
        if (line is null) return;
        lock (whole) whole.AppendLine(line);
        lines.Writer.TryWrite(line);
    }
}

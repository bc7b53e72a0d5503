// What to race, and how long.
using System.Globalization;

namespace QueueRace;

/// <summary>What to race.</summary>
/// <param name="Rows">The rows of the table.</param>
/// <param name="Rounds">How often each contestant runs, in turn with the others.</param>
/// <param name="Jobs">How many jobs a drain or a bulk enqueue has.</param>
/// <param name="Deep">How many jobs stand beside those that are timed, in the row "depth".</param>
internal sealed record RaceOptions(IReadOnlyList<string> Rows, int Rounds = 3, int Jobs = 20_000, int Deep = 1_000_000)
{
    public static readonly string[] AllRows = ["drain", "enqueue", "bulk", "pickup", "depth", "snooze", "sqlite"];

    public static readonly string Usage =
        $"usage: QueueRace [all|{string.Join('|', AllRows)}]... [--rounds 3] [--jobs 20000] [--deep 1000000]";

    /// <summary>So many jobs are drained or enqueued over and over until a process is warm, before the clock runs.</summary>
    public int WarmUp => Math.Min(Jobs, 5_000);

    /// <summary>Fewer where each job is a commit, for the slowest peers manage 250 a second.</summary>
    public int Singles => Math.Max(1, Jobs / 4);

    public int SinglesWarmUp => Math.Min(Singles, 500);

    public int PickUps => Math.Clamp(Jobs / 100, 20, 200);

    /// <summary>The options that the arguments ask for; null if they cannot be understood.</summary>
    public static RaceOptions? TryParse(IReadOnlyList<string> args)
    {
        var rows = args.TakeWhile(arg => !arg.StartsWith("--", StringComparison.Ordinal)).ToArray();
        var options = new RaceOptions(rows is [] or ["all"] ? AllRows : rows);
        if (options.Rows.Except(AllRows, StringComparer.Ordinal).Any())
            return null;
        foreach (var pair in args.Skip(rows.Length).Chunk(2))
        {
            if (pair.Length != 2 || !int.TryParse(pair[1], CultureInfo.InvariantCulture, out var value) || value < 1)
                return null;
            switch (pair[0])
            {
                case "--rounds": options = options with { Rounds = value }; break;
                case "--jobs": options = options with { Jobs = value }; break;
                case "--deep": options = options with { Deep = value }; break;
                default: return null;
            }
        }

        return options;
    }
}

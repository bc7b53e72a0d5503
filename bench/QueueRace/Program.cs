// Races Atelier.Durable side by side with graphile-worker, pg-boss and the bare database. Run alone on a quiet machine:
// dotnet run -c Release --project bench/QueueRace -- [all|drain|enqueue|bulk|pickup|depth|sqlite] [--rounds 3] [--jobs 20000]
using QueueRace;
using QueueRace.Contestants;

if (args is ["contestant", .. var assignment])
{
    await Assignment.Parse(assignment).RunAsync();
    return 0;
}

if (RaceOptions.TryParse(args) is not { } options)
{
    await Console.Error.WriteLineAsync(RaceOptions.Usage);
    return 2;
}

await using var cluster = await Cluster.StartAsync();
var peers = await Peers.InstallAsync();
var before = LoadAverage();
var table = await new Race(cluster, peers, options).RunAsync();
Console.WriteLine();
Console.WriteLine(
    $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC; {Environment.ProcessorCount} cores; "
    + $"{options.Rounds} rounds of {options.Jobs:#,0} jobs; "
    + $"load average {before} before, {LoadAverage()} after (the race itself makes about 2; more is somebody else's).");
Console.WriteLine();
Console.WriteLine(table);
return 0;

static string LoadAverage() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

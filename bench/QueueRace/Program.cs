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
    await Console.Error.WriteLineAsync($"usage: QueueRace [all|{string.Join('|', RaceOptions.AllRows)}]... [--rounds 3] [--jobs 20000] [--deep 1000000]");
    return 2;
}

await using var cluster = await Cluster.StartAsync();
var peers = await Peers.InstallAsync();
var table = await new Race(cluster, peers, options).RunAsync();
Console.WriteLine();
Console.WriteLine(table);
return 0;

// Measures what Atelier promises about its own speed. Run alone on a quiet machine: dotnet run -c Release --project bench/Atelier.Bench -- all
using Atelier.Bench;
using Atelier.Bench.Gallery;
using Atelier.Testing;

// A million pictures take minutes to make: this one runs only by its own name.
if (args is ["gallery", ..])
{
    await GalleryBench.RunAsync(args[1..]);
    return 0;
}

// This one needs Chromium, and a minute.
if (args is ["scroll"])
    return await ScrollBench.RunAsync() ? 0 : 1;

var benchmarks = new Dictionary<string, Func<Scene, Task>>(StringComparer.Ordinal)
{
    ["submit"] = SubmitLatency.RunAsync,
    ["pickup"] = PickUp.RunAsync,
    ["overhead"] = Overhead.RunAsync,
    ["memory"] = Memory.RunAsync,
    ["inflight"] = InFlight.RunAsync,
    ["overhead2s"] = EngineTime.RunAsync,
    ["pages"] = OpenPages.RunAsync,
};
var names = args is [] or ["all"] ? ["painter", .. benchmarks.Keys] : args;
if (names.FirstOrDefault(name => name != "painter" && !benchmarks.ContainsKey(name)) is { } unknown)
{
    Console.Error.WriteLine($"There is no benchmark '{unknown}'. There are: all, gallery, scroll, painter, {string.Join(", ", benchmarks.Keys)}.");
    return 2;
}

if (names.Contains("painter"))
    await PainterTime.RunAsync();
await using var postgres = await PostgresServer.StartAsync(fsync: true);
foreach (var name in names.Where(benchmarks.ContainsKey))
{
    await benchmarks[name](new Scene("SQLite", () => Task.FromResult<string?>(null)));
    await benchmarks[name](new Scene("PostgreSQL", async () => await postgres.CreateDatabaseAsync()));
}
return 0;

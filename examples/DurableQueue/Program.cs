// What the queue can do, to run and to change:  dotnet run --project examples/DurableQueue -- [fair|limits|poll|chain]
// Each example uses a fresh SQLite file in the temporary folder and removes it.
using Atelier.Durable;
using DurableQueue;
using Microsoft.Extensions.Logging.Abstractions;

var examples = new Dictionary<string, Func<Database, Task>>(StringComparer.Ordinal)
{
    ["fair"] = Examples.FairAsync,
    ["limits"] = Examples.LimitsAsync,
    ["poll"] = Examples.PollAsync,
    ["chain"] = Examples.ChainAsync,
};
foreach (var name in args.Length == 0 ? [.. examples.Keys] : args)
{
    if (!examples.TryGetValue(name, out var example))
    {
        await Console.Error.WriteLineAsync($"There is no example '{name}': choose {string.Join(", ", examples.Keys)}.");
        return 2;
    }

    var folder = Directory.CreateTempSubdirectory("durable-queue-");
    await using (var database = Database.Open($"Data Source={folder.FullName}/queue.db", TimeProvider.System, NullLoggerFactory.Instance))
    {
        await Migrator.MigrateAsync(database, [DurableMigrations.Source]);
        await example(database);
    }

    folder.Delete(recursive: true);
}

return 0;

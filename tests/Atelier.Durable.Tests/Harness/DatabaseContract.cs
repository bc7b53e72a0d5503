// What every contract suite stands on: a fresh, migrated database of the dialect under test, its clock, and workers on it.
using Atelier.Testing;

namespace Atelier.Durable.Tests;

/// <summary>Gives each test a database of its own: on the server, or, without one, an SQLite file.</summary>
public abstract class DatabaseContract(PostgresServer? server) : IAsyncLifetime
{
    protected static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private readonly TempFolder _folder = new();
    private readonly List<Database> _opened = [];

    protected TestClock Clock { get; } = new();

    protected Database Database { get; private set; } = null!;

    protected string ConnectionString { get; private set; } = "";

    public virtual async Task InitializeAsync()
    {
        ConnectionString = server is null ? $"Data Source={_folder["durable.db"]}" : await server.CreateDatabaseAsync();
        Database = OpenAnother();
        await Migrator.MigrateAsync(Database, [DurableMigrations.Source]);
    }

    public virtual async Task DisposeAsync()
    {
        foreach (var database in _opened)
            await database.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>The same database, as another process would open it.</summary>
    protected Database OpenAnother()
    {
        var database = Database.Open(ConnectionString, Clock, Quiet.Logs);
        _opened.Add(database);
        return database;
    }

    protected JobQueue Queue(params JobHandler[] handlers) => new(Database, new JobHandlers(handlers));

    protected Task AdvanceAsync(TimeSpan by) => Clock.AdvanceAsync(Database, by);

    /// <summary>Works until nothing is due, and insists that this was so.</summary>
    protected async Task<long> DrainAsync(JobQueue queue, JobRunnerOptions? options = null)
    {
        var report = await new JobRunner(queue, options ?? new JobRunnerOptions(), Clock, Quiet.Logs).DrainAsync(Soon, CancellationToken.None);
        report.Emptied.ShouldBeTrue();
        return report.Runs;
    }

    /// <summary>A worker that runs until it is stopped.</summary>
    protected RunningWorker Start(JobQueue queue, JobRunnerOptions? options = null, bool keepHouse = true) =>
        new(queue, options ?? new JobRunnerOptions(), Clock, keepHouse);
}

/// <summary>A runner and its housekeeping, going on in the background.</summary>
public sealed class RunningWorker : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;

    public RunningWorker(JobQueue queue, JobRunnerOptions options, TimeProvider time, bool keepHouse)
    {
        var runner = new JobRunner(queue, options, time, Quiet.Logs).RunAsync(_stop.Token);
        var house = keepHouse ? new QueueMaintenance(queue, options.Housekeeping, time, Quiet.Logs).RunAsync(_stop.Token) : Task.CompletedTask;
        _work = Task.WhenAll(runner, house);
    }

    /// <summary>Stops gracefully and waits for that.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _work;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }
}

/// <summary>One server for all tests that need PostgreSQL.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    public PostgresServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await PostgresServer.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();
}

[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresFixture>
{
    public const string Name = "PostgreSQL";
}

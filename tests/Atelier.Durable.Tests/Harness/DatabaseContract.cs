// What every contract suite stands on: a fresh, migrated database of the dialect under test, and its clock.
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

    protected Task AdvanceAsync(TimeSpan by) => Clock.AdvanceAsync(Database, by);
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

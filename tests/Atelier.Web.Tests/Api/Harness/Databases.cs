// One PostgreSQL server for all tests of the API; each server under test gets a database of its own.
using Atelier.Testing;

namespace Atelier.Web.Tests.Api;

public sealed class Databases : IAsyncLifetime
{
    private PostgresServer? _postgres;

    public async Task InitializeAsync() => _postgres = await PostgresServer.StartAsync();

    public async Task<string> PostgresAsync() => await _postgres!.CreateDatabaseAsync();

    public async Task DisposeAsync()
    {
        if (_postgres is not null)
            await _postgres.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class OnPostgres : ICollectionFixture<Databases>
{
    public const string Name = "API on PostgreSQL";
}

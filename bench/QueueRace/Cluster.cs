// The one PostgreSQL server of a race, fsync and synchronous_commit on; every measurement has a database of its own in it.
using Atelier.Testing;
using Npgsql;

namespace QueueRace;

/// <summary>A private server that ends with this process.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private readonly PostgresServer _server;
    private readonly NpgsqlDataSource _admin;
    private int _databases;

    private Cluster(PostgresServer server)
    {
        _server = server;
        _admin = NpgsqlDataSource.Create(ConnectionString(server.Port, "postgres"));
    }

    public static async Task<Cluster> StartAsync() => new(await PostgresServer.StartAsync(fsync: true));

    /// <summary>A fresh database, empty or a copy of another; the disk has everything when it is there.</summary>
    public async Task<RaceDatabase> CreateAsync(RaceDatabase? template = null)
    {
        var name = $"race_{Interlocked.Increment(ref _databases)}";
        var copy = template is null ? "" : $" template {template.Name} strategy file_copy";
        await ExecuteAsync($"create database {name}{copy}");
        await ExecuteAsync("checkpoint");
        return new RaceDatabase(this, name, ConnectionString(_server.Port, name), $"postgres://postgres@127.0.0.1:{_server.Port}/{name}");
    }

    public Task DropAsync(RaceDatabase database) => ExecuteAsync($"drop database {database.Name} with (force)");

    public async ValueTask DisposeAsync()
    {
        await _admin.DisposeAsync();
        await _server.DisposeAsync();
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _admin.CreateCommand(sql);
        command.CommandTimeout = 600;
        await command.ExecuteNonQueryAsync();
    }

    private static string ConnectionString(int port, string database) =>
        $"Host=127.0.0.1;Port={port};Username=postgres;Database={database};Maximum Pool Size=40";
}

/// <summary>A database of one measurement.</summary>
/// <param name="Cluster">Where it is.</param>
/// <param name="Name">Its name there.</param>
/// <param name="ConnectionString">How .NET finds it.</param>
/// <param name="Url">How Node finds it.</param>
internal sealed record RaceDatabase(Cluster Cluster, string Name, string ConnectionString, string Url) : IAsyncDisposable
{
    public async ValueTask DisposeAsync() => await Cluster.DropAsync(this);
}

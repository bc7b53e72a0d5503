// An empty, migrated database that writes down every change of a job, made once and copied for each seed. Gone with the process.
using Atelier.Testing;
using Microsoft.Data.Sqlite;

namespace Atelier.Durable.Tests.Simulation;

internal static class Template
{
    private const string MemoryFolder = "/dev/shm";

    // The referee's own eyes: what it knows of jobs comes from here, not from the code that it watches.
    private const string Schema =
        """
        create table audit (
            seq integer primary key, id integer, gone integer not null default 0, kind text, lane text, lane_key text, tenant text,
            priority integer, rank integer, turn integer, admitted integer, cost real, state text, due_at integer, lease integer,
            cancel_requested integer, checkpoint text, deadline integer);
        create table effects (job integer not null);
        create table told (job integer not null, state_from text not null, state_to text not null);
        create trigger audit_insert after insert on jobs begin
            insert into audit (id, kind, lane, lane_key, tenant, priority, rank, turn, admitted, cost, state, due_at, lease,
                cancel_requested, checkpoint, deadline)
            values (new.id, new.kind, new.lane, new.lane_key, new.tenant, new.priority,
                case when new.begun then -2147483648 else new.rank end, new.turn, new.admitted, new.cost,
                case when new.lease is null then new.state else 'running' end, new.due_at, new.lease,
                new.cancel_requested, new.checkpoint, new.deadline);
        end;
        create trigger audit_update after update on jobs begin
            insert into audit (id, kind, lane, lane_key, tenant, priority, rank, turn, admitted, cost, state, due_at, lease,
                cancel_requested, checkpoint, deadline)
            values (new.id, new.kind, new.lane, new.lane_key, new.tenant, new.priority,
                case when new.begun then -2147483648 else new.rank end, new.turn, new.admitted, new.cost,
                case when new.lease is null then new.state else 'running' end, new.due_at, new.lease,
                new.cancel_requested, new.checkpoint, new.deadline);
        end;
        create trigger audit_delete after delete on jobs begin
            insert into audit (id, gone) values (old.id, 1);
        end;
        """;

    private static readonly Lazy<byte[]> Bytes = new(Make);

    /// <summary>Where the files lie: in memory, where the system has a folder for that.</summary>
    public static string Root => Directory.Exists(MemoryFolder) ? MemoryFolder : Path.GetTempPath();

    public static string CopyTo(string file, string? plant)
    {
        File.WriteAllBytes(file, Bytes.Value);
        if (plant is not null)
            Execute(file, plant);
        return file;
    }

    private static byte[] Make()
    {
        using var folder = new TempFolder();
        var file = folder["template.db"];
        var database = Database.Open($"Data Source={file}", TimeProvider.System, Quiet.Logs);
        Migrator.MigrateAsync(database, [DurableMigrations.Source]).GetAwaiter().GetResult();
        database.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Execute(file, Schema);
        return File.ReadAllBytes(file);
    }

    private static void Execute(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}

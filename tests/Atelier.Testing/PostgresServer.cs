// A private PostgreSQL server for tests, on a free loopback port. It ends with this process, however that ends.
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Atelier.Testing;

/// <summary>A throw-away cluster of the PostgreSQL that is installed on this machine. Each caller gets a fresh database.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "postgres";
    private const int StartAttempts = 3;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    // The shell ends the server when its standard input does: at the latest when the process of the tests is gone, even by kill -9.
    // A line restarts the server, as a crash would.
    private const string RunUntilInputEnds =
        """
        begin() { "$1/postgres" -D "$2" -p "$3" & server=$!; }
        begin "$@"
        while read -r _; do kill -QUIT $server; wait $server; begin "$@"; done
        kill -INT $server; wait $server; rm -rf "$2"
        """;

    private readonly TempFolder _folder;
    private readonly Process _shell;
    private readonly NpgsqlDataSource _admin;
    private int _databases;

    private PostgresServer(TempFolder folder, Process shell, int port)
    {
        (_folder, _shell, Port) = (folder, shell, port);
        _admin = NpgsqlDataSource.Create(ConnectionString("postgres"));
    }

    /// <summary>The loopback port it listens on.</summary>
    public int Port { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="fsync">Whether commits wait for the disk: off for tests of behaviour, on for tests of durability and speed, which also have
    /// the buffers that a fresh installation has.</param>
    public static async Task<PostgresServer> StartAsync(bool fsync = false)
    {
        var programs = FindPrograms()
            ?? throw new InvalidOperationException("PostgreSQL is not installed: its programs are not in /usr/lib/postgresql/*/bin nor on the PATH.");
        for (var attempt = 1; ; attempt++)
        {
            var folder = new TempFolder("atelier-postgres-");
            try
            {
                return await StartAsync(programs, folder, fsync);
            }
            catch (IOException) when (attempt < StartAttempts)
            {
                folder.Dispose(); // most likely somebody else took the port
            }
        }
    }

    /// <summary>Creates an empty database and answers its connection string.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await using var create = _admin.CreateCommand($"create database {name}");
        await create.ExecuteNonQueryAsync();
        return ConnectionString(name);
    }

    /// <summary>Ends the server without a farewell to anybody, and starts it again; returns when it answers.</summary>
    public async Task RestartAsync()
    {
        var before = await StartedAsync();
        await _shell.StandardInput.WriteLineAsync();
        await _shell.StandardInput.FlushAsync();
        var begun = Stopwatch.GetTimestamp();
        while (await TryAsync(StartedAsync) is not { } now || now == before)
        {
            if (Stopwatch.GetElapsedTime(begun) > StartTimeout)
                throw new TimeoutException($"PostgreSQL did not come back within {StartTimeout}.");
            await Task.Delay(20);
        }

        static async Task<DateTime?> TryAsync(Func<Task<DateTime>> ask)
        {
            try
            {
                return await ask();
            }
            catch (NpgsqlException)
            {
                return null;
            }
        }
    }

    private async Task<DateTime> StartedAsync()
    {
        _admin.Clear();
        await using var ask = _admin.CreateCommand("select pg_postmaster_start_time()");
        return (DateTime)(await ask.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await _admin.DisposeAsync();
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync();
        _shell.Dispose();
        _folder.Dispose();
    }

    private string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={Port};Username={User};Database={database};Include Error Detail=true";

    private static async Task<PostgresServer> StartAsync(string programs, TempFolder folder, bool fsync)
    {
        var data = folder["data"];
        if (Environment.IsPrivilegedProcess)
            await RunAsync("chown", "nobody:nogroup", folder.Path);
        await RunUnprivilegedAsync($"{programs}/initdb", "-D", data, "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions");
        var settings =
            $"""
            listen_addresses = '127.0.0.1'
            unix_socket_directories = ''
            max_connections = 200
            shared_buffers = {(fsync ? 128 : 64)}MB
            fsync = {(fsync ? "on" : "off")}
            full_page_writes = {(fsync ? "on" : "off")}
            """;
        await File.AppendAllTextAsync(Path.Combine(data, "postgresql.conf"), settings);
        var port = FreePort();
        var shell = Process.Start(Unprivileged("sh", ["-c", RunUntilInputEnds, "sh", programs, data, $"{port}"]))!;
        await ReadyAsync(shell);
        return new PostgresServer(folder, shell, port);
    }

    private static async Task ReadyAsync(Process shell)
    {
        var said = new List<string>();
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        shell.OutputDataReceived += (_, _) => { };
        shell.ErrorDataReceived += (_, line) =>
        {
            lock (said)
                said.Add(line.Data ?? "");
            if (line.Data?.Contains("ready to accept connections", StringComparison.Ordinal) == true)
                ready.TrySetResult();
            else if (line.Data?.Contains("FATAL", StringComparison.Ordinal) == true)
                ready.TrySetException(new IOException("PostgreSQL did not start: " + line.Data));
        };
        shell.BeginOutputReadLine();
        shell.BeginErrorReadLine();
        try
        {
            await ready.Task.WaitAsync(StartTimeout);
        }
        catch (Exception)
        {
            shell.StandardInput.Close();
            await shell.WaitForExitAsync();
            throw;
        }
    }

    private static Task RunUnprivilegedAsync(string program, params string[] arguments) => RunAsync(Unprivileged(program, arguments));

    private static Task RunAsync(string program, params string[] arguments) => RunAsync(Redirected(program, arguments));

    private static async Task RunAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{start.FileName} failed: {await output}{await errors}");
    }

    // The server refuses to run as root.
    private static ProcessStartInfo Unprivileged(string program, IEnumerable<string> arguments) =>
        Environment.IsPrivilegedProcess
            ? Redirected("setpriv", ["--reuid=nobody", "--regid=nogroup", "--clear-groups", program, .. arguments])
            : Redirected(program, arguments);

    private static ProcessStartInfo Redirected(string program, IEnumerable<string> arguments) => new(program, arguments)
    {
        UseShellExecute = false,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = "/",
    };

    private static string? FindPrograms() =>
        new[] { "/usr/lib/postgresql" }.Where(Directory.Exists).SelectMany(Directory.GetDirectories)
            .OrderByDescending(version => version, StringComparer.Ordinal).Select(version => Path.Combine(version, "bin"))
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

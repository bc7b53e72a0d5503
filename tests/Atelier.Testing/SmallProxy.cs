// A proxy for tests, on a free loopback port: notes what it is asked for, passes plain calls on where it is told to, and refuses every tunnel.
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Atelier.Testing;

/// <summary>Understands calls with a whole address, and <c>CONNECT</c>, which it refuses with 502. One call a connection.</summary>
public sealed class SmallProxy : IAsyncDisposable
{
    private const int LongestHead = 32 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<string, int> _ports = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _asked = new();
    private readonly Task _serving;

    /// <summary>Listens from now on.</summary>
    public SmallProxy()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    /// <summary>What it was asked for, in order: method and target.</summary>
    public IReadOnlyList<string> Asked => [.. _asked];

    /// <summary>Passes calls to a host on to a port of this machine.</summary>
    public void Leads(string host, int port) => _ports[host] = port;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            using var client = await _listener.AcceptTcpClientAsync();
            await AnswerAsync(client.GetStream());
        }
    }

    private async Task AnswerAsync(NetworkStream client)
    {
        var head = await HeadAsync(client);
        if (head.Split(' ') is not [var method, var target, ..])
            return;
        _asked.Enqueue($"{method} {target}");
        if (method != "GET" || !Uri.TryCreate(target, UriKind.Absolute, out var address) || !_ports.TryGetValue(address.Host, out var port))
        {
            await client.WriteAsync("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
            return;
        }
        using var server = new TcpClient();
        await server.ConnectAsync(IPAddress.Loopback, port);
        var passed = head.Replace($"{method} {target}", $"{method} {address.PathAndQuery}", StringComparison.Ordinal)
            .Replace($"Host: {address.Authority}", $"Host: 127.0.0.1:{port}\r\nConnection: close", StringComparison.OrdinalIgnoreCase);
        await server.GetStream().WriteAsync(Encoding.ASCII.GetBytes(passed));
        await server.GetStream().CopyToAsync(client);
    }

    private static async Task<string> HeadAsync(NetworkStream stream)
    {
        var (head, one) = (new StringBuilder(), new byte[1]);
        while (head.Length < LongestHead && !head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one) == 1)
            head.Append((char)one[0]);
        return head.ToString();
    }
}

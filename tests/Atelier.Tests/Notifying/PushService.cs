// A push service on this machine, and the browsers behind it, which open what is sealed for them as RFC 8291 has the receiver do it.
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Atelier.Notifying;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Atelier.Tests.Notifying;

internal sealed class PushService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, PushBrowser> _browsers = new();

    private PushService(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    public static async Task<PushService> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var service = new PushService(builder.Build());
        service._app.Run(async http => await service._browsers[http.Request.Path.Value![1..]].TakeAsync(http));
        await service._app.StartAsync();
        return service;
    }

    /// <summary>A browser for which the service gives these answers in turn; 201 after that.</summary>
    public PushBrowser Browser(string name, params int[] answers) => _browsers[name] = new PushBrowser($"{Url}/{name}", answers);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

internal sealed class PushBrowser(string endpoint, int[] answers) : IDisposable
{
    private readonly ECDiffieHellman _key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _auth = RandomNumberGenerator.GetBytes(16);
    private readonly List<(IReadOnlyDictionary<string, string> Headers, byte[] Body)> _received = [];

    public string Key => Base64Url.EncodeToString(Point);

    public string Auth => Base64Url.EncodeToString(_auth);

    public PushSubscription Subscription => PushSubscription.Parse(endpoint, Key, Auth, new PushOptions { MayBeLoopback = true })!;

    public IReadOnlyList<(IReadOnlyDictionary<string, string> Headers, byte[] Body)> Received
    {
        get
        {
            lock (_received)
                return [.. _received];
        }
    }

    private byte[] Point
    {
        get
        {
            var point = _key.ExportParameters(includePrivateParameters: false).Q;
            return [4, .. point.X!, .. point.Y!];
        }
    }

    public async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        lock (_received)
        {
            http.Response.StatusCode = _received.Count < answers.Length ? answers[_received.Count] : 201;
            _received.Add((http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.ToArray()));
        }
        if (http.Response.StatusCode == 429)
            http.Response.Headers.RetryAfter = "1";
    }

    /// <summary>What a body says (RFC 8188 §2, RFC 8291 §3).</summary>
    public byte[] Open(byte[] body)
    {
        var (salt, sender) = (body[..16], body[21..(21 + body[20])]);
        using var theirs = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = sender[1..33], Y = sender[33..] } });
        var secret = HKDF.DeriveKey(HashAlgorithmName.SHA256, _key.DeriveRawSecretAgreement(theirs.PublicKey), 32, _auth, [.. "WebPush: info\0"u8, .. Point, .. sender]);
        using var aes = new AesGcm(HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 16, salt, "Content-Encoding: aes128gcm\0"u8.ToArray()), 16);
        var record = body[(21 + body[20])..];
        var plain = new byte[record.Length - 16];
        aes.Decrypt(HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 12, salt, "Content-Encoding: nonce\0"u8.ToArray()), record.AsSpan(..^16), record.AsSpan(^16..), plain);
        plain[^1].ShouldBe((byte)2);
        return plain[..^1];
    }

    public void Dispose() => _key.Dispose();
}

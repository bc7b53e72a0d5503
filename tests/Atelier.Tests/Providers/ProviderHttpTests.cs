// The way out: only where it may go, never further than it was sent, never more than it may bring.
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Atelier.Providers;

namespace Atelier.Tests.Providers;

public sealed class ProviderHttpTests : IDisposable
{
    private readonly ProviderHttp _http = new(TimeProvider.System);

    [Theory]
    [InlineData("10.1.2.3")]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.31.0.1")]
    [InlineData("192.168.178.1")]
    [InlineData("100.64.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.1")]
    [InlineData("::1")]
    [InlineData("fd00::1")]
    [InlineData("fe80::1")]
    [InlineData("::ffff:10.0.0.1")]
    public void Private_addresses_are_known(string address) => OutboundGuard.IsPrivate(IPAddress.Parse(address)).ShouldBeTrue();

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.32.0.1")]
    [InlineData("2606:4700::1111")]
    public void Public_addresses_are_not_taken_for_private_ones(string address) => OutboundGuard.IsPrivate(IPAddress.Parse(address)).ShouldBeFalse();

    [Theory]
    [InlineData("https://pictures.example.com/a.png", true)]
    [InlineData("https://a.b.cdn.example.com/a.png", true)]
    [InlineData("https://cdn.example.com/a.png", false)]
    [InlineData("https://evilcdn.example.com/a.png", false)]
    [InlineData("https://pictures.example.com.evil.org/a.png", false)]
    [InlineData("http://pictures.example.com/a.png", false)]
    [InlineData("https://user@pictures.example.com/a.png", false)]
    [InlineData("ftp://pictures.example.com/a.png", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("http://127.0.0.1:8188/view?filename=a.png", true)]
    [InlineData("http://127.0.0.1:8189/view?filename=a.png", false)]
    public void Pictures_are_fetched_from_the_provider_and_its_picture_hosts_only(string address, bool allowed) =>
        (OutboundGuard.WhyNotFetch(Endpoint(8188), new Uri(address)) is null).ShouldBe(allowed);

    [Fact]
    public async Task A_key_goes_to_the_providers_own_address_only()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://elsewhere.example.com/");

        (await _http.SendAsync(Endpoint(1), request)).ShouldBeOfType<ProviderReply.Forbidden>().Why.ShouldContain("elsewhere.example.com");
    }

    [Fact]
    public async Task A_picture_host_that_leads_into_the_private_network_is_refused_before_anything_is_sent()
    {
        using var inside = new TcpListener(IPAddress.Loopback, 0);
        inside.Start();
        var endpoint = Endpoint(1) with { ResultHosts = ["localhost"] };

        var reply = await _http.FetchAsync(endpoint, $"https://localhost:{((IPEndPoint)inside.LocalEndpoint).Port}/a.png");

        reply.ShouldBeOfType<ProviderReply.Forbidden>().Why.ShouldContain("private address");
        inside.Pending().ShouldBeFalse();
    }

    [Fact]
    public async Task A_redirect_is_an_answer_not_a_way()
    {
        await using var server = new OneAnswer("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");

        (await _http.FetchAsync(Endpoint(server.Port), $"http://127.0.0.1:{server.Port}/a.png")).ShouldBeOfType<ProviderReply.Answered>().Status.ShouldBe(HttpStatusCode.Found);
    }

    [Fact]
    public async Task A_bomb_stays_packed()
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            zip.Write(new byte[50_000_000]);
        await using var server = new OneAnswer($"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {packed.Length}\r\n\r\n", packed.ToArray());

        (await _http.FetchAsync(Endpoint(server.Port), $"http://127.0.0.1:{server.Port}/a.png")).ShouldBeOfType<ProviderReply.Answered>().Body.Length.ShouldBe((int)packed.Length);
    }

    [Fact]
    public async Task More_than_allowed_is_not_even_begun_when_it_is_announced()
    {
        await using var server = new OneAnswer("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n");

        (await _http.FetchAsync(Endpoint(server.Port), $"http://127.0.0.1:{server.Port}/a.png")).ShouldBeOfType<ProviderReply.TooLarge>();
    }

    [Fact]
    public async Task Content_within_the_address_is_bounded_too()
    {
        var endpoint = Endpoint(1) with { MaxPicture = 10 };

        (await _http.FetchAsync(endpoint, "data:image/png;base64," + Convert.ToBase64String(new byte[11]))).ShouldBeOfType<ProviderReply.TooLarge>();
        (await _http.FetchAsync(endpoint, "data:image/png;base64," + Convert.ToBase64String(new byte[10]))).ShouldBeOfType<ProviderReply.Answered>().ContentType.ShouldBe("image/png");
        (await _http.FetchAsync(endpoint, "data:image/png;base64,***")).ShouldBeOfType<ProviderReply.Forbidden>();
    }

    [Fact]
    public async Task Nobody_there_is_told_from_no_answer()
    {
        (await _http.FetchAsync(Endpoint(1), "http://127.0.0.1:1/a.png")).ShouldBeOfType<ProviderReply.Unsent>();
        await using var server = new OneAnswer("");
        (await _http.FetchAsync(Endpoint(server.Port), $"http://127.0.0.1:{server.Port}/a.png")).ShouldBeOfType<ProviderReply.Unanswered>();
    }

    public void Dispose() => _http.Dispose();

    private static ProviderEndpoint Endpoint(int port) => new()
    {
        Name = "easel",
        BaseUrl = new Uri($"http://127.0.0.1:{port}"),
        ResultHosts = ["pictures.example.com", "*.cdn.example.com"],
    };

    // Answers every call with the same bytes, whatever it was, and closes.
    private sealed class OneAnswer : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Task _serving;

        public OneAnswer(string head, byte[]? body = null)
        {
            _listener.Start();
            _serving = ServeAsync([.. Encoding.ASCII.GetBytes(head), .. body ?? []]);
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _listener.Dispose();
        }

        private async Task ServeAsync(byte[] answer)
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                var stream = client.GetStream();
                (await stream.ReadAtLeastAsync(new byte[16], 16)).ShouldBeGreaterThanOrEqualTo(16);
                await stream.WriteAsync(answer);
            }
        }
    }
}

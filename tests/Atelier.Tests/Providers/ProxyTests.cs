// The way out through a proxy: taken for everything that it is meant for, and no way around the rules.
using System.Net;
using Atelier.Doubles;
using Atelier.Doubles.Together;
using Atelier.Providers;
using Atelier.Testing;

namespace Atelier.Tests.Providers;

public sealed class ProxyTests : IAsyncLifetime
{
    private readonly SmallProxy _proxy = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _proxy.DisposeAsync();

    [Fact]
    public async Task A_provider_without_encryption_is_asked_through_the_proxy()
    {
        await using var host = await DoublesHost.StartAsync();
        _proxy.Leads("engine.invalid", host.AddressOf(host.Get<TogetherDouble>()).Port);
        using var http = new ProviderHttp(TimeProvider.System, new WebProxy(_proxy.Address));
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://engine.invalid/together/v1/models");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {ProviderDouble.GoodKey}1");

        (await http.SendAsync(Endpoint("http://engine.invalid"), request)).ShouldBeOfType<ProviderReply.Answered>().Status.ShouldBe(HttpStatusCode.OK);

        _proxy.Asked.ShouldBe(["GET http://engine.invalid/together/v1/models"]);
    }

    [Fact]
    public async Task Encrypted_calls_and_pictures_go_through_a_tunnel_of_a_proxy_in_the_private_network()
    {
        using var http = new ProviderHttp(TimeProvider.System, new WebProxy(_proxy.Address));
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://engine.invalid/v1/models");

        // The proxy is asked, and says that it leads nowhere: nothing has reached the provider.
        (await http.SendAsync(Endpoint("https://engine.invalid"), request)).ShouldBeOfType<ProviderReply.Unsent>();
        (await http.FetchAsync(Endpoint("https://engine.invalid"), "https://pictures.invalid/a.png")).ShouldBeOfType<ProviderReply.Unsent>();

        _proxy.Asked.ShouldBe(["CONNECT engine.invalid:443", "CONNECT pictures.invalid:443"]);
    }

    [Theory]
    [InlineData("https://10.1.2.3/a.png")]
    [InlineData("https://[::1]/a.png")]
    [InlineData("https://169.254.169.254/latest")]
    public async Task A_private_address_is_not_asked_for_behind_a_proxy_either(string address)
    {
        using var http = new ProviderHttp(TimeProvider.System, new WebProxy(_proxy.Address));
        var endpoint = Endpoint("https://engine.invalid") with { ResultHosts = [new Uri(address).IdnHost] };

        (await http.FetchAsync(endpoint, address)).ShouldBeOfType<ProviderReply.Forbidden>().Why.ShouldContain("private");

        _proxy.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_the_proxy_is_not_meant_for_is_guarded_as_ever()
    {
        using var http = new ProviderHttp(TimeProvider.System, new WebProxy(_proxy.Address, BypassOnLocal: false, ["localhost"]));

        (await http.FetchAsync(Endpoint("https://engine.invalid") with { ResultHosts = ["localhost"] }, "https://localhost:1/a.png"))
            .ShouldBeOfType<ProviderReply.Forbidden>().Why.ShouldContain("private address");

        _proxy.Asked.ShouldBeEmpty();
    }

    private static ProviderEndpoint Endpoint(string url) => new() { Name = "engine", BaseUrl = new Uri(url), ResultHosts = ["pictures.invalid"] };
}

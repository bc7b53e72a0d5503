// The key goes to the provider's own address and, encrypted, to its regions; to nobody else.
using Atelier.Providers;

namespace Atelier.Tests.Providers;

public sealed class SiblingHostsTests
{
    [Theory]
    [InlineData("https://api.bfl.ai/v1/get_result?id=1", true)]
    [InlineData("https://api.eu2.bfl.ai/v1/get_result?id=1", true)]
    [InlineData("http://api.eu2.bfl.ai/v1/get_result?id=1", false)]
    [InlineData("https://api.eu2.bfl.ai:8443/v1/get_result?id=1", false)]
    [InlineData("https://somebody@api.eu2.bfl.ai/v1/get_result?id=1", false)]
    [InlineData("https://bfl.ai.evil.example/v1/get_result?id=1", false)]
    [InlineData("https://evilbfl.ai/v1/get_result?id=1", false)]
    [InlineData("https://169.254.169.254/latest", false)]
    [InlineData("ftp://api.bfl.ai/v1", false)]
    public void A_key_goes_to_the_provider_and_its_regions_only(string address, bool allowed) =>
        (OutboundGuard.WhyNotSend(Endpoint("https://api.bfl.ai/v1"), new Uri(address)) is null).ShouldBe(allowed);

    [Theory]
    [InlineData("https://gateway.example/bfl")]
    [InlineData("http://127.0.0.1:5090/bfl/v1")]
    public void The_key_of_a_gateway_stays_with_it(string own)
    {
        OutboundGuard.WhyNotSend(Endpoint(own), new Uri("https://api.eu2.bfl.ai/v1/get_result?id=1")).ShouldNotBeNull();
        OutboundGuard.WhyNotSend(Endpoint(own), new Uri(own + "/get_result?id=1")).ShouldBeNull();
    }

    [Theory]
    [InlineData("fal", "https://rest.alpha.fal.ai/billing/user_balance")]
    [InlineData("huggingface", "https://huggingface.co/api/whoami-v2")]
    [InlineData("stability", "https://api.stability.ai/v1/user/balance")]
    [InlineData("bfl", "https://api.bfl.ai/v1/credits")]
    public void A_key_goes_where_its_provider_tells_whose_it_is(string kind, string address)
    {
        var adapter = ProviderAdapter.Find(kind)!;

        OutboundGuard.WhyNotSend(new ProviderEndpoint { Name = kind, BaseUrl = adapter.BaseUrl!, SiblingHosts = adapter.SiblingHosts }, new Uri(address)).ShouldBeNull();
    }

    [Fact]
    public async Task A_call_elsewhere_is_stopped_before_it_leaves()
    {
        using var http = new ProviderHttp(TimeProvider.System);
        using var message = new HttpRequestMessage(HttpMethod.Get, "https://elsewhere.example/v1");

        (await http.SendAsync(Endpoint("https://api.bfl.ai/v1"), message)).ShouldBeOfType<ProviderReply.Forbidden>().Why.ShouldContain("elsewhere.example");
    }

    private static ProviderEndpoint Endpoint(string own) => new() { Name = "bfl", BaseUrl = new Uri(own), SiblingHosts = ["*.bfl.ai"] };
}

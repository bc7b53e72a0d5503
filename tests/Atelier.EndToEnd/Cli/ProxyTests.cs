// The proxies that the environment names, as the real program takes them: HTTP_PROXY, HTTPS_PROXY and NO_PROXY.
using Atelier.Doubles;
using Atelier.Doubles.Replicate;
using Atelier.Testing;

namespace Atelier.EndToEnd.Cli;

public sealed class ProxyTests
{
    [Fact]
    public async Task The_proxies_of_the_environment_are_used_and_those_hosts_that_need_none_go_without()
    {
        using var folder = new TempFolder();
        await using var doubles = await DoublesHost.StartAsync();
        await using var proxy = new SmallProxy();
        var replicate = doubles.AddressOf(doubles.Get<ReplicateDouble>());
        proxy.Leads("engine.invalid", replicate.Port);

        (await TryAsync($"http://engine.invalid{replicate.AbsolutePath}")).ShouldContain("\tworks\t");
        (await TryAsync("https://engine.invalid/v1")).ShouldContain("\tfails\t");
        (await TryAsync(replicate.ToString())).ShouldContain("\tworks\t");

        proxy.Asked.ShouldBe([$"GET http://engine.invalid{replicate.AbsolutePath}/account", "CONNECT engine.invalid:443"]);

        async Task<string> TryAsync(string url)
        {
            using var program = AtelierProcess.Start(folder.Path, database: null, ["keys", "test", "replicate"], new Dictionary<string, string>
            {
                ["ATELIER_PROVIDERS__REPLICATE__URL"] = url,
                ["REPLICATE_API_TOKEN"] = $"{ProviderDouble.GoodKey}1",
                ["HTTP_PROXY"] = proxy.Address.ToString(),
                ["HTTPS_PROXY"] = proxy.Address.ToString(),
                ["NO_PROXY"] = "127.0.0.1,localhost",
            });
            var ended = await program.EndAsync();
            return ended.Out + ended.Error;
        }
    }
}

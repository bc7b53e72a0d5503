// `./doubles [PORT] [SECONDS]`: serves every provider's double by hand, so that everything can be tried without a key.
using Atelier.Doubles;

var port = args is [var text, ..] && int.TryParse(text, out var chosen) ? chosen : 5090;
var seconds = args is [_, var second] && int.TryParse(second, out var wanted) ? wanted : 2;
await using var host = await DoublesHost.StartAsync(port, new DoubleSettings { PaintTime = TimeSpan.FromSeconds(seconds) });
Console.WriteLine($"The doubles listen on {host.Url}. In atelier.yaml of a trial's data folder:\n\nproviders:");
foreach (var provider in host.Doubles)
    Console.WriteLine($"  {provider.Name}:\n    url: {host.AddressOf(provider)}\n    key: {ProviderDouble.GoodKey}key");
Console.WriteLine("\nEnd with Ctrl+C.");
await Task.Delay(Timeout.Infinite);

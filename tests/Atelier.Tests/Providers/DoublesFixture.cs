// One server of doubles for each test class.
using Atelier.Doubles;

namespace Atelier.Tests.Providers;

public sealed class DoublesFixture : IAsyncLifetime
{
    public DoublesHost Host { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Host = await DoublesHost.StartAsync(settings: new DoubleSettings { PaintTime = TimeSpan.FromMilliseconds(30), LongestSide = 256 });
        // The first call builds every route and compiles half the way there: on a busy machine longer than the limits of the tests.
        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri(Host.Url));
    }

    public async Task DisposeAsync() => await Host.DisposeAsync();
}

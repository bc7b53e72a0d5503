// One server of doubles for each test class.
using Atelier.Doubles;
using Atelier.Providers;
using Atelier.Tests.Providers.Example;

namespace Atelier.Tests.Providers;

public sealed class DoublesFixture : IAsyncLifetime
{
    private readonly LimitClock _limits = new();

    public DoublesHost Host { get; private set; } = null!;

    /// <summary>A way out to the doubles. Its limits run out when an answer never ends, and only then.</summary>
    public ProviderHttp Http() => new(_limits);

    public async Task InitializeAsync()
    {
        // The double of the guide's example belongs to the tests alone.
        var settings = new DoubleSettings { PaintTime = TimeSpan.FromMilliseconds(30), LongestSide = 256 };
        Host = await DoublesHost.StartAsync(settings: settings, another: pictures => new EaselDouble(pictures));
        Host.Faults.NeverEnds = _limits.RunOut;
        // The first call builds every route and compiles half the way there: on a busy machine longer than the limits of the tests that have some.
        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri(Host.Url));
    }

    public async Task DisposeAsync() => await Host.DisposeAsync();
}

// Where providers tell that they are done: an address that nobody can guess, and a message that brings the next look forward and decides nothing.
using System.Net;
using System.Threading.Channels;
using Atelier.Generating;
using Atelier.Keys;
using Atelier.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Web.Tests.Api;

public sealed class ProviderWebhooksOnSqlite : ProviderWebhooks
{
    protected override Task<string?> DatabaseAsync() => Task.FromResult<string?>(null);
}

[Collection(OnPostgres.Name)]
public sealed class ProviderWebhooksOnPostgres(Databases databases) : ProviderWebhooks
{
    protected override async Task<string?> DatabaseAsync() => await databases.PostgresAsync();
}

public abstract class ProviderWebhooks
{
    private const string Model = "fal/flux-schnell", Secret = "planted-secret";

    // As fal sends it, with a signature that nothing here can check, and a picture that is not the one.
    private const string Forged = """
        {"request_id":"r1","gateway_request_id":"r1","status":"OK","payload":{"images":[{"url":"https://evil.example/other.png"}]}}
        """;

    protected abstract Task<string?> DatabaseAsync();

    [Fact]
    public async Task A_message_that_cannot_be_checked_only_brings_the_next_look_forward()
    {
        await using var engine = new Announcing("fal", genuine: null);
        await using var server = await ServerAsync(engine);
        using var stranger = new HttpClient { BaseAddress = server.Http.BaseAddress };
        var id = (await server.Client.SubmitAsync(new Client.GenerationRequest { Prompt = "a cat", Model = Model })).Generations[0].Id;
        var path = (await engine.StartedAsync()).AbsolutePath;

        // Guessed addresses lead nowhere; fal's own adapter knows no way to tell its messages from others.
        (await PostAsync(stranger, path[..^4] + "0000")).ShouldBe(HttpStatusCode.NotFound);
        (await PostAsync(stranger, path.Replace(id, new string('0', 32), StringComparison.Ordinal))).ShouldBe(HttpStatusCode.NotFound);
        FalKnows().ShouldBeNull();

        (await PostAsync(stranger, path)).ShouldBe(HttpStatusCode.NoContent);
        (await engine.LookedAsync()).ShouldBe(1);
        (await server.Client.GetAsync(id)).Image.ShouldBeNull();

        engine.IsDone = true;
        (await PostAsync(stranger, path)).ShouldBe(HttpStatusCode.NoContent);
        (await engine.LookedAsync()).ShouldBe(2);
        await foreach (var _ in server.Client.WatchAsync(id))
        {
            // The stream ends with the generation.
        }
        (await server.Client.GetAsync(id)).Image.ShouldNotBeNull();
        // Who tells it once more tells nobody anything.
        (await PostAsync(stranger, path)).ShouldBe(HttpStatusCode.NoContent);
        engine.Looks.ShouldBe(2);
    }

    [Fact]
    public async Task A_message_with_a_wrong_signature_brings_nothing_forward()
    {
        await using var engine = new Announcing("fal", genuine: false);
        await using var server = await ServerAsync(engine);
        using var stranger = new HttpClient { BaseAddress = server.Http.BaseAddress };
        await server.Client.SubmitAsync(new Client.GenerationRequest { Prompt = "a cat", Model = Model });
        var path = (await engine.StartedAsync()).AbsolutePath;

        (await PostAsync(stranger, path)).ShouldBe(HttpStatusCode.Unauthorized);

        engine.Looks.ShouldBe(0);
    }

    private static bool? FalKnows()
    {
        using var http = new ProviderHttp(TimeProvider.System);
        var adapter = ProviderAdapter.Find("fal")!;
        var fal = adapter.Create(new ProviderEndpoint { Name = "fal", BaseUrl = adapter.BaseUrl! }, http, TimeProvider.System);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["X-Fal-Webhook-Request-Id"] = "r1", ["X-Fal-Webhook-User-Id"] = "u1", ["X-Fal-Webhook-Timestamp"] = "1795300000", ["X-Fal-Webhook-Signature"] = new string('a', 128),
        };
        return fal.IsGenuine(new WebhookMessage(headers, System.Text.Encoding.UTF8.GetBytes(Forged)), Secret, TimeProvider.System.GetUtcNow());
    }

    private static async Task<HttpStatusCode> PostAsync(HttpClient stranger, string path)
    {
        using var body = new StringContent(Forged, System.Text.Encoding.UTF8, "application/json");
        using var answer = await stranger.PostAsync(new Uri(path, UriKind.Relative), body);
        return answer.StatusCode;
    }

    private async Task<AtelierServer> ServerAsync(Announcing engine) => await AtelierServer.StartAsync(
        await DatabaseAsync(), works: true, settings: ["server.public_url=https://pictures.example.org", "accounts.enabled=off"], adjust: services => services.AddSingleton(new ProviderSetup
        {
            Provider = engine,
            Adapter = ProviderAdapter.Find("fal")!,
            Keys = [new ApiKey { Provider = "fal", Label = "main", Secret = Secret, Source = "test" }],
        }));

    // Takes an order, asks not to be looked at for an hour, and counts the looks.
    private sealed class Announcing(string name, bool? genuine) : ImageProvider, IAsyncDisposable
    {
        private readonly Channel<Uri> _started = Channel.CreateUnbounded<Uri>();
        private readonly Channel<int> _looked = Channel.CreateUnbounded<int>();
        private volatile bool _done;
        private int _looks;
        private PaintRequest? _request;

        public override string Name => name;

        public bool IsDone { set => _done = value; }

        public int Looks => Volatile.Read(ref _looks);

        public async Task<Uri> StartedAsync() => await _started.Reader.ReadAsync().AsTask().WaitAsync(AtelierServer.Patience);

        public async Task<int> LookedAsync() => await _looked.Reader.ReadAsync().AsTask().WaitAsync(AtelierServer.Patience);

        public override Task<ProviderAnswer> StartAsync(PaintRequest request, PaintCall call, CancellationToken cancellationToken)
        {
            _request = request;
            _started.Writer.TryWrite(call.Webhook.ShouldNotBeNull());
            return Task.FromResult<ProviderAnswer>(new ProviderAnswer.Pending("r1", TimeSpan.FromHours(1)));
        }

        public override Task<ProviderAnswer> PollAsync(string externalId, PaintCall call, CancellationToken cancellationToken)
        {
            _looked.Writer.TryWrite(Interlocked.Increment(ref _looks));
            return Task.FromResult<ProviderAnswer>(_done
                ? new ProviderAnswer.Painted([Easel.Picture.Of(_request!)])
                : new ProviderAnswer.Pending(externalId, TimeSpan.FromHours(1)));
        }

        public override bool? IsGenuine(WebhookMessage message, string? secret, DateTimeOffset now) => genuine;

        public ValueTask DisposeAsync()
        {
            _started.Writer.TryComplete();
            _looked.Writer.TryComplete();
            return ValueTask.CompletedTask;
        }
    }
}

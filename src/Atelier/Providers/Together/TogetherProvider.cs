// Together AI's images endpoint: one call that lasts as long as the painting. Keeps nothing.
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace Atelier.Providers.Together;

/// <summary>Paints through Together AI. Keeps no state; the engine keeps no record that could be asked for later.</summary>
public sealed class TogetherProvider(ProviderEndpoint endpoint, ProviderHttp http, TimeProvider time) : ImageProvider
{
    private const string Title = "Together AI";

    /// <summary>The kind.</summary>
    public static ProviderAdapter Adapter { get; } = new("together", Title, (endpoint, http, time) => new TogetherProvider(endpoint, http, time))
    {
        BaseUrl = new Uri("https://api.together.ai/v1"),
        ResultHosts = ["api.together.xyz", "*.together.ai", "*.together.xyz"],
        KeyVariables = ["TOGETHER_API_KEY"],
    };

    /// <inheritdoc/>
    public override string Name => endpoint.Name;

    /// <inheritdoc/>
    public override async Task<ProviderAnswer> StartAsync(PaintRequest request, PaintCall call, CancellationToken cancellationToken)
    {
        var body = InputTemplate.Fill(request, image => image.DataUrl);
        body["model"] = request.Model;
        using var message = new HttpRequestMessage(HttpMethod.Post, endpoint.At("/images/generations")) { Content = JsonContent.Create(body) };
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", call.Key?.Secret);
        var reply = await http.SendAsync(endpoint, message, endpoint.PaintLimit, cancellationToken);
        return reply is ProviderReply.Answered { Ok: true } answered
            && await ImagesAnswer.ReadAsync(http, endpoint, answered.Json, request, Title, cancellationToken) is { } answer
                ? answer
                : new ProviderAnswer.Failed(ErrorBody.OfStart(reply, Title, time.GetUtcNow()));
    }

    /// <summary>Fetches a picture that was painted and could not be had at once; its id is its address.</summary>
    public override Task<ProviderAnswer> PollAsync(string externalId, PaintCall call, CancellationToken cancellationToken) =>
        ImagesAnswer.FetchAsync(http, endpoint, externalId, Title, cancellationToken);

    /// <inheritdoc/>
    public override async Task<KeyTest> TestAsync(PaintCall call, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, endpoint.At("/models"));
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", call.Key?.Secret);
        var reply = await http.SendAsync(endpoint, message, cancellationToken: cancellationToken);
        return KeyTest.Of(reply, Title, ErrorBody.OfStart(reply, Title, time.GetUtcNow()));
    }
}

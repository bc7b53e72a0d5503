// OpenAI's images endpoints, and those of every server that speaks like them: a call lasts as long as the painting, with previews where they are wanted.
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace Atelier.Providers.OpenAi;

/// <summary>
/// Paints through <c>images/generations</c> and, with input images, <c>images/edits</c>. Keeps no state. The engine keeps no record of a picture
/// that could be asked for later.
/// </summary>
public sealed class OpenAiProvider : ImageProvider
{
    private const string OpenAi = "OpenAI";
    private const int UsualPreviews = 2;
    private const int MostPreviews = 3;

    private readonly ProviderEndpoint _endpoint;
    private readonly ProviderHttp _http;
    private readonly TimeProvider _time;
    private readonly string _title;
    private readonly int _previews;

    private OpenAiProvider(ProviderEndpoint endpoint, ProviderHttp http, TimeProvider time, string title, int previews)
    {
        (_endpoint, _http, _time, _title) = (endpoint, http, time, title);
        _previews = int.TryParse(endpoint.Options.GetValueOrDefault("previews"), out var wished) ? Math.Clamp(wished, 0, MostPreviews) : previews;
    }

    /// <summary>
    /// OpenAI itself. Options: <c>previews</c> (0 to 3, default 2: the partial pictures asked for while somebody listens), <c>organization</c>
    /// and <c>project</c> (to be charged).
    /// </summary>
    public static ProviderAdapter Adapter { get; } = new(
        "openai", OpenAi, (endpoint, http, time) => new OpenAiProvider(endpoint, http, time, OpenAi, UsualPreviews))
    {
        BaseUrl = new Uri("https://api.openai.com/v1"),
        KeyVariables = ["OPENAI_API_KEY"],
    };

    /// <summary>
    /// Any server with the same endpoints, such as stable-diffusion.cpp's: only the operator knows where it is and whether it wants a key. Options:
    /// as for OpenAI, but <c>previews</c> is 0 unless set, since few such servers stream.
    /// </summary>
    public static ProviderAdapter Compatible { get; } = new(
        "openai-compatible", "OpenAI-compatible server", (endpoint, http, time) => new OpenAiProvider(endpoint, http, time, endpoint.Name, previews: 0))
    {
        NeedsKey = false,
    };

    /// <inheritdoc/>
    public override string Name => _endpoint.Name;

    /// <inheritdoc/>
    public override async Task<ProviderAnswer> StartAsync(PaintRequest request, PaintCall call, CancellationToken cancellationToken)
    {
        var stream = call.Progress is { } progress && _previews > 0 ? new ImageStream(progress, _previews, call.PreviewInterval, _time) : null;
        using var content = ContentOf(request, stream is not null);
        if (content is null)
            return new ProviderAnswer.Failed(Failures.Of(FailureKind.BadInput, _title, because: "the mask is not a picture"));
        var address = _endpoint.At(request.InputImages.Count > 0 ? "/images/edits" : "/images/generations");
        using var message = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        AddHeaders(message, call);
        var reply = stream is null
            ? await _http.SendAsync(_endpoint, message, _endpoint.PaintLimit, cancellationToken)
            : await _http.ListenAsync(_endpoint, message, _endpoint.PaintLimit, stream.Feed, cancellationToken);
        // What came whole before the connection broke is painted.
        if (stream?.Painted(request) is { } painted)
            return painted;
        if (stream?.Error is { } error)
            return new ProviderAnswer.Failed(ErrorBody.OfBody(error, _title, FailureKind.OutcomeUnknown));
        return reply is ProviderReply.Answered { Ok: true } answered
            && await ImagesAnswer.ReadAsync(_http, _endpoint, answered.Json, request, _title, cancellationToken) is { } answer
                ? answer
                : new ProviderAnswer.Failed(ErrorBody.OfStart(reply, _title, _time.GetUtcNow()));
    }

    /// <summary>Fetches a picture that was painted and could not be had at once; its id is its address.</summary>
    public override Task<ProviderAnswer> PollAsync(string externalId, PaintCall call, CancellationToken cancellationToken) =>
        ImagesAnswer.FetchAsync(_http, _endpoint, externalId, _title, cancellationToken);

    /// <inheritdoc/>
    public override async Task<KeyTest> TestAsync(PaintCall call, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, _endpoint.At("/models"));
        AddHeaders(message, call);
        var reply = await _http.SendAsync(_endpoint, message, cancellationToken: cancellationToken);
        return KeyTest.Of(reply, _title, ErrorBody.OfStart(reply, _title, _time.GetUtcNow()));
    }

    private HttpContent? ContentOf(PaintRequest request, bool streaming)
    {
        if (request.InputImages.Count > 0)
            return EditForm.Of(request, streaming ? _previews : 0);
        var body = InputTemplate.Fill(request, image => image.DataUrl);
        body["model"] = request.Model;
        if (streaming)
            (body["stream"], body["partial_images"]) = (true, _previews);
        return JsonContent.Create(body);
    }

    private void AddHeaders(HttpRequestMessage message, PaintCall call)
    {
        if (call.Key is { } key)
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key.Secret);
        if (_endpoint.Options.TryGetValue("organization", out var organisation))
            message.Headers.TryAddWithoutValidation("OpenAI-Organization", organisation);
        if (_endpoint.Options.TryGetValue("project", out var project))
            message.Headers.TryAddWithoutValidation("OpenAI-Project", project);
    }
}

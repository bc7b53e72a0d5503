// The typed client of the HTTP API. It keeps no state: whoever holds an idempotency key or an event's id can go on after a crash.
using System.Net.Http.Json;
using System.Text.Json;

namespace Atelier.Client;

/// <summary>Talks to an Atelier server. Safe to share.</summary>
/// <param name="http">Knows the server by its <see cref="HttpClient.BaseAddress"/>; stays the caller's to dispose.</param>
/// <param name="time">Measures the waits of <see cref="WatchAsync"/>. Default: the system's clock.</param>
/// <remarks>
/// Every method throws <see cref="AtelierProblemException"/> when the server refuses, and <see cref="HttpRequestException"/> when it cannot
/// be reached.
/// </remarks>
public sealed class AtelierClient(HttpClient http, TimeProvider? time = null)
{
    private const string Generations = "api/v1/generations", Providers = "api/v1/providers";

    private readonly EventStreamReader _events = new(http, time ?? TimeProvider.System);

    /// <summary>Submits a wish; the answer comes before anything is painted.</summary>
    /// <param name="request">The wish.</param>
    /// <param name="idempotencyKey">Makes repeating safe: the same request under the same key is carried out once. 1 to 200 characters.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    public Task<SubmissionAnswer> SubmitAsync(
        GenerationRequest request, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, Generations)
        {
            Content = JsonContent.Create(request, mediaType: null, AtelierJson.Options),
        };
        if (idempotencyKey is not null)
            message.Headers.Add("Idempotency-Key", idempotencyKey);
        return AnswerAsync<SubmissionAnswer>(message, cancellationToken);
    }

    /// <summary>The record of a generation.</summary>
    public Task<GenerationRecord> GetAsync(string id, CancellationToken cancellationToken = default) =>
        AnswerAsync<GenerationRecord>(new HttpRequestMessage(HttpMethod.Get, PathOf(id)), cancellationToken);

    /// <summary>A page of generations, newest first.</summary>
    public Task<GenerationPage> ListAsync(GenerationQuery? query = null, CancellationToken cancellationToken = default) =>
        AnswerAsync<GenerationPage>(new HttpRequestMessage(HttpMethod.Get, Generations + (query ?? new()).ToQueryString()), cancellationToken);

    /// <summary>The calls to engines that a generation took so far.</summary>
    public async Task<IReadOnlyList<AttemptRecord>> AttemptsAsync(string id, CancellationToken cancellationToken = default) =>
        (await AnswerAsync<AttemptList>(new HttpRequestMessage(HttpMethod.Get, $"{PathOf(id)}/attempts"), cancellationToken)).Items;

    /// <summary>What a request would come to: who would paint it, how large, for how much, how long. Records nothing.</summary>
    public Task<EstimateRecord> EstimateAsync(GenerationRequest request, CancellationToken cancellationToken = default) =>
        AnswerAsync<EstimateRecord>(
            new HttpRequestMessage(HttpMethod.Post, "api/v1/estimates") { Content = JsonContent.Create(request, mediaType: null, AtelierJson.Options) }, cancellationToken);

    /// <summary>Cancels an unfinished generation. It may still be <c>processing</c> in the answer: its events tell when it has stopped.</summary>
    public Task<GenerationRecord> CancelAsync(string id, CancellationToken cancellationToken = default) =>
        AnswerAsync<GenerationRecord>(new HttpRequestMessage(HttpMethod.Post, $"{PathOf(id)}/cancel"), cancellationToken);

    /// <summary>Queues a failed or canceled generation again.</summary>
    public Task<GenerationRecord> RetryAsync(string id, CancellationToken cancellationToken = default) =>
        AnswerAsync<GenerationRecord>(new HttpRequestMessage(HttpMethod.Post, $"{PathOf(id)}/retry"), cancellationToken);

    /// <summary>Deletes a generation and its picture; an unfinished one is stopped.</summary>
    public async Task DeleteAsync(string id, CancellationToken cancellationToken = default)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Delete, PathOf(id)), cancellationToken);
    }

    /// <summary>The caller's credits.</summary>
    public Task<CreditRecord> CreditsAsync(CancellationToken cancellationToken = default) =>
        AnswerAsync<CreditRecord>(new HttpRequestMessage(HttpMethod.Get, "api/v1/credits"), cancellationToken);

    /// <summary>A page of what happened to the caller's credits, the newest first.</summary>
    /// <param name="cursor">The next_cursor of the page before; null for the first.</param>
    /// <param name="limit">How many, 1 to 200.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    public Task<CreditHistory> CreditHistoryAsync(string? cursor = null, int limit = 50, CancellationToken cancellationToken = default) =>
        AnswerAsync<CreditHistory>(new HttpRequestMessage(
            HttpMethod.Get, $"api/v1/credits/history?limit={limit}{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}"), cancellationToken);

    /// <summary>Gives credits to an account, or takes them back, and answers its balance. For administrators.</summary>
    /// <param name="username">The account.</param>
    /// <param name="grant">How many.</param>
    /// <param name="idempotencyKey">Makes repeating safe: the same grant under the same key is written once. 1 to 200 characters.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    public Task<CreditRecord> GrantCreditsAsync(
        string username, CreditGrant grant, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, $"api/v1/accounts/{Uri.EscapeDataString(username)}/credits")
        {
            Content = JsonContent.Create(grant, mediaType: null, AtelierJson.Options),
        };
        if (idempotencyKey is not null)
            message.Headers.Add("Idempotency-Key", idempotencyKey);
        return AnswerAsync<CreditRecord>(message, cancellationToken);
    }

    /// <summary>The models of the server, the default first.</summary>
    public async Task<IReadOnlyList<ModelRecord>> ModelsAsync(CancellationToken cancellationToken = default) =>
        (await AnswerAsync<ModelList>(new HttpRequestMessage(HttpMethod.Get, "api/v1/models"), cancellationToken)).Items;

    /// <summary>The providers of the server and how they are. For operators.</summary>
    public async Task<IReadOnlyList<ProviderRecord>> ProvidersAsync(CancellationToken cancellationToken = default) =>
        (await AnswerAsync<ProviderList>(new HttpRequestMessage(HttpMethod.Get, Providers), cancellationToken)).Items;

    /// <summary>Lifts what holds a key back. For operators.</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="label">The key.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    public Task<KeyRecord> CureKeyAsync(string provider, string label, CancellationToken cancellationToken = default) =>
        AnswerAsync<KeyRecord>(
            new HttpRequestMessage(HttpMethod.Post, $"{Providers}/{Uri.EscapeDataString(provider)}/keys/{Uri.EscapeDataString(label)}/cure"), cancellationToken);

    /// <summary>The style presets of the server.</summary>
    public async Task<IReadOnlyList<StyleRecord>> StylesAsync(CancellationToken cancellationToken = default) =>
        (await AnswerAsync<StyleList>(new HttpRequestMessage(HttpMethod.Get, "api/v1/styles"), cancellationToken)).Items;

    /// <summary>
    /// Follows a generation: where it stands now, and every change until it has ended. A lost connection is made again and misses nothing.
    /// </summary>
    /// <param name="id">The generation.</param>
    /// <param name="after">The id of the last event that is known already; null for the present state first.</param>
    /// <param name="cancellationToken">Ends the following.</param>
    public IAsyncEnumerable<WatchedEvent> WatchAsync(string id, string? after = null, CancellationToken cancellationToken = default) =>
        _events.ReadAsync($"{PathOf(id)}/events", after, endsWithFinal: true, cancellationToken);

    /// <summary>Follows all of the caller's generations, or those of one batch, without end.</summary>
    /// <param name="batch">Only this batch; null for all.</param>
    /// <param name="after">The id of the last event that is known already; null for what comes from now on.</param>
    /// <param name="cancellationToken">Ends the following.</param>
    public IAsyncEnumerable<WatchedEvent> WatchMineAsync(
        string? batch = null, string? after = null, CancellationToken cancellationToken = default) =>
        _events.ReadAsync(
            $"{Generations}/events{(batch is null ? "" : $"?batch={Uri.EscapeDataString(batch)}")}", after, endsWithFinal: false,
            cancellationToken);

    /// <summary>Downloads the picture of a completed generation, with what it was made from inside the file.</summary>
    /// <returns>The file; dispose it when it has been read.</returns>
    public async Task<DownloadedImage> DownloadAsync(string id, CancellationToken cancellationToken = default)
    {
        var response = await SendAsync(
            new HttpRequestMessage(HttpMethod.Get, $"api/v1/images/{Uri.EscapeDataString(id)}/full?download=1"), cancellationToken);
        return new DownloadedImage(response, await response.Content.ReadAsStreamAsync(cancellationToken));
    }

    private async Task<T> AnswerAsync<T>(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(message, cancellationToken);
        return await response.Content.ReadFromJsonAsync<T>(AtelierJson.Options, cancellationToken)
            ?? throw new JsonException("The server answered null.");
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        using (message)
        {
            var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            await Problems.ThrowIfAnyAsync(response, cancellationToken);
            return response;
        }
    }

    private static string PathOf(string id) => $"{Generations}/{Uri.EscapeDataString(id)}";
}

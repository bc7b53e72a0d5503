// The only way out to providers: time and size limits, no redirects, no private addresses by surprise, proxies honoured. Keeps nothing.
using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;

namespace Atelier.Providers;

/// <summary>Calls providers. Never throws for what a network or a stranger does; safe to share.</summary>
public sealed class ProviderHttp : IDisposable
{
    private const int ReadBlock = 64 * 1024;

    // A stream brings a picture and up to three states of it.
    private const int StreamedPictures = 4;

    private static readonly HttpRequestOptionsKey<bool> MayBePrivate = new("atelier.private");
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SocketPing = TimeSpan.FromSeconds(20);

    private readonly HttpMessageInvoker _invoker;
    private readonly HttpMessageInvoker _sockets;
    private readonly TimeProvider _time;

    /// <summary>Opens no connection until the first call. Calls go through the proxies that the environment names.</summary>
    public ProviderHttp(TimeProvider time) : this(time, proxy: null)
    {
    }

    /// <summary>The same with a proxy of the caller's choice; null for the environment's.</summary>
    internal ProviderHttp(TimeProvider time, IWebProxy? proxy)
    {
        _time = time;
        _invoker = new HttpMessageInvoker(Handler(MayConnect, proxy));
        // A socket is opened at the operator's own address only.
        _sockets = new HttpMessageInvoker(Handler(_ => true, proxy));
    }

    /// <summary>Calls the provider's own address, or a sibling of it.</summary>
    /// <param name="endpoint">The provider.</param>
    /// <param name="request">The request; its address must be one that <see cref="OutboundGuard.WhyNotSend"/> allows.</param>
    /// <param name="limit">How long it may take with its whole answer; null for <see cref="ProviderEndpoint.CallLimit"/>.</param>
    /// <param name="cancellationToken">Ends the call; then, and only then, an exception comes out.</param>
    public async Task<ProviderReply> SendAsync(
        ProviderEndpoint endpoint, HttpRequestMessage request, TimeSpan? limit = null, CancellationToken cancellationToken = default)
    {
        if (OutboundGuard.WhyNotSend(endpoint, request.RequestUri!) is { } why)
            return new ProviderReply.Forbidden(why);
        request.Options.Set(MayBePrivate, OutboundGuard.IsOwn(endpoint, request.RequestUri!));
        return await CallAsync(request, limit ?? endpoint.CallLimit, endpoint.MaxAnswer, heard: null, cancellationToken);
    }

    /// <summary>
    /// Calls the provider and hears an answer of server-sent events while it comes in, of which the beginning alone is returned; any other
    /// answer is not heard, only returned.
    /// </summary>
    /// <param name="endpoint">The provider.</param>
    /// <param name="request">The request; its address must be the provider's own or a sibling of it.</param>
    /// <param name="limit">How long it may take with its whole answer.</param>
    /// <param name="heard">Hears each block of a successful stream at once; it must not throw.</param>
    /// <param name="cancellationToken">Ends the call; then, and only then, an exception comes out.</param>
    public async Task<ProviderReply> ListenAsync(
        ProviderEndpoint endpoint, HttpRequestMessage request, TimeSpan limit, Action<ReadOnlyMemory<byte>> heard, CancellationToken cancellationToken = default)
    {
        if (OutboundGuard.WhyNotSend(endpoint, request.RequestUri!) is { } why)
            return new ProviderReply.Forbidden(why);
        request.Options.Set(MayBePrivate, OutboundGuard.IsOwn(endpoint, request.RequestUri!));
        return await CallAsync(request, limit, endpoint.MaxAnswer, heard, cancellationToken);
    }

    /// <summary>Fetches a picture that the provider named, without any key. <c>data:</c> addresses are read as they are.</summary>
    /// <param name="endpoint">The provider.</param>
    /// <param name="address">Where the provider says that the picture is.</param>
    /// <param name="cancellationToken">Ends the call; then, and only then, an exception comes out.</param>
    public async Task<ProviderReply> FetchAsync(ProviderEndpoint endpoint, string address, CancellationToken cancellationToken = default)
    {
        if (DataUrl.TryRead(address, out var type, out var bytes))
        {
            return bytes.Length > endpoint.MaxPicture
                ? new ProviderReply.TooLarge(endpoint.MaxPicture)
                : new ProviderReply.Answered(HttpStatusCode.OK, new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["content-type"] = type }, bytes);
        }
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri))
            return new ProviderReply.Forbidden("the provider gave no usable address of the picture");
        if (OutboundGuard.WhyNotFetch(endpoint, uri) is { } why)
            return new ProviderReply.Forbidden(why);
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        request.Options.Set(MayBePrivate, OutboundGuard.IsOwn(endpoint, uri));
        return await CallAsync(request, endpoint.PaintLimit, endpoint.MaxPicture, heard: null, cancellationToken);
    }

    /// <summary>Sends a request to an address that a stranger named: encrypted, never into the private network, without following redirects.</summary>
    /// <param name="request">The request; nothing of ours goes along but what it holds.</param>
    /// <param name="limit">How long it may take with its whole answer.</param>
    /// <param name="maxAnswer">The longest answer in bytes.</param>
    /// <param name="mayBeLoopback">Whether this machine itself may be meant, unencrypted: for tests.</param>
    /// <param name="cancellationToken">Ends the call; then, and only then, an exception comes out.</param>
    internal async Task<ProviderReply> SendToStrangerAsync(
        HttpRequestMessage request, TimeSpan limit, long maxAnswer, bool mayBeLoopback = false, CancellationToken cancellationToken = default)
    {
        var isOurs = mayBeLoopback && request.RequestUri is { Scheme: "http", IsLoopback: true };
        if (!isOurs && OutboundGuard.WhyNotSendToStranger(request.RequestUri!) is { } why)
            return new ProviderReply.Forbidden(why);
        request.Options.Set(MayBePrivate, isOurs);
        return await CallAsync(request, limit, maxAnswer, heard: null, cancellationToken);
    }

    /// <summary>Opens a socket at the provider's own address, within its limit for calls. Null where it cannot be opened.</summary>
    /// <param name="endpoint">The provider.</param>
    /// <param name="address">Where, as <c>http</c> or <c>https</c>; must be the provider's own.</param>
    /// <param name="cancellationToken">Ends the attempt; then, and only then, an exception comes out.</param>
    public async Task<WebSocket?> OpenSocketAsync(ProviderEndpoint endpoint, Uri address, CancellationToken cancellationToken = default)
    {
        if (!OutboundGuard.IsOwn(endpoint, address))
            return null;
        using var timer = new CancellationTokenSource(endpoint.CallLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        var socket = new ClientWebSocket();
        var open = false;
        try
        {
            // A server that died without a word is noticed by the pings it does not answer.
            (socket.Options.KeepAliveInterval, socket.Options.KeepAliveTimeout) = (SocketPing, SocketPing);
            await socket.ConnectAsync(new UriBuilder(address) { Scheme = address.Scheme == "https" ? "wss" : "ws" }.Uri, _sockets, either.Token);
            open = true;
            return socket;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception failure) when (failure is WebSocketException or HttpRequestException or IOException)
        {
            return null;
        }
        finally
        {
            if (!open)
                socket.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _invoker.Dispose();
        _sockets.Dispose();
    }

    private static SocketsHttpHandler Handler(Func<SocketsHttpConnectionContext, bool> mayBePrivate, IWebProxy? proxy) => new()
    {
        Proxy = proxy,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        ConnectTimeout = ConnectLimit,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectCallback = (context, ct) => OutboundGuard.ConnectAsync(context.DnsEndPoint, mayBePrivate(context), ct),
    };

    private async Task<ProviderReply> CallAsync(
        HttpRequestMessage request, TimeSpan limit, long maxBytes, Action<ReadOnlyMemory<byte>>? heard, CancellationToken cancellationToken)
    {
        if (IsPrivateInPlainSight(request))
            return new ProviderReply.Forbidden($"{request.RequestUri!.IdnHost} is a private address");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Atelier", "1"));
        using var timer = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            using var response = await _invoker.SendAsync(request, either.Token);
            return await ReadAsync(response, maxBytes, heard, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ProviderReply.Unanswered($"no whole answer within {limit.TotalSeconds:0} s");
        }
        catch (HttpRequestException failure) when (failure.InnerException is OutboundRefusedException)
        {
            return new ProviderReply.Forbidden(failure.InnerException.Message);
        }
        catch (HttpRequestException failure) when (NeverArrived(failure))
        {
            return new ProviderReply.Unsent(failure.InnerException?.Message ?? failure.Message);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return new ProviderReply.Unanswered(failure.InnerException?.Message ?? failure.Message);
        }
    }

    private static async Task<ProviderReply> ReadAsync(
        HttpResponseMessage response, long maxBytes, Action<ReadOnlyMemory<byte>>? heard, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > maxBytes)
            return new ProviderReply.TooLarge(maxBytes);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream((int)(response.Content.Headers.ContentLength ?? 0));
        var block = new byte[ReadBlock];
        var streams = response.IsSuccessStatusCode && response.Content.Headers.ContentType?.MediaType == "text/event-stream";
        var most = streams && heard is not null ? StreamedPictures * maxBytes : maxBytes;
        int read;
        for (long length = 0; (read = await stream.ReadAsync(block, cancellationToken)) > 0; length += read)
        {
            if (length + read > most)
                return new ProviderReply.TooLarge(most);
            // Of what was heard, the beginning is kept for the operator.
            if (!streams || heard is null || length == 0)
                body.Write(block, 0, read);
            if (streams)
                heard?.Invoke(block.AsMemory(0, read));
        }
        var headers = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        return new ProviderReply.Answered(response.StatusCode, headers, body.GetBuffer().AsMemory(0, (int)body.Length));
    }

    // Only what fails before a connection stands is sure; everything later may have been read at the other end.
    private static bool NeverArrived(HttpRequestException failure) =>
        failure.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;

    // A proxy is the operator's own choice, wherever it stands, and it resolves the names; so what is beyond it was looked at before.
    private static bool MayConnect(SocketsHttpConnectionContext context)
    {
        var asked = context.InitialRequestMessage;
        if (asked.Method == HttpMethod.Connect || (asked.Options.TryGetValue(MayBePrivate, out var allowed) && allowed))
            return true;
        return !string.Equals(asked.RequestUri!.IdnHost, context.DnsEndPoint.Host, StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsPrivateInPlainSight(HttpRequestMessage request) =>
        !(request.Options.TryGetValue(MayBePrivate, out var allowed) && allowed)
        && IPAddress.TryParse(request.RequestUri!.IdnHost, out var literal) && OutboundGuard.IsPrivate(literal);
}

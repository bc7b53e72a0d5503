// A server with accounts, the people who visit it with browsers of their own, and the mail that it sends them.
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using Atelier.Accounts;
using Atelier.Durable;
using Atelier.Generating;
using Atelier.Notifying;
using Atelier.Testing;
using Atelier.Web.Tests.Api;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Atelier.Web.Tests.Accounts;

internal sealed class Town : IAsyncDisposable
{
    public const string Password = "four small red boats";

    private const int Rounds = 1_000;

    private Town(AtelierServer server, PostRoom post, MovableTime time) => (Server, Post, Time) = (server, post, time);

    public AtelierServer Server { get; }

    public PostRoom Post { get; }

    public MovableTime Time { get; }

    public static async Task<Town> OpenAsync(string? database = null, TempFolder? folder = null, params string[] settings)
    {
        var (post, time) = (new PostRoom(), new MovableTime());
        var server = await AtelierServer.StartAsync(database, works: true, folder, ["accounts.enabled=on", "accounts.sign_ups_per_hour=1000", .. settings], services =>
        {
            services.RemoveAll<TimeProvider>();
            services.AddSingleton<TimeProvider>(time);
            services.RemoveAll<Mailer>();
            services.AddSingleton<Mailer>(post);
            // People come and go here by the dozen; what a hash is worth, one test asks of the real one.
            services.RemoveAll<Passwords>();
            services.AddSingleton(new Passwords(new PasswordHasher<Account>(Options.Create(new PasswordHasherOptions { IterationCount = Rounds })), Rounds));
        }, pages: true);
        return new Town(server, post, time);
    }

    public Person Visitor() => new(Server.Http.BaseAddress!);

    /// <summary>Somebody who has signed up.</summary>
    public async Task<Person> PersonAsync(string username)
    {
        var person = Visitor();
        (await person.SignUpAsync(username)).Status.ShouldBe(HttpStatusCode.SeeOther);
        return person;
    }

    /// <summary>Waits until a generation stands as it should; null is one that is gone.</summary>
    public async Task UntilAsync(string id, Func<Generation?, bool> condition)
    {
        using var patience = new CancellationTokenSource(AtelierServer.Patience);
        await foreach (var _ in Server.Part<EventFeed>().ReadAsync(new EventFilter(), EventCursor.Start, patience.Token))
        {
            if (condition(await Server.Part<GenerationStore>().FindAsync(id, patience.Token)))
                return;
        }
    }

    /// <summary>What a program gets that shows a key, or none.</summary>
    public async Task<HttpStatusCode> WithKeyAsync(HttpMethod method, string path, string? key)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Server.Http.BaseAddress, Timeout = AtelierServer.Patience };
        using var request = new HttpRequestMessage(method, path);
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (method == HttpMethod.Post)
            request.Content = JsonContent.Create(new { prompt = "a fox" });
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();
}

/// <summary>Keeps what is mailed.</summary>
internal sealed class PostRoom : Mailer
{
    private readonly Channel<Mail> _mails = Channel.CreateUnbounded<Mail>();
    private readonly List<Mail> _kept = [];

    public override bool ReachesPeople => true;

    public override Task SendAsync(Mail mail, CancellationToken cancellationToken = default) => _mails.Writer.WriteAsync(mail, cancellationToken).AsTask();

    /// <summary>The path and query of the link in the next mail about something.</summary>
    public async Task<string> LinkAsync(string subject) => LinkOf(await NextAsync(subject));

    /// <summary>The next mail about something. Mails come in no certain order: what comes before it is kept.</summary>
    public async Task<Mail> NextAsync(string subject)
    {
        using var patience = new CancellationTokenSource(AtelierServer.Patience);
        while (true)
        {
            if (_kept.Find(mail => mail.Subject == subject) is { } found)
            {
                _kept.Remove(found);
                return found;
            }
            _kept.Add(await _mails.Reader.ReadAsync(patience.Token));
        }
    }

    /// <summary>The path and query of a mail's link.</summary>
    public static string LinkOf(Mail mail) =>
        new Uri(Regex.Match(mail.Text, @"http\S+token=\S+", RegexOptions.None, TimeSpan.FromSeconds(1)).Value).PathAndQuery;
}

/// <summary>The real clock, moved ahead.</summary>
internal sealed class MovableTime : TimeProvider
{
    private long _ahead;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ahead));

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);
}

/// <summary>What a browser is shown.</summary>
internal sealed record Shown(HttpStatusCode Status, string Html, string? Location, IReadOnlyList<string> SetCookies, HttpResponseMessage Response)
{
    public string? Cookie(string name) => SetCookies.FirstOrDefault(cookie => cookie.StartsWith(name + "=", StringComparison.Ordinal));
}

/// <summary>Somebody with a browser that has no script.</summary>
internal sealed partial class Person : IDisposable
{
    private readonly CookieContainer _jar;
    private readonly HttpClient _http;
    private string? _token;

    public Person(Uri address) => _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = _jar = new CookieContainer(), UseCookies = true })
    {
        BaseAddress = address, Timeout = AtelierServer.Patience,
    };

    /// <summary>Has the browser keep a cookie that it, or another one, was given.</summary>
    public void Receive(string cookie) => _jar.SetCookies(_http.BaseAddress!, cookie);

    public async Task<Shown> GetAsync(string path) => await ShowAsync(await _http.GetAsync(path));

    /// <summary>Sends a form of a page.</summary>
    public async Task<Shown> SendAsync(string page, string action, params (string Name, string Value)[] fields)
    {
        var form = await GetAsync(page);
        var token = Token().Match(form.Html).Groups["token"].Value;
        token.ShouldNotBeEmpty($"{page} has no form");
        return await PostAsync(action, [.. fields, ("form_token", token)]);
    }

    /// <summary>Sends a form of the page that was seen first, without looking at a page again.</summary>
    public async Task<Shown> SendAgainAsync(string action, params (string Name, string Value)[] fields) =>
        await PostAsync(action, [.. fields, ("form_token", _token ??= Token().Match((await GetAsync("/forgot")).Html).Groups["token"].Value)]);

    public async Task<Shown> PostAsync(string action, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await ShowAsync(await _http.PostAsync(action, content));
    }

    public Task<HttpResponseMessage> RawAsync(string path) => _http.GetAsync(path);

    /// <summary>Sends a file by the form of the settings.</summary>
    public async Task<Shown> UploadAsync(string action, string field, byte[] bytes, string name = "picture.png", string type = "image/png")
    {
        var form = await GetAsync("/settings");
        using var file = new ByteArrayContent(bytes);
        file.Headers.ContentType = new MediaTypeHeaderValue(type);
        using var content = new MultipartFormDataContent
        {
            { new StringContent(Token().Match(form.Html).Groups["token"].Value), "form_token" },
            { file, field, name },
        };
        return await ShowAsync(await _http.PostAsync(action, content));
    }

    /// <summary>Asks for a path with a method, with the form's token where one is sent; what comes back, headers included, as text.</summary>
    public async Task<string> TryAsync(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        if (method != HttpMethod.Get && method != HttpMethod.Head)
        {
            var token = Token().Match((await GetAsync("/forgot")).Html).Groups["token"].Value;
            request.Content = path.StartsWith("/api/", StringComparison.Ordinal)
                ? JsonContent.Create(new { visibility = "public", nsfw = true })
                : new FormUrlEncodedContent([KeyValuePair.Create("form_token", token), KeyValuePair.Create("visibility", "public")]);
        }
        using var response = await _http.SendAsync(request);
        return $"{response}\n{await response.Content.ReadAsStringAsync()}";
    }

    public Task<Shown> SignUpAsync(string username, string? email = null, string password = Town.Password, string invitation = "", string back = "") => SendAsync(
        "/sign-up", "/sign-up", ("email", email ?? $"{username}@example.org"), ("username", username), ("password", password), ("invitation", invitation), ("return", back));

    public Task<Shown> SignInAsync(string name, string password = Town.Password, string back = "") =>
        SendAsync("/forgot", "/sign-in", ("name", name), ("password", password), ("return", back));

    public async Task<bool> IsInAsync() => (await GetAsync("/settings")).Status == HttpStatusCode.OK;

    public void Dispose() => _http.Dispose();

    private static async Task<Shown> ShowAsync(HttpResponseMessage response) => new(
        response.StatusCode, WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync()), response.Headers.Location?.OriginalString,
        response.Headers.TryGetValues("Set-Cookie", out var cookies) ? [.. cookies] : [], response);

    [GeneratedRegex("name=\"form_token\" value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Token();
}

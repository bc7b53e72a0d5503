// Who may talk to the server, and what a browser may do with its answers; and that a failure inside tells nothing.
using System.Net;
using System.Net.Http.Json;
using Atelier.Client;
using Atelier.Durable;
using Atelier.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Atelier.Web.Tests.Api;

public sealed class Guards
{
    private const string Path = "/api/v1/generations";

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST:5080", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("[::1]:5080", true)]
    [InlineData("pictures.example.org", true)]
    [InlineData("evil.example", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("169.254.169.254", false)]
    public async Task Only_the_servers_own_names_are_answered(string host, bool allowed)
    {
        await using var server = await AtelierServer.StartAsync(settings: ["server.public_url=https://pictures.example.org", "accounts.enabled=off"]);
        using var request = new HttpRequestMessage(HttpMethod.Get, Path);
        request.Headers.Host = host;

        (await server.Http.SendAsync(request)).StatusCode.ShouldBe(allowed ? HttpStatusCode.OK : HttpStatusCode.MisdirectedRequest);
    }

    [Fact]
    public async Task Changes_come_from_own_pages_and_from_programs_only()
    {
        await using var server = await AtelierServer.StartAsync(settings: ["server.public_url=https://pictures.example.org", "accounts.enabled=off"]);
        var own = server.Http.BaseAddress!.GetLeftPart(UriPartial.Authority);

        async Task<int> PostAsync(params (string Name, string Value)[] headers)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = JsonContent.Create(new { prompt = "a fox" }) };
            foreach (var (name, value) in headers)
                request.Headers.Add(name, value);
            return (int)(await server.Http.SendAsync(request)).StatusCode;
        }

        (await PostAsync()).ShouldBe(202);
        (await PostAsync(("Origin", own), ("Sec-Fetch-Site", "same-origin"))).ShouldBe(202);
        (await PostAsync(("Origin", "https://pictures.example.org"))).ShouldBe(202);
        (await PostAsync(("Sec-Fetch-Site", "none"))).ShouldBe(202);
        (await PostAsync(("Sec-Fetch-Site", "cross-site"))).ShouldBe(403);
        (await PostAsync(("Sec-Fetch-Site", "same-site"))).ShouldBe(403);
        (await PostAsync(("Origin", "http://127.0.0.1:1"))).ShouldBe(403);
        (await PostAsync(("Origin", "null"))).ShouldBe(403);
    }

    [Fact]
    public async Task Every_answer_says_what_a_browser_may_do_with_it()
    {
        await using var server = await AtelierServer.StartAsync();

        var headers = (await server.Http.GetAsync(Path)).Headers;

        headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        headers.GetValues("Referrer-Policy").ShouldBe(["same-origin"]);
        var policy = headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem();
        policy.ShouldContain("frame-ancestors 'none'");
        policy.ShouldContain("default-src 'none'");
        policy.ShouldNotContain("unsafe-inline");
    }

    [Fact]
    public async Task A_failure_inside_is_an_incident_that_the_log_has_once_and_the_caller_only_by_number()
    {
        await using var server = await AtelierServer.StartAsync(works: true, adjust: services =>
        {
            var store = services.Last(service => service.ServiceType == typeof(BlobStore));
            services.RemoveAll<BlobStore>();
            services.AddSingleton(provider => (BlobStore)new ForgetfulStore((BlobStore)store.ImplementationFactory!(provider)));
        });
        var id = (await server.Client.SubmitAsync(new GenerationRequest { Prompt = "a fox", Width = 64, Height = 64 })).Generations[0].Id;
        (await server.Painter.NextAsync()).Finish();
        await foreach (var e in server.Client.WatchAsync(id))
        {
            if (e.IsFinal)
                e.Type.ShouldBe("generation.completed");
        }

        var answer = await server.Http.GetAsync($"/api/v1/images/{id}/full");

        answer.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        var body = await answer.Content.ReadAsStringAsync();
        var problem = (await answer.Content.ReadFromJsonAsync<Problem>(AtelierJson.Options))!;
        problem.Type.ShouldBe("/problems/internal");
        body.ShouldNotContain("the disk is on fire");
        var errors = server.Logs.Lines.Where(line => line.Level >= LogLevel.Error).ToList();
        errors.ShouldHaveSingleItem().Text.ShouldContain(problem.Incident!);
        errors[0].Text.ShouldContain("the disk is on fire");
    }

    [Fact]
    public async Task What_belongs_to_another_is_not_there_unless_it_is_public_and_never_to_be_changed()
    {
        await using var server = await AtelierServer.StartAsync();
        var hidden = (await server.Client.SubmitAsync(new GenerationRequest { Prompt = "a fox" })).Generations[0].Id;
        var shown = (await server.Client.SubmitAsync(new GenerationRequest { Prompt = "a fox", Visibility = "public" })).Generations[0].Id;
        await server.Part<Database>().TransactAsync(transaction => transaction.ExecuteAsync("UPDATE generations SET owner = 'somebody else'"));

        foreach (var path in new[] { $"{Path}/{hidden}", $"{Path}/{hidden}/events", $"{Path}/{hidden}/preview", $"/api/v1/images/{hidden}/full" })
            (await server.Http.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        (await server.Http.GetAsync($"{Path}/{shown}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var id in new[] { hidden, shown })
        {
            (await server.Http.PostAsync($"{Path}/{id}/cancel", content: null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
            (await server.Http.PostAsync($"{Path}/{id}/retry", content: null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
            (await server.Http.DeleteAsync($"{Path}/{id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }
        (await server.Client.ListAsync()).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Readiness_tells_when_the_schema_is_behind()
    {
        await using var server = await AtelierServer.StartAsync();
        await server.Part<Database>().TransactAsync(transaction => transaction.ExecuteAsync("DELETE FROM schema_migrations WHERE source = 'atelier'"));

        var answer = await server.Http.GetAsync("/readyz");

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("waits for its migrations");
    }

    [Fact]
    public async Task Every_kind_of_problem_explains_itself_at_its_address()
    {
        await using var server = await AtelierServer.StartAsync();

        foreach (var kind in Endpoints.ProblemKind.All)
            (await server.Http.GetStringAsync(kind.Type)).ShouldContain(kind.Title);
    }

    private sealed class ForgetfulStore(BlobStore store) : BlobStore
    {
        public override Task<BlobContent?> OpenAsync(BlobKey key, CancellationToken cancellationToken = default) =>
            throw new IOException("the disk is on fire");

        public override Task<BlobKey> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) => store.PutAsync(content, cancellationToken);

        public override Task<bool> ExistsAsync(BlobKey key, CancellationToken cancellationToken = default) => store.ExistsAsync(key, cancellationToken);

        public override Task<bool> DeleteAsync(BlobKey key, DateTimeOffset? olderThan = null, CancellationToken cancellationToken = default) =>
            store.DeleteAsync(key, olderThan, cancellationToken);

        public override IAsyncEnumerable<BlobEntry> ListAsync(CancellationToken cancellationToken = default) => store.ListAsync(cancellationToken);

        public override Task<int> RemoveLeftoversAsync(DateTimeOffset before, CancellationToken cancellationToken = default) =>
            store.RemoveLeftoversAsync(before, cancellationToken);
    }
}

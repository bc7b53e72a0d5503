// Submitting under pressure: repeats, races, full queues, and lists that are read while they grow.
using System.Net;
using System.Net.Http.Json;
using Atelier.Client;
using Atelier.Durable;
using Atelier.Submitting;
using Microsoft.Extensions.DependencyInjection;
using GenerationRequest = Atelier.Client.GenerationRequest;

namespace Atelier.Web.Tests.Api;

public sealed class SubmittingOnSqlite : SubmittingWishes
{
    protected override Task<string?> DatabaseAsync() => Task.FromResult<string?>(null);
}

[Collection(OnPostgres.Name)]
public sealed class SubmittingOnPostgres(Databases databases) : SubmittingWishes
{
    protected override async Task<string?> DatabaseAsync() => await databases.PostgresAsync();
}

public abstract class SubmittingWishes
{
    private static readonly GenerationRequest Fox = new() { Prompt = "a {red|white} fox", Count = 2 };

    protected abstract Task<string?> DatabaseAsync();

    [Fact]
    public async Task The_same_request_under_the_same_key_is_carried_out_once_and_answered_alike()
    {
        await using var server = await ServerAsync();
        var first = await PostAsync(server, Fox, "key-1");
        var canceled = (await first.Content.ReadFromJsonAsync<SubmissionAnswer>(AtelierJson.Options))!.Generations[0].Id;
        await server.Client.CancelAsync(canceled);

        var second = await PostAsync(server, Fox, "key-1");

        first.Headers.Contains("Idempotency-Replayed").ShouldBeFalse();
        second.Headers.GetValues("Idempotency-Replayed").ShouldBe(["true"]);
        second.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        second.Headers.Location.ShouldBe(first.Headers.Location);
        (await second.Content.ReadAsStringAsync()).ShouldBe(await first.Content.ReadAsStringAsync());
        (await server.Client.ListAsync()).Items.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Twenty_at_once_under_one_key_make_one_batch()
    {
        await using var server = await ServerAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => server.Client.SubmitAsync(Fox, "the one key")));

        answers.Select(answer => answer.Batch).Distinct().ShouldHaveSingleItem();
        (await server.Client.ListAsync()).Items.Count.ShouldBe(2);
        (await CountAsync(server, "jobs")).ShouldBe(2);
    }

    [Fact]
    public async Task A_key_that_belongs_to_another_request_is_a_conflict()
    {
        await using var server = await ServerAsync();
        await server.Client.SubmitAsync(Fox, "key-1");

        var refusal = await Should.ThrowAsync<AtelierProblemException>(() => server.Client.SubmitAsync(Fox with { Prompt = "a bear" }, "key-1"));

        refusal.Problem.Type.ShouldBe("/problems/idempotency-key-reused");
        refusal.Status.ShouldBe(409);
        (await server.Client.ListAsync()).Items.Count.ShouldBe(2);
    }

    [Fact]
    public async Task All_errors_are_told_at_once()
    {
        await using var server = await ServerAsync();

        var answer = await server.Http.PostAsJsonAsync("/api/v1/generations", new { prompt = 5, widht = 64, count = 9, style = "cubism", model = "sketch" });

        var problem = (await answer.Content.ReadFromJsonAsync<Problem>(AtelierJson.Options))!;
        problem.Errors!.Select(error => error.Field).ShouldBe(["widht", "prompt", "count", "style"], ignoreOrder: true);
        problem.Errors!.Single(error => error.Field == "widht").Message.ShouldContain("'width'");
        problem.Errors!.Single(error => error.Field == "style").Allowed!.ShouldContain("watercolour");
        problem.Errors!.Single(error => error.Field == "prompt").Value.ShouldBe("5");
    }

    [Fact]
    public async Task What_the_model_cannot_honour_is_told_as_a_warning()
    {
        await using var server = await ServerAsync();

        var answer = await server.Client.SubmitAsync(new GenerationRequest { Prompt = "a fox", Guidance = 7, Strength = 0.5 });

        (await server.Client.GetAsync(answer.Generations[0].Id)).Warnings.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_full_queue_is_told_with_the_time_to_wait()
    {
        await using var server = await AtelierServer.StartAsync(
            await DatabaseAsync(), adjust: services => services.AddSingleton(new SubmissionLimits { MaxUnfinished = 3 }));
        await server.Client.SubmitAsync(Fox);

        var answer = await PostAsync(server, Fox, key: null);

        answer.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        answer.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
        (await server.Client.ListAsync()).Items.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Pages_hold_every_generation_once_though_new_ones_arrive_between_them()
    {
        await using var server = await ServerAsync();
        var before = new List<string>();
        for (var i = 0; i < 11; i++)
            before.AddRange((await server.Client.SubmitAsync(Fox)).Generations.Select(generation => generation.Id));

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await server.Client.ListAsync(new GenerationQuery { Limit = 5, Cursor = cursor });
            seen.AddRange(page.Items.Select(item => item.Id));
            cursor = page.NextCursor;
            await Task.WhenAll(server.Client.SubmitAsync(Fox), server.Client.SubmitAsync(Fox));
        }
        while (cursor is not null);

        seen.ShouldBe(before.OrderDescending(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_last_page_says_so_even_when_it_is_full()
    {
        await using var server = await ServerAsync();
        await server.Client.SubmitAsync(Fox);

        var page = await server.Client.ListAsync(new GenerationQuery { Limit = 2 });

        page.Items.Count.ShouldBe(2);
        page.NextCursor.ShouldBeNull();
    }

    [Fact]
    public async Task Lists_are_filtered_by_status_model_batch_tag_and_text()
    {
        await using var server = await ServerAsync();
        var fox = await server.Client.SubmitAsync(new GenerationRequest { Prompt = "A FOX 100%", Tags = ["animal", "a_b"] });
        var bear = await server.Client.SubmitAsync(new GenerationRequest { Prompt = "a bear", Tags = ["animals"] });
        await server.Client.CancelAsync(bear.Generations[0].Id);

        async Task<IEnumerable<string>> ListAsync(GenerationQuery query) => (await server.Client.ListAsync(query)).Items.Select(item => item.Prompt);
        (await ListAsync(new() { Status = ["queued", "processing"] })).ShouldBe(["A FOX 100%"]);
        (await ListAsync(new() { Status = ["canceled"] })).ShouldBe(["a bear"]);
        (await ListAsync(new() { Model = "default" })).Count().ShouldBe(2);
        (await ListAsync(new() { Model = "none" })).ShouldBeEmpty();
        (await ListAsync(new() { Batch = fox.Batch })).ShouldBe(["A FOX 100%"]);
        (await ListAsync(new() { Tag = "animal" })).ShouldBe(["A FOX 100%"]);
        (await ListAsync(new() { Tag = "axb" })).ShouldBeEmpty();
        (await ListAsync(new() { Text = "fox 100%" })).ShouldBe(["A FOX 100%"]);
        (await ListAsync(new() { Text = "100_" })).ShouldBeEmpty();
    }

    [Fact]
    public async Task Readiness_tells_that_everything_is_usable()
    {
        await using var server = await ServerAsync();

        var ready = await server.Http.GetFromJsonAsync<HealthRecord>("/readyz", AtelierJson.Options);

        ready!.Status.ShouldBe("ok");
        ready.Checks.ShouldBe(new Dictionary<string, string> { ["database"] = "ok", ["storage"] = "ok" });
    }

    private async Task<AtelierServer> ServerAsync() => await AtelierServer.StartAsync(await DatabaseAsync());

    private static async Task<HttpResponseMessage> PostAsync(AtelierServer server, GenerationRequest wish, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/generations") { Content = JsonContent.Create(wish, options: AtelierJson.Options) };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return await server.Http.SendAsync(request);
    }

    private static Task<long> CountAsync(AtelierServer server, string table) =>
        server.Part<Database>().ReadAsync(session => session.ScalarAsync<long>($"SELECT COUNT(*) FROM {table}"));
}

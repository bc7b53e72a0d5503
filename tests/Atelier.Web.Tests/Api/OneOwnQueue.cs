// One's own queue and styles over HTTP: pausing, putting first, canceling a batch. On both databases; every answer is held against the OpenAPI
// document.
using System.Net;
using System.Net.Http.Json;
using Atelier.Client;
using Atelier.Durable;
using Atelier.Generating;
using Atelier.Submitting;

namespace Atelier.Web.Tests.Api;

public sealed class OneOwnQueueOnSqlite : OneOwnQueue
{
    protected override Task<string?> DatabaseAsync() => Task.FromResult<string?>(null);
}

[Collection(OnPostgres.Name)]
public sealed class OneOwnQueueOnPostgres(Databases databases) : OneOwnQueue
{
    protected override async Task<string?> DatabaseAsync() => await databases.PostgresAsync();
}

public abstract class OneOwnQueue
{
    protected abstract Task<string?> DatabaseAsync();

    [Fact]
    public async Task Pausing_lets_nothing_begin_and_moving_to_the_front_changes_the_order()
    {
        await using var server = await AtelierServer.StartAsync(await DatabaseAsync(), settings: ["limits.per_user=1"]);
        var ids = new List<string>();
        foreach (var prompt in (string[])["first", "second", "third"])
            ids.Add((await SubmitAsync(server, prompt)).Generations[0].Id);
        var queue = server.Part<OwnQueue>();

        (await PostAsync<OwnQueueRecord>(server, "/api/v1/queue/mine/pause")).Paused.ShouldBeTrue();
        (await queue.ReadAsync("local")).Line.Lanes.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            lane => lane.InHandCount.ShouldBe(0), lane => lane.WaitingCount.ShouldBe(3));
        (await PostAsync<Client.GenerationRecord>(server, $"/api/v1/generations/{ids[2]}/front")).Id.ShouldBe(ids[2]);
        (await PostAsync<OwnQueueRecord>(server, "/api/v1/queue/mine/resume")).Paused.ShouldBeFalse();

        var state = await queue.ReadAsync("local");
        var line = state.Line.Lanes.ShouldHaveSingleItem();
        line.InHand.Concat(line.Waiting).Select(job => state.Unfinished[job.Id].Id).ShouldBe([ids[2], ids[0], ids[1]]);
        var reasons = server.Part<WaitReasons>();
        (await reasons.OfAsync(state.Unfinished[line.InHand[0].Id], line.InHand[0], line, state.Line, 0)).ShouldBe(new WaitReason.NoWorker());
        (await reasons.OfAsync(state.Unfinished[line.Waiting[1].Id], line.Waiting[1], line, state.Line with { Workers = 1 }, null))
            .ShouldBe(new WaitReason.OwnTurn(2, 1));
        await server.Part<JobQueue>().Lanes.ParkAsync("sketch", Due.After(TimeSpan.FromHours(1)), "their limit");
        var parked = (await queue.ReadAsync("local")).Line;
        (await reasons.OfAsync(state.Unfinished[line.Waiting[0].Id], line.Waiting[0], parked.Lanes[0], parked, null))
            .ShouldBeOfType<WaitReason.Parked>().Until.ShouldNotBeNull();
        (await server.Http.PostAsync($"/api/v1/generations/{new string('0', 32)}/front", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_batch_is_canceled_as_a_whole_and_then_cannot_be_put_first()
    {
        await using var server = await AtelierServer.StartAsync(await DatabaseAsync());
        var batch = await SubmitAsync(server, "four of a kind", count: 4);

        (await PostAsync<BatchCancelRecord>(server, $"/api/v1/batches/{batch.Batch}/cancel")).ShouldBe(new BatchCancelRecord(batch.Batch, 4));
        (await PostAsync<BatchCancelRecord>(server, $"/api/v1/batches/{batch.Batch}/cancel")).Canceled.ShouldBe(0);
        (await server.Client.GetAsync(batch.Generations[3].Id)).Status.ShouldBe("canceled");
        (await server.Http.PostAsync($"/api/v1/generations/{batch.Generations[0].Id}/front", null)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await server.Http.PostAsync("/api/v1/batches/nonsense/cancel", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task What_was_cleared_stays_cleared_until_it_is_taken_back()
    {
        await using var server = await AtelierServer.StartAsync(await DatabaseAsync());
        await PostAsync<BatchCancelRecord>(server, $"/api/v1/batches/{(await SubmitAsync(server, "gone")).Batch}/cancel");
        var queue = server.Part<OwnQueue>();
        (await queue.ReadAsync("local")).Done.Count.ShouldBe(1);

        await queue.ClearAsync("local");
        (await queue.ReadAsync("local")).Done.ShouldBeEmpty();
        (await queue.ReadAsync("other")).ClearedAt.ShouldBeNull();
        await queue.UndoClearAsync("local");
        (await queue.ReadAsync("local")).Done.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_own_style_adds_its_words_once_and_is_listed_for_its_owner_only()
    {
        await using var server = await AtelierServer.StartAsync(await DatabaseAsync());
        var styles = server.Part<OwnStyles>();
        (await styles.SaveAsync("local", null, "Foggy", "in thick fog", "sun")).ShouldBeEmpty();
        (await styles.SaveAsync("other", null, "Theirs", "secret words", "")).ShouldBeEmpty();

        var listed = (await server.Http.GetFromJsonAsync<StyleList>("/api/v1/styles", AtelierJson.Options))!.Items;
        listed[^1].ShouldBe(new StyleRecord("my:Foggy", "Foggy", "in thick fog", "sun"));
        listed.ShouldNotContain(style => style.Name == "Theirs");
        var painted = await server.Client.GetAsync((await SubmitAsync(server, "a {boat|boat}", style: "my:foggy")).Generations[0].Id);
        (painted.Prompt, painted.PromptTemplate, painted.NegativePrompt).ShouldBe(("a boat, in thick fog", "a {boat|boat}", "sun"));
        await Should.ThrowAsync<AtelierProblemException>(() => SubmitAsync(server, "a boat", style: "my:theirs"));
        (await styles.SaveAsync("local", "Foggy", "Misty", "in mist", "")).ShouldBeEmpty();
        (await styles.ListAsync("local")).ShouldHaveSingleItem().Name.ShouldBe("Misty");
        (await styles.SaveAsync("local", null, "", "", "")).Select(error => error.Field).ShouldBe(["name", "prompt"]);
        (await styles.DeleteAsync("local", "misty")).ShouldBeTrue();
    }

    private static Task<SubmissionAnswer> SubmitAsync(AtelierServer server, string prompt, int count = 1, string? style = null) =>
        server.Client.SubmitAsync(new Client.GenerationRequest { Prompt = prompt, Width = 64, Height = 64, Count = count, Style = style });

    private static async Task<T> PostAsync<T>(AtelierServer server, string path)
    {
        using var answer = await server.Http.PostAsync(path, null);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<T>(AtelierJson.Options))!;
    }
}

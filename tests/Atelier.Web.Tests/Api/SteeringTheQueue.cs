// The operator's side over HTTP: how the queue is doing, limits, modes, parking, dead letters. On both databases; every answer is held
// against the OpenAPI document.
using System.Net;
using System.Net.Http.Json;
using Atelier.Client;
using Atelier.Providers;

namespace Atelier.Web.Tests.Api;

public sealed class SteeringTheQueueOnSqlite : SteeringTheQueue
{
    protected override Task<string?> DatabaseAsync() => Task.FromResult<string?>(null);
}

[Collection(OnPostgres.Name)]
public sealed class SteeringTheQueueOnPostgres(Databases databases) : SteeringTheQueue
{
    protected override async Task<string?> DatabaseAsync() => await databases.PostgresAsync();
}

public abstract class SteeringTheQueue
{
    private const string Queue = "/api/v1/queue", Lanes = $"{Queue}/lanes", Dead = $"{Queue}/dead";

    protected abstract Task<string?> DatabaseAsync();

    [Fact]
    public async Task The_queue_tells_depths_and_lanes()
    {
        await using var server = await ServerAsync();
        await SubmitAsync(server);

        var queue = await ReadAsync<QueueRecord>(server, $"{Queue}?minutes=5");

        queue.Depths.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            depth => depth.Lane.ShouldBe("sketch"), depth => depth.State.ShouldBe("ready"), depth => depth.Count.ShouldBe(1));
        queue.Lanes.ShouldHaveSingleItem().Mode.ShouldBe("open");
        (queue.Minutes, queue.DeadLetters, queue.Workers).ShouldBe((5, 0, 0));
        (await server.Http.GetAsync($"{Queue}?minutes=0")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Limits_change_field_by_field_and_null_takes_one_away()
    {
        await using var server = await ServerAsync();

        await ChangeAsync(server, "{\"concurrency\": 20, \"rates\": [{\"amount\": 10, \"per_seconds\": 1}, {\"amount\": 5, \"per_seconds\": 60, \"unit\": \"cost\", \"burst\": 2}]}");
        var lane = await ChangeAsync(server, "{\"per_user\": 2, \"adaptive\": {\"min\": 2, \"max\": 16, \"target_seconds\": 8}}");
        (lane.Concurrency, lane.PerUser, lane.Limit).ShouldBe((20, 2, 16));
        lane.Rates.ShouldBe([new RateRecord(10, 1, "jobs", null), new RateRecord(5, 60, "cost", 2)]);
        lane.Adaptive.ShouldBe(new AdaptiveRecord(2, 16, 8));

        var open = await ChangeAsync(server, "{\"concurrency\": null, \"per_user\": null, \"rates\": null, \"adaptive\": null}");
        (open.Concurrency, open.PerUser, open.Limit, open.Rates.Count, open.Adaptive).ShouldBe((null, null, null, 0, null));
        (await ReadAsync<LaneList>(server, Lanes)).Items.ShouldHaveSingleItem().Name.ShouldBe("replicate");
    }

    [Theory]
    [InlineData("{\"concurrency\": 0}", "concurrency")]
    [InlineData("{\"per_user\": \"many\"}", "per_user")]
    [InlineData("{\"concurency\": 3}", "concurency")]
    [InlineData("{\"rates\": [3]}", "rates[0]")]
    [InlineData("{\"rates\": [{\"amount\": 0, \"per_seconds\": 1}]}", "rates[0].amount")]
    [InlineData("{\"rates\": [{\"amount\": 1, \"per_seconds\": 1, \"unit\": \"cats\"}]}", "rates[0].unit")]
    [InlineData("{\"adaptive\": {\"min\": 5, \"max\": 2}}", "adaptive")]
    public async Task A_wrong_limit_is_named_and_nothing_is_set(string body, string field)
    {
        await using var server = await ServerAsync();

        var answer = await server.Http.PatchAsync($"{Lanes}/replicate", Json(body));

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var problem = await answer.Content.ReadFromJsonAsync<Problem>(AtelierJson.Options);
        problem!.Errors!.ShouldHaveSingleItem().Field.ShouldBe(field);
        (await ReadAsync<LaneList>(server, Lanes)).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_lane_is_paused_drained_resumed_parked_and_unparked()
    {
        await using var server = await ServerAsync();
        await SubmitAsync(server);

        (await PostAsync<LaneRecord>(server, $"{Lanes}/sketch/pause")).Mode.ShouldBe("paused");
        (await PostAsync<LaneRecord>(server, $"{Lanes}/sketch/drain")).Mode.ShouldBe("draining");
        (await PostAsync<LaneRecord>(server, $"{Lanes}/sketch/resume")).Mode.ShouldBe("open");
        var parked = await PostAsync<LaneRecord>(server, $"{Lanes}/sketch/park", "{\"seconds\": 600, \"reason\": \"their outage\"}");
        parked.Parked.ShouldHaveSingleItem().Reason.ShouldBe("their outage");
        var key = await PostAsync<LaneRecord>(server, $"{Lanes}/sketch/park", "{\"until\": \"2199-01-31T08:00:00Z\", \"key\": \"second\"}");
        key.Parked[1].ShouldBe(new ParkingRecord("second", DateTimeOffset.Parse("2199-01-31T08:00:00Z"), null));
        (await PostAsync<LaneRecord>(server, $"{Lanes}/sketch/unpark")).Parked.ShouldHaveSingleItem();
        (await PostAsync<LaneRecord>(server, $"{Lanes}/sketch/unpark?key=second")).Parked.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("unpark")]
    public async Task A_lane_that_is_not_there_is_not_made_by_a_misspelt_name(string command)
    {
        await using var server = await ServerAsync();

        (await server.Http.PostAsync($"{Lanes}/skech/{command}", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await ReadAsync<LaneList>(server, Lanes)).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_parking_says_when_it_ends_exactly_once()
    {
        await using var server = await ServerAsync();
        await SubmitAsync(server);

        foreach (var body in (string[])["{}", "{\"seconds\": 5, \"until\": \"2199-01-31T08:00:00Z\"}", "{\"until\": \"tomorrow\"}", "{\"until\": \"2199-01-31T08:00:00\"}"])
            (await server.Http.PostAsync($"{Lanes}/sketch/park", Json(body))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity, body);
    }

    [Fact]
    public async Task A_dead_generation_is_listed_with_its_history_retried_and_painted()
    {
        await using var server = await ServerAsync(works: true);
        var id = await DieAsync(server);

        (await ReadAsync<DeadLetterPage>(server, $"{Dead}?error=timeout")).Items.ShouldBeEmpty();
        var letter = (await ReadAsync<DeadLetterPage>(server, $"{Dead}?lane=sketch&kind=generation")).Items.ShouldHaveSingleItem();
        letter.State.ShouldBe("dead");
        letter.DiedAt.ShouldNotBeNull();
        letter.Failures.ShouldHaveSingleItem().Details.ShouldBe("secret operator details");

        await PostAsync<LaneRecord>(server, $"{Lanes}/sketch/pause");   // so that no worker begins it before it is looked at
        var job = await PostAsync<JobRecord>(server, $"{Dead}/{letter.Id}/retry", "{\"priority\": -5, \"from_start\": true}");
        job.Id.ShouldBe(letter.Id);
        (job.Priority, job.Checkpoint).ShouldBe((-5, null));
        await PostAsync<LaneRecord>(server, $"{Lanes}/sketch/resume");
        (await server.Painter.NextAsync()).Finish();
        await EndAsync(server, id, "generation.completed");
        (await server.Client.GetAsync(id)).Status.ShouldBe("completed");
        (await server.Http.PostAsync($"{Dead}/{letter.Id}/retry", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_dead_letter_is_discarded_once_and_its_generation_stays_failed()
    {
        await using var server = await ServerAsync(works: true);
        var id = await DieAsync(server);
        var letter = (await ReadAsync<DeadLetterPage>(server, $"{Dead}?limit=1")).Items.ShouldHaveSingleItem();

        foreach (var payload in (string[])["[]", "null", "{}", "{"])
            (await server.Http.PostAsync($"{Dead}/{letter.Id}/retry", JsonContent.Create(new { payload }))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity, payload);
        (await server.Http.DeleteAsync($"{Dead}/{letter.Id}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await server.Http.DeleteAsync($"{Dead}/{letter.Id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await server.Http.DeleteAsync($"{Dead}/nonsense")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await server.Client.GetAsync(id)).Status.ShouldBe("failed");
    }

    [Fact]
    public async Task Pages_of_dead_letters_follow_one_another()
    {
        await using var server = await ServerAsync(works: true);
        for (var i = 0; i < 3; i++)
            await DieAsync(server);

        var first = await ReadAsync<DeadLetterPage>(server, $"{Dead}?limit=2");
        var last = await ReadAsync<DeadLetterPage>(server, $"{Dead}?limit=2&after={first.NextAfter}");

        (first.Items.Count, last.Items.Count, last.NextAfter).ShouldBe((2, 1, null));
        first.Items.Concat(last.Items).Select(item => item.Id).ShouldBeUnique();
    }

    [Fact]
    public async Task A_page_of_another_site_steers_nothing()
    {
        await using var server = await ServerAsync();
        await SubmitAsync(server);
        foreach (var (method, path) in ((HttpMethod, string)[])[(HttpMethod.Post, $"{Lanes}/sketch/pause"), (HttpMethod.Patch, $"{Lanes}/sketch"), (HttpMethod.Delete, $"{Dead}/1")])
        {
            using var request = new HttpRequestMessage(method, path) { Headers = { { "Origin", "https://evil.example" } } };
            (await server.Http.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.Forbidden, path);
        }
        (await ReadAsync<LaneList>(server, Lanes)).Items.ShouldHaveSingleItem().Mode.ShouldBe("open");
    }

    private async Task<AtelierServer> ServerAsync(bool works = false) => await AtelierServer.StartAsync(await DatabaseAsync(), works);

    private static async Task<string> SubmitAsync(AtelierServer server) =>
        (await server.Client.SubmitAsync(new GenerationRequest { Prompt = "a fox", Width = 64, Height = 64 })).Generations[0].Id;

    private static async Task<string> DieAsync(AtelierServer server)
    {
        var id = await SubmitAsync(server);
        (await server.Painter.NextAsync()).Fail(FailureKind.Permanent);
        await EndAsync(server, id, "generation.failed");
        return id;
    }

    private static async Task EndAsync(AtelierServer server, string id, string type)
    {
        using var patience = new CancellationTokenSource(AtelierServer.Patience);
        (await server.Client.WatchAsync(id, cancellationToken: patience.Token).FirstAsync(e => e.IsFinal, patience.Token)).Type.ShouldBe(type);
    }

    private static StringContent Json(string body) => new(body, System.Text.Encoding.UTF8, "application/json");

    private static async Task<T> ReadAsync<T>(AtelierServer server, string path) => (await server.Http.GetFromJsonAsync<T>(path, AtelierJson.Options))!;

    private static async Task<LaneRecord> ChangeAsync(AtelierServer server, string body) =>
        await AnswerAsync<LaneRecord>(await server.Http.PatchAsync($"{Lanes}/replicate", Json(body)));

    private static async Task<T> PostAsync<T>(AtelierServer server, string path, string? body = null) =>
        await AnswerAsync<T>(await server.Http.PostAsync(path, body is null ? null : Json(body)));

    private static async Task<T> AnswerAsync<T>(HttpResponseMessage answer)
    {
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<T>(AtelierJson.Options))!;
    }
}

// Reports, words, switches, roles, alerts and the audit log over HTTP. On both databases; every answer is held against the OpenAPI document.
using System.Net;
using System.Net.Http.Json;
using Atelier.Accounts;
using Atelier.Client;
using Atelier.Durable;
using Atelier.Generating;

namespace Atelier.Web.Tests.Api;

public sealed class ModeratingOnSqlite : Moderating
{
    protected override Task<string?> DatabaseAsync() => Task.FromResult<string?>(null);
}

[Collection(OnPostgres.Name)]
public sealed class ModeratingOnPostgres(Databases databases) : Moderating
{
    protected override async Task<string?> DatabaseAsync() => await databases.PostgresAsync();
}

public abstract class Moderating
{
    private const string Api = "/api/v1";

    protected abstract Task<string?> DatabaseAsync();

    [Fact]
    public async Task A_report_is_filed_once_decided_once_and_written_down()
    {
        await using var server = await ServerAsync();
        var id = (await server.Client.SubmitAsync(new GenerationRequest { Prompt = "a fox" })).Generations[0].Id;
        var path = $"{Api}/generations/{id}/report";

        (await PostAsync(server, path, "{\"reason\": \"ugly\"}")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await PostAsync(server, $"{Api}/generations/{new string('0', 32)}/report", "{\"reason\": \"spam\"}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await PostAsync(server, path, "{\"reason\": \"spam\", \"words\": \"again\"}")).StatusCode.ShouldBe(HttpStatusCode.Created);
        var report = await ReadAsync<ReportRecord>(await PostAsync(server, path, "{\"reason\": \"hate\"}"));
        (report.Reason, report.Words, report.Reporter, report.Subject, report.SubjectKind).ShouldBe(("spam", "again", "local", id, "generation"));

        (await GetAsync<ReportPage>(server, "reports")).Items.ShouldHaveSingleItem().Id.ShouldBe(report.Id);
        var resolve = $"{Api}/reports/{report.Id}/resolve";
        (await PostAsync(server, resolve, "{\"decision\": \"burn\"}")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var decided = await ReadAsync<ReportRecord>(await PostAsync(server, resolve, "{\"decision\": \"mark_nsfw\", \"note\": \"it is\"}"));
        (decided.Decision, decided.ResolvedBy, decided.Note).ShouldBe(("mark_nsfw", "local", "it is"));
        (await PostAsync(server, resolve, "{\"decision\": \"keep\"}")).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await server.Client.GetAsync(id)).Nsfw.ShouldBeTrue();
        (await GetAsync<ReportPage>(server, "reports?state=resolved&limit=1")).NextAfter.ShouldBeNull();

        (await PostAsync(server, $"{Api}/generations/{id}/hide", "{\"reason\": \"violence\"}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var word in new[] { "unhide", "unmark-nsfw", "mark-nsfw", "hide" })
            (await server.Http.PostAsync($"{Api}/generations/{id}/{word}", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await server.Http.PostAsync($"{Api}/generations/nonsense/hide", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        var log = await GetAsync<AuditPage>(server, $"audit?subject={id}&limit=3");
        log.Items.Select(entry => entry.Action).ShouldBe(["picture.hide", "picture.mark_nsfw", "picture.unmark_nsfw"]);
        (await GetAsync<AuditPage>(server, $"audit?subject={id}&before={log.NextBefore}")).Items.Select(entry => entry.Action)
            .ShouldBe(["picture.unhide", "picture.hide", "picture.mark_nsfw"]);
    }

    [Fact]
    public async Task Accounts_are_banned_and_given_roles_but_never_ones_own()
    {
        await using var server = await ServerAsync();
        await server.Part<Database>().TransactAsync(tx => AccountStore.InsertAsync(tx, new Account { Id = "bob", Username = "Bob" }));

        var banned = await ReadAsync<AccountStandingRecord>(await PostAsync(server, $"{Api}/users/bob/ban", "{\"reason\": \"spam\"}"));
        (banned.Username, banned.BanReason, banned.BannedAt is null).ShouldBe(("Bob", "spam", false));
        (await ReadAsync<AccountStandingRecord>(await server.Http.PostAsync($"{Api}/users/BOB/unban", null))).BannedAt.ShouldBeNull();
        (await ReadAsync<AccountStandingRecord>(await PostAsync(server, $"{Api}/users/bob/role", "{\"role\": \"moderator\"}"))).Role.ShouldBe("moderator");
        (await PostAsync(server, $"{Api}/users/bob/role", "{\"role\": \"king\"}")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await PostAsync(server, $"{Api}/users/local/ban", "{}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await PostAsync(server, $"{Api}/users/nobody/ban", "{}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await PostAsync(server, $"{Api}/users/bob/report", "{\"reason\": \"spam\"}")).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await GetAsync<ReportPage>(server, "reports")).Items.ShouldHaveSingleItem().Subject.ShouldBe("Bob");
        (await GetAsync<AuditPage>(server, "audit?subject=bob")).Items.Select(entry => entry.Action).ShouldBe(["account.role", "account.unban", "account.ban"]);
    }

    [Fact]
    public async Task A_blocked_word_is_named_and_the_prompt_is_neither_kept_nor_logged()
    {
        await using var server = await ServerAsync();
        var put = await ReadAsync<PromptWordRecord>(await server.Http.PutAsync($"{Api}/prompt-words/{Uri.EscapeDataString("Grüner Drache")}", Json("{\"rule\": \"block\", \"note\": \"No dragons.\"}")));
        put.ShouldBe(new PromptWordRecord("gruner drache", "block", "No dragons."));

        const string prompt = "zebra GRÜNER drache zebra";
        var answer = await PostAsync(server, $"{Api}/generations", $"{{\"prompt\": \"{prompt}\"}}");
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var text = await answer.Content.ReadAsStringAsync();
        text.ShouldContain("No dragons.");
        text.ShouldNotContain("zebra");
        server.Logs.Lines.ShouldAllBe(line => !line.Text.Contains("zebra", StringComparison.Ordinal));
        (await server.Client.SubmitAsync(new GenerationRequest { Prompt = "a nude" })).Generations.ShouldHaveSingleItem();
        (await GetAsync<PromptWordList>(server, "prompt-words")).Items.ShouldContain(put);
        (await server.Http.PutAsync($"{Api}/prompt-words/...", Json("{\"rule\": \"block\"}"))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await server.Http.DeleteAsync($"{Api}/prompt-words/{Uri.EscapeDataString("gruner drache")}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await server.Http.DeleteAsync($"{Api}/prompt-words/nothing")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await PostAsync(server, $"{Api}/generations", $"{{\"prompt\": \"{prompt}\"}}")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task A_model_is_switched_off_and_on_for_every_process()
    {
        await using var server = await ServerAsync();
        var settings = $"{Api}/models/sketch/settings";

        (await ReadAsync<ModelSettingsRecord>(await server.Http.PatchAsync(settings, Json("{\"enabled\": false, \"credits\": 3}")))).ShouldBe(new ModelSettingsRecord("sketch", false, 3));
        (await ReadAsync<ModelSettingsRecord>(await server.Http.GetAsync(settings))).Credits.ShouldBe(3);
        var refused = await PostAsync(server, $"{Api}/generations", "{\"prompt\": \"a fox\"}");
        (await refused.Content.ReadFromJsonAsync<Problem>(AtelierJson.Options))!.Errors!.ShouldHaveSingleItem().Message.ShouldContain("switched off");
        (await GetAsync<ModelList>(server, "models")).Items.Single(model => model.Id == "sketch").Available.ShouldBeFalse();

        (await server.Http.PatchAsync(settings, Json("{\"credits\": -1}"))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await server.Http.PatchAsync($"{Api}/models/none/settings", Json("{}"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await ReadAsync<ModelSettingsRecord>(await server.Http.PatchAsync(settings, Json("{\"enabled\": null}")))).ShouldBe(new ModelSettingsRecord("sketch", null, 3));
        await server.Client.SubmitAsync(new GenerationRequest { Prompt = "a fox" });
    }

    [Fact]
    public async Task Alerts_tell_of_benched_keys_and_every_act_of_the_operator_is_written_down()
    {
        await using var server = await ServerAsync();
        await server.Part<ProviderHealth>().BenchAsync("replicate", "first", until: null, "It is not valid.");
        (await GetAsync<AlertList>(server, "alerts")).Items.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            alert => alert.Kind.ShouldBe("provider.key_benched"), alert => alert.Key.ShouldBe("first"), alert => alert.Current.ShouldBeTrue());

        await server.Client.SubmitAsync(new GenerationRequest { Prompt = "a fox" });
        (await server.Http.PostAsync($"{Api}/queue/lanes/sketch/pause", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await PostAsync(server, $"{Api}/queue/lanes/sketch/park", "{\"seconds\": 60, \"reason\": \"rest\"}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await server.Http.PatchAsync($"{Api}/queue/lanes/sketch", Json("{\"concurrency\": 3}"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        var log = (await GetAsync<AuditPage>(server, "audit?subject=sketch")).Items;
        log.Select(entry => entry.Action).ShouldBe(["lane.limits", "lane.park", "lane.pause"]);
        log.ShouldAllBe(entry => entry.Actor == "local" && entry.After != null);
    }

    private async Task<AtelierServer> ServerAsync() => await AtelierServer.StartAsync(await DatabaseAsync());

    private static StringContent Json(string body) => new(body, System.Text.Encoding.UTF8, "application/json");

    private static Task<HttpResponseMessage> PostAsync(AtelierServer server, string path, string body) => server.Http.PostAsync(path, Json(body));

    private static async Task<T> GetAsync<T>(AtelierServer server, string path) => (await server.Http.GetFromJsonAsync<T>($"{Api}/{path}", AtelierJson.Options))!;

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer)
    {
        answer.IsSuccessStatusCode.ShouldBeTrue($"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        return (await answer.Content.ReadFromJsonAsync<T>(AtelierJson.Options))!;
    }
}

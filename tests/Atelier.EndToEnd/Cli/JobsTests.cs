// An operator at the command line: sees what waits and what died, mends it, steers lanes and shares. On both databases.

using System.Text.Json;
using Atelier.Cli;
using Atelier.Durable;
using Atelier.Generating;
using Atelier.Submitting;
using Atelier.Testing;
using Atelier.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.EndToEnd.Cli;

public sealed class JobsOnSqliteTests : JobsTests
{
    protected override Task<string?> DatabaseAsync() => Task.FromResult<string?>(null);
}

public sealed class JobsOnPostgresTests(JobsOnPostgresTests.Server server) : JobsTests, IClassFixture<JobsOnPostgresTests.Server>
{
    protected override async Task<string?> DatabaseAsync() => await server.Postgres!.CreateDatabaseAsync();

    public sealed class Server : IAsyncLifetime
    {
        public PostgresServer? Postgres { get; private set; }

        public async Task InitializeAsync() => Postgres = await PostgresServer.StartAsync();

        public async Task DisposeAsync()
        {
            if (Postgres is not null) await Postgres.DisposeAsync();
        }
    }
}

public abstract class JobsTests : IAsyncLifetime
{
    private readonly CommandLineDriver terminal = new();
    private Microsoft.Extensions.Hosting.IHost workshop = null!;

    private JobQueue Queue => workshop.Services.GetRequiredService<JobQueue>();

    protected abstract Task<string?> DatabaseAsync();

    public async Task InitializeAsync()
    {
        if (await DatabaseAsync() is { } connection) terminal.Environment("ATELIER_DATABASE", connection);
        workshop = Workshop.Build(terminal.Settings(), TimeProvider.System, Microsoft.Extensions.Logging.LogLevel.Error);
        await AtelierApp.PrepareAsync(workshop.Services);
    }

    public Task DisposeAsync()
    {
        workshop.Dispose();
        terminal.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task What_waits_is_listed_shown_and_canceled()
    {
        var (id, generation) = await SubmitAsync();

        var list = await terminal.Type("jobs", "list", "--lane", "sketch", "--kind", "generation", "--state", "ready");
        list.Code.ShouldBe(ExitCode.Ok, list.Error);
        list.Out.Split('\t')[..4].ShouldBe([$"{id}", "ready", "sketch", "generation"]);
        (await terminal.Type("jobs", "list", "--lane", "other")).Out.ShouldBeEmpty();

        var shown = await Json("jobs", "show", $"{id}", "--json");
        shown.GetProperty("position").GetInt32().ShouldBe(0);
        shown.GetProperty("payload").GetString()!.ShouldContain(generation);
        (await terminal.Type("jobs", "show", $"{id}")).Out.ShouldContain("0 before it in its lane");

        (await terminal.Type("jobs", "cancel", $"{id}")).Out.ShouldBe($"{id}\tcanceled{Environment.NewLine}");
        (await GenerationAsync(generation)).Status.ShouldBe(GenerationStatus.Canceled);
        var again = await terminal.Type("jobs", "cancel", $"{id}", "--json");
        again.Code.ShouldBe(ExitCode.Failed);
        again.Out.ShouldContain("\"result\":\"not_found\"");
    }

    [Fact]
    public async Task A_dead_generation_is_explained_mended_and_painted()
    {
        var (id, generation) = await DieAsync();

        var dead = await terminal.Type("jobs", "list", "--dead", "--error", "unknown_model");
        dead.Out.ShouldContain($"{id}\tdead\tsketch\tgeneration");
        (await terminal.Type("jobs", "list", "--dead", "--error", "timeout")).Out.ShouldBeEmpty();
        var shown = await Json("jobs", "show", $"{id}", "--json");
        shown.GetProperty("state").GetString().ShouldBe("dead");
        shown.GetProperty("died_at").GetString().ShouldNotBeNull();
        shown.GetProperty("failures")[0].GetProperty("code").GetString().ShouldBe("unknown_model");

        await RenameAsync("gone", "sketch");
        var retried = await terminal.Type("jobs", "retry", $"{id}", "--priority", "-3", "--from-start");
        retried.Code.ShouldBe(ExitCode.Ok, retried.Error);
        (await GenerationAsync(generation)).Status.ShouldBe(GenerationStatus.Queued);
        (await GenerationAsync(generation)).Error.ShouldBeNull();
        (await Queue.FindAsync(new JobId(id)))!.Priority.ShouldBe(-3);

        (await terminal.Type("worker", "--drain", "--for", "1m")).Code.ShouldBe(ExitCode.Ok);
        (await GenerationAsync(generation)).Status.ShouldBe(GenerationStatus.Completed);
    }

    [Fact]
    public async Task Dead_letters_are_retried_in_bulk_by_filter_into_another_lane()
    {
        var (id, generation) = await DieAsync();

        (await terminal.Type("jobs", "retry", "--all", "--error", "timeout")).Error.ShouldContain("0 back in the queue");
        (await Queue.FindAsync(new JobId(id)))!.State.ShouldBe(JobState.Dead);
        (await terminal.Type("jobs", "retry", "--all", "--error", "unknown_model", "--move-to", "spare")).Error.ShouldContain("1 back in the queue");

        (await Queue.FindAsync(new JobId(id)))!.Lane.ShouldBe("spare");
        (await GenerationAsync(generation)).Status.ShouldBe(GenerationStatus.Queued);
    }

    [Fact]
    public async Task Many_dead_letters_are_discarded_only_after_a_yes()
    {
        var (first, generation) = await DieAsync();
        var (second, _) = await DieAsync();

        var asked = await terminal.Type("jobs", "discard", "--all");
        asked.Code.ShouldBe(ExitCode.Usage);
        asked.Error.ShouldContain("2 dead letters; nothing was done");
        (await Queue.DeadLettersAsync()).Count.ShouldBe(2);

        (await terminal.Type("jobs", "discard", "--all", "--yes", "--json")).Out.Trim().Split(Environment.NewLine)
            .ShouldBe([$$"""{"id":{{first}},"result":"discarded"}""", $$"""{"id":{{second}},"result":"discarded"}"""]);
        (await Queue.DeadLettersAsync()).ShouldBeEmpty();
        (await GenerationAsync(generation)).Status.ShouldBe(GenerationStatus.Failed);
        (await terminal.Type("jobs", "discard", $"{first}")).Code.ShouldBe(ExitCode.Failed);
    }

    [Fact]
    public async Task A_payload_that_the_kind_cannot_read_leaves_the_letter_dead()
    {
        var (id, _) = await DieAsync();

        var refused = await terminal.Type("jobs", "retry", $"{id}", "--payload", "[]");

        refused.Code.ShouldBe(ExitCode.Failed);
        refused.Error.ShouldContain("payload");
        (await Queue.FindAsync(new JobId(id)))!.State.ShouldBe(JobState.Dead);
    }

    [Fact]
    public async Task A_sleeping_job_is_woken()
    {
        var job = await Queue.EnqueueAsync(new NewJob { Kind = "later", Payload = "{}", RunAt = Due.After(TimeSpan.FromDays(1)) });

        (await terminal.Type("jobs", "wake", $"{job.Id}")).Out.ShouldBe($"{job.Id}\twoken{Environment.NewLine}");

        (await Queue.FindAsync(job.Id))!.State.ShouldBe(JobState.Ready);
        (await terminal.Type("jobs", "wake", "999999")).Code.ShouldBe(ExitCode.Failed);
    }

    [Fact]
    public async Task Limits_are_set_one_by_one_and_kept()
    {
        (await terminal.Type("jobs", "lanes", "set", "replicate", "--concurrency", "20", "--rate", "10/1s", "--rate", "20cost/1m")).Code.ShouldBe(ExitCode.Ok);
        await terminal.Type("jobs", "lanes", "set", "replicate", "--per-user", "2", "--adaptive", "2-16/8s");

        var lane = await LaneAsync("replicate");
        lane.Settings.Concurrency.ShouldBe(20);
        lane.Settings.TenantConcurrency.ShouldBe(2);
        lane.Settings.Rates.ShouldBe([new RateLimit(10, TimeSpan.FromSeconds(1)), new RateLimit(20, TimeSpan.FromMinutes(1), RateUnit.Cost)]);
        lane.Settings.Adaptive.ShouldBe(new AdaptiveConcurrency(2, 16, TimeSpan.FromSeconds(8)));
        (await terminal.Type("jobs", "lanes")).Out.ShouldBe($"replicate\topen\t0/16\t2\t10/1s, 20cost/1m, adaptive 2-16/8s\t{Environment.NewLine}");

        await terminal.Type("jobs", "lanes", "set", "replicate", "--concurrency", "none", "--per-user", "none", "--rate", "none", "--adaptive", "none");
        var open = (await LaneAsync("replicate")).Settings;
        (open.Concurrency, open.TenantConcurrency, open.Rates.Count, open.Adaptive).ShouldBe((null, null, 0, null));
    }

    [Fact]
    public async Task A_lane_is_paused_drained_parked_and_opened_again()
    {
        await SubmitAsync();

        await terminal.Type("jobs", "lanes", "pause", "sketch");
        (await LaneAsync("sketch")).Mode.ShouldBe(LaneMode.Paused);
        (await terminal.Type("worker", "--drain", "--for", "1s")).Out.ShouldStartWith("0 runs");
        await terminal.Type("jobs", "lanes", "drain", "sketch");
        (await LaneAsync("sketch")).Mode.ShouldBe(LaneMode.Draining);
        await terminal.Type("jobs", "lanes", "resume", "sketch");
        (await LaneAsync("sketch")).Mode.ShouldBe(LaneMode.Open);

        var parked = await terminal.Type("jobs", "lanes", "park", "sketch", "--until", "10m", "--reason", "their outage");
        parked.Out.ShouldContain("(their outage)");
        await terminal.Type("jobs", "lanes", "park", "sketch", "--until", "2199-01-31T08:00Z", "--key", "second");
        (await LaneAsync("sketch")).Parked.Select(entry => entry.Key).ShouldBe(["", "second"]);
        var budget = await terminal.Type("worker", "--drain", "--for", "1s", "--json");
        budget.Code.ShouldBe(ExitCode.TryAgain);
        budget.Out.Trim().ShouldBe("""{"runs":0,"emptied":false}""");

        await terminal.Type("jobs", "lanes", "unpark", "sketch");
        await terminal.Type("jobs", "lanes", "unpark", "sketch", "--key", "second");
        (await LaneAsync("sketch")).Parked.ShouldBeEmpty();
        (await terminal.Type("worker", "--drain", "--for", "1m")).Out.ShouldStartWith("1 runs");
    }

    [Fact]
    public async Task A_misspelt_lane_is_not_made()
    {
        await SubmitAsync();

        var answer = await terminal.Type("jobs", "lanes", "pause", "skech");

        answer.Code.ShouldBe(ExitCode.Failed);
        answer.Error.ShouldContain("did you mean sketch");
        (await Queue.Lanes.ListAsync()).Select(lane => lane.Name).ShouldBe(["sketch"]);
    }

    [Fact]
    public async Task Shares_are_set_one_by_one_and_kept()
    {
        await terminal.Type("jobs", "tenants", "set", "ann", "--weight", "2.5");
        var answer = await terminal.Type("jobs", "tenants", "set", "ann", "--concurrency", "8", "--json");

        answer.Out.Trim().ShouldBe("""{"tenant":"ann","weight":2.5,"concurrency":8}""");
        (await Queue.Tenants.FindAsync("ann")).ShouldBe(new TenantSettings(2.5, 8));
    }

    [Fact]
    public async Task Statistics_tell_depths_dead_letters_and_what_was_done()
    {
        await DieAsync();
        await SubmitAsync();

        var stats = await Json("queue", "stats", "--minutes", "5", "--json");
        stats.GetProperty("dead_letters").GetInt32().ShouldBe(1);
        stats.GetProperty("depths")[0].GetProperty("state").GetString().ShouldBe("ready");
        var done = stats.GetProperty("activity")[0];
        done.GetProperty("ended").GetProperty("dead").GetInt32().ShouldBe(1);
        done.GetProperty("errors").GetProperty("unknown_model").GetInt32().ShouldBe(1);
        done.GetProperty("run_seconds").GetDouble().ShouldBeGreaterThanOrEqualTo(0);

        var plain = (await terminal.Type("queue", "stats")).Out;
        plain.ShouldContain("dead letters\t1");
        plain.ShouldContain("depth\tsketch\tready\t1\t");
        plain.ShouldContain("lane\tsketch\topen");
    }

    private async Task<(long Job, string Generation)> SubmitAsync()
    {
        var submission = workshop.Services.GetRequiredService<Submission>();
        var request = new GenerationRequest { Prompt = "a cat", Width = 64, Height = 64 };
        var accepted = (await submission.SubmitAsync(request, Submitter.Local)).ShouldBeOfType<SubmissionResult.Accepted>();
        var generation = accepted.Generations.ShouldHaveSingleItem();
        return (generation.JobId!.Value, generation.Id);
    }

    // As when a model leaves the catalogue while somebody waits for it.
    private async Task<(long Job, string Generation)> DieAsync()
    {
        var submitted = await SubmitAsync();
        await RenameAsync("sketch", "gone");
        (await terminal.Type("worker", "--drain", "--for", "1m")).Code.ShouldBe(ExitCode.Ok);
        (await GenerationAsync(submitted.Generation)).Status.ShouldBe(GenerationStatus.Failed);
        return submitted;
    }

    // The job says which model paints, since another may stand in for the one that was asked for.
    private async Task RenameAsync(string model, string other)
    {
        var (before, after) = ($"\"Model\":\"{model}\"", $"\"Model\":\"{other}\"");
        foreach (var table in (string[])["jobs", "dead_jobs"])
            await workshop.Services.GetRequiredService<Database>().TransactAsync(tx => tx.ExecuteAsync($"update {table} set payload = replace(payload, @before, @after)", new { before, after }));
    }

    private async Task<Generation> GenerationAsync(string id) => (await workshop.Services.GetRequiredService<GenerationStore>().FindAsync(id))!;

    private async Task<LaneStatus> LaneAsync(string name) => (await Queue.Lanes.ListAsync()).Single(lane => lane.Name == name);

    private async Task<JsonElement> Json(params string[] args)
    {
        var answer = await terminal.Type(args);
        answer.Code.ShouldBe(ExitCode.Ok, answer.Error);
        return JsonDocument.Parse(answer.Out).RootElement;
    }
}

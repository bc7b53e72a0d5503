// The wake-up call: once a quiet period over all processes, however many jobs come; again while they wait; never to a stranger.
using Atelier.Client;
using Atelier.Durable;
using Atelier.Notifying;
using Atelier.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Atelier.Web.Tests.Api;

[Collection(OnPostgres.Name)]
public sealed class WakingWorkers(Databases databases)
{
    private const string Token = "ghp_verysecret";

    [Fact]
    public async Task Many_submissions_make_one_call_in_the_shape_of_GitHub()
    {
        await using var board = await Switchboard.OpenAsync();
        await using var server = await AtelierServer.StartAsync(settings: To(board));

        await SubmitAsync(server, 20);
        var call = await board.NextAsync();
        (call.Method, call.Path).ShouldBe(("POST", "/repos/ann/pictures/dispatches"));
        call.Headers["Authorization"].ShouldBe($"Bearer {Token}");
        call.Headers["Accept"].ShouldBe("application/vnd.github+json");
        call.Headers["User-Agent"].ShouldNotBeEmpty();
        call.Headers["Content-Type"].ShouldStartWith("application/json");
        call.Body.GetProperty("event_type").GetString().ShouldBe("paint");
        call.Body.GetProperty("client_payload").GetProperty("ready").GetInt64().ShouldBeInRange(1, 20);

        await SubmitAsync(server, 10);
        await KeepsQuietAsync(server);
        board.Taken.ShouldBe(1);
        server.Logs.Lines.ShouldAllBe(line => !line.Text.Contains(Token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task While_jobs_wait_it_calls_again_after_the_quiet_period()
    {
        await using var board = await Switchboard.OpenAsync();
        await using var server = await AtelierServer.StartAsync(settings: To(board));
        await SubmitAsync(server, 3);
        await board.NextAsync();

        await EndQuietPeriodAsync(server);

        (await board.NextAsync()).Body.GetProperty("client_payload").GetProperty("ready").GetInt64().ShouldBe(3);
    }

    [Fact]
    public async Task Two_processes_make_one_call()
    {
        var database = await databases.PostgresAsync();
        await using var board = await Switchboard.OpenAsync();
        await using var one = await AtelierServer.StartAsync(database, settings: To(board));
        await using var other = await AtelierServer.StartAsync(database, settings: To(board));

        await Task.WhenAll(SubmitAsync(one, 10), SubmitAsync(other, 10));
        await board.NextAsync();
        await Task.WhenAll(KeepsQuietAsync(one), KeepsQuietAsync(other));

        board.Taken.ShouldBe(1);
    }

    [Fact]
    public async Task A_failed_call_is_told_and_made_again_and_nothing_is_lost()
    {
        await using var board = await Switchboard.OpenAsync();
        board.Answers = _ => StatusCodes.Status500InternalServerError;
        await using var server = await AtelierServer.StartAsync(settings: To(board));
        await SubmitAsync(server, 1);
        await board.NextAsync();
        await LogsAsync(server, "the answer was 500");

        board.Answers = _ => StatusCodes.Status204NoContent;
        await EndQuietPeriodAsync(server);

        (await board.NextAsync()).Body.GetProperty("client_payload").GetProperty("ready").GetInt64().ShouldBe(1);
        await LogsAsync(server, "Called wakeup.url: 1 jobs");
        server.Logs.Lines.ShouldAllBe(line => !line.Text.Contains(Token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_listening_is_a_failed_call_too()
    {
        string[] settings;
        await using (var board = await Switchboard.OpenAsync())
            settings = To(board);
        await using var server = await AtelierServer.StartAsync(settings: settings);

        await SubmitAsync(server, 1);

        await LogsAsync(server, "The call to wakeup.url failed");
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var stranger = await Switchboard.OpenAsync();
        await using var board = await Switchboard.OpenAsync();
        board.Answers = response =>
        {
            response.Headers.Location = stranger.Url;
            return StatusCodes.Status307TemporaryRedirect;
        };
        await using var server = await AtelierServer.StartAsync(settings: To(board));

        await SubmitAsync(server, 1);

        await LogsAsync(server, "the answer was 307");
        stranger.Taken.ShouldBe(0);
    }

    [Fact]
    public async Task Jobs_that_wait_at_the_start_are_called_about_at_once()
    {
        using var folder = new TempFolder();
        await using (var before = await AtelierServer.StartAsync(folder: folder))
        {
            before.App.Services.GetService<WakeUpCall>().ShouldBeNull();
            await SubmitAsync(before, 2);
        }
        await using var board = await Switchboard.OpenAsync();
        await using var server = await AtelierServer.StartAsync(folder: folder, settings: To(board));

        (await board.NextAsync()).Body.GetProperty("client_payload").GetProperty("ready").GetInt64().ShouldBe(2);
    }

    [Fact]
    public async Task A_job_whose_time_comes_is_called_about_although_no_worker_keeps_house()
    {
        await using var board = await Switchboard.OpenAsync();
        await using var server = await AtelierServer.StartAsync(settings: To(board));

        await server.Part<JobQueue>().EnqueueAsync(new NewJob { Kind = "later", Payload = "{}", RunAt = Due.After(TimeSpan.FromMilliseconds(200)) });

        (await board.NextAsync()).Body.GetProperty("client_payload").GetProperty("ready").GetInt64().ShouldBe(1);
    }

    private static string[] To(Switchboard board) =>
        [$"wakeup.url={board.Url}", $"wakeup.token={Token}", "wakeup.quiet_seconds=3600", "wakeup.event=paint", "logging.level=trace"];

    private static async Task SubmitAsync(AtelierServer server, int count)
    {
        for (var i = 0; i < count; i++)
            await server.Client.SubmitAsync(new GenerationRequest { Prompt = "a fox" });
    }

    private static Task EndQuietPeriodAsync(AtelierServer server) =>
        server.Part<Database>().TransactAsync(tx => tx.ExecuteAsync("update chores set next_at = 0 where name = 'turn:wake_up_call'"));

    // It has looked again since now, and has seen that it is not to call. One look may have been under way.
    private static async Task KeepsQuietAsync(AtelierServer server)
    {
        var before = Looks(server.Logs.Lines);
        await server.Logs.UntilAsync(lines => Looks(lines) >= before + 2);
    }

    private static int Looks(IEnumerable<(LogLevel Level, string Text)> lines) =>
        lines.Count(line => line.Text.Contains("the quiet period after the last call", StringComparison.Ordinal));

    private static Task LogsAsync(AtelierServer server, string words) =>
        server.Logs.UntilAsync(lines => lines.Any(line => line.Text.Contains(words, StringComparison.Ordinal)));
}

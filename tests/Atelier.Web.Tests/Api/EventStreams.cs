// Streams of events: the present first, every change once, the end where it belongs, and resuming across connections and processes.
using System.Net;
using System.Text.Json;
using Atelier.Client;

namespace Atelier.Web.Tests.Api;

public sealed class EventStreamsOnSqlite : EventStreams
{
    protected override Task<string?> DatabaseAsync() => Task.FromResult<string?>(null);
}

[Collection(OnPostgres.Name)]
public sealed class EventStreamsOnPostgres(Databases databases) : EventStreams
{
    protected override async Task<string?> DatabaseAsync() => await databases.PostgresAsync();

    [Fact]
    public async Task A_reader_resumes_at_another_process()
    {
        var database = await DatabaseAsync();
        await using var worker = await AtelierServer.StartAsync(database, works: true);
        await using var other = await AtelierServer.StartAsync(database, folder: worker.Folder);

        await ShouldMissNothingAsync(worker, [worker, other]);
    }
}

public abstract class EventStreams
{
    private const string Mine = "/api/v1/generations/events";
    private static readonly GenerationRequest Small = new() { Prompt = "a fox", Width = 64, Height = 64 };

    protected abstract Task<string?> DatabaseAsync();

    [Fact]
    public async Task The_stream_of_a_generation_begins_with_its_present_state_and_ends_after_its_final_event()
    {
        await using var server = await AtelierServer.StartAsync(await DatabaseAsync(), works: true);
        var id = await SubmitAsync(server);
        var easel = await server.Painter.NextAsync();
        using var response = await RawEvents.OpenAsync(server.Http, $"/api/v1/generations/{id}/events");
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");

        var types = new List<string>();
        await foreach (var e in RawEvents.ReadAsync(response))
        {
            types.Add(e.Type);
            if (types.Count == 2)
                easel.Finish();
        }

        types[..2].ShouldBe(["", "generation.processing"]);
        types[^1].ShouldBe("generation.completed");
        types.Count(type => type == "generation.completed").ShouldBe(1);
    }

    [Fact]
    public async Task The_stream_of_an_ended_generation_tells_its_end_and_then_that_there_is_nothing_more()
    {
        await using var server = await AtelierServer.StartAsync(await DatabaseAsync());
        var id = await SubmitAsync(server);
        await server.Client.CancelAsync(id);

        using var first = await RawEvents.OpenAsync(server.Http, $"/api/v1/generations/{id}/events");
        var events = await ToListAsync(RawEvents.ReadAsync(first));
        events.Select(e => e.Type).ShouldBe(["", "generation.canceled"]);

        using var again = await RawEvents.OpenAsync(server.Http, $"/api/v1/generations/{id}/events", events[^1].Id);
        again.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_resumed_stream_goes_on_past_an_end_that_a_retry_has_undone()
    {
        await using var server = await AtelierServer.StartAsync(await DatabaseAsync());
        var id = await SubmitAsync(server);
        await server.Client.CancelAsync(id);
        await server.Client.RetryAsync(id);
        await server.Client.CancelAsync(id);

        using var response = await RawEvents.OpenAsync(server.Http, $"/api/v1/generations/{id}/events?after=0");

        var types = (await ToListAsync(RawEvents.ReadAsync(response))).Select(e => e.Type).Where(type => type.Length > 0);
        types.ShouldBe(["generation.queued", "generation.canceled", "generation.queued", "generation.canceled"]);
    }

    [Fact]
    public async Task A_reader_that_loses_its_connection_again_and_again_misses_nothing_and_sees_nothing_twice()
    {
        await using var server = await AtelierServer.StartAsync(await DatabaseAsync(), works: true);
        await ShouldMissNothingAsync(server, [server]);
    }

    [Fact]
    public async Task The_stream_of_a_batch_tells_of_no_other()
    {
        await using var server = await AtelierServer.StartAsync(await DatabaseAsync());
        var batch = await server.Client.SubmitAsync(Small with { Count = 2 });
        using var response = await RawEvents.OpenAsync(server.Http, $"{Mine}?batch={batch.Batch}&after=0");

        var seen = new List<string>();
        await foreach (var e in RawEvents.ReadAsync(response))
        {
            if (e.Data.Length > 0)
                seen.Add(JsonSerializer.Deserialize<GenerationEvent>(e.Data, AtelierJson.Options)!.Id);
            if (seen.Count == 2)
            {
                await SubmitAsync(server);
                await server.Client.CancelAsync(batch.Generations[1].Id);
            }
            if (seen.Count == 3)
                break;
        }

        seen.ShouldBe([batch.Generations[0].Id, batch.Generations[1].Id, batch.Generations[1].Id]);
    }

    [Fact]
    public async Task Stopping_the_process_ends_its_streams_at_once()
    {
        var server = await AtelierServer.StartAsync(await DatabaseAsync());
        using var response = await RawEvents.OpenAsync(server.Http, Mine);
        var ended = ToListAsync(RawEvents.ReadAsync(response));

        await server.App.StopAsync().WaitAsync(AtelierServer.Patience);

        (await ended.WaitAsync(AtelierServer.Patience)).ShouldHaveSingleItem().Type.ShouldBe("");
        server.Logs.Lines.ShouldNotContain(line => line.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
        await server.DisposeAsync();
    }

    [Fact]
    public async Task The_client_follows_a_generation_across_a_restart_of_the_server()
    {
        using var folder = new Atelier.Testing.TempFolder();
        var database = await DatabaseAsync();
        var first = await AtelierServer.StartAsync(database, folder: folder);
        var id = await SubmitAsync(first);
        var address = first.App.Urls.First();
        using var patience = new CancellationTokenSource(AtelierServer.Patience);
        var seen = new List<string>();
        using var http = new HttpClient { BaseAddress = new Uri(address) };

        await foreach (var e in new AtelierClient(http).WatchAsync(id, cancellationToken: patience.Token))
        {
            seen.Add(e.Type);
            if (seen.Count > 1)
                continue;
            await first.DisposeAsync();
            first = await AtelierServer.StartAsync(database, folder: folder, settings: [$"server.urls={address}"]);
            await first.Client.CancelAsync(id);
        }

        seen.ShouldBe(["generation.queued", "generation.canceled"]);
        await first.DisposeAsync();
    }

    internal static async Task ShouldMissNothingAsync(AtelierServer worker, AtelierServer[] readers)
    {
        const int generations = 8;
        var reading = ReadInPiecesAsync(readers, generations);
        for (var i = 0; i < generations; i++)
        {
            await SubmitAsync(worker);
            var easel = await worker.Painter.NextAsync();
            easel.Show(0.5);
            easel.Finish();
        }
        var inPieces = await reading;

        using var whole = await RawEvents.OpenAsync(readers[0].Http, $"{Mine}?after=0");
        var events = new List<RawEvent>();
        await foreach (var e in RawEvents.ReadAsync(whole))
        {
            if (e.Data.Length > 0)
                events.Add(e);
            if (events.Count(known => known.Type == "generation.completed") == generations)
                break;
        }
        inPieces.ShouldBe(events);
        inPieces.Select(e => e.Id).ShouldBeUnique();
    }

    // Every connection gives up after three messages; the next goes on where it ended, at the next process in turn.
    private static async Task<List<RawEvent>> ReadInPiecesAsync(AtelierServer[] readers, int generations)
    {
        var events = new List<RawEvent>();
        var last = "0";
        for (var connection = 0; events.Count(e => e.Type == "generation.completed") < generations; connection++)
        {
            using var response = await RawEvents.OpenAsync(readers[connection % readers.Length].Http, Mine, last);
            var taken = 0;
            await foreach (var e in RawEvents.ReadAsync(response))
            {
                last = e.Id;
                if (e.Data.Length > 0)
                    events.Add(e);
                if (++taken == 3 || events.Count(known => known.Type == "generation.completed") == generations)
                    break;
            }
        }
        return events;
    }

    private static async Task<string> SubmitAsync(AtelierServer server) => (await server.Client.SubmitAsync(Small)).Generations[0].Id;

    private static async Task<List<RawEvent>> ToListAsync(IAsyncEnumerable<RawEvent> events)
    {
        var list = new List<RawEvent>();
        await foreach (var e in events)
            list.Add(e);
        return list;
    }
}

// The happy paths and every command in every state, over HTTP, on both databases.
using System.Net;
using System.Net.Http.Json;
using Atelier.Client;
using Atelier.Providers;
using InputImage = Atelier.Client.InputImage;

namespace Atelier.Web.Tests.Api;

public sealed class LifeOfAGenerationOnSqlite : LifeOfAGeneration
{
    protected override Task<string?> DatabaseAsync() => Task.FromResult<string?>(null);
}

[Collection(OnPostgres.Name)]
public sealed class LifeOfAGenerationOnPostgres(Databases databases) : LifeOfAGeneration
{
    protected override async Task<string?> DatabaseAsync() => await databases.PostgresAsync();
}

public abstract class LifeOfAGeneration
{
    private static readonly GenerationRequest Small = new() { Prompt = "a red bicycle", Width = 64, Height = 64, Seed = 7 };

    protected abstract Task<string?> DatabaseAsync();

    [Fact]
    public async Task A_wish_is_answered_at_once_and_becomes_a_picture()
    {
        await using var server = await ServerAsync(works: true);

        var answer = await server.Client.SubmitAsync(Small);
        var submitted = answer.Generations.ShouldHaveSingleItem();
        submitted.Status.ShouldBe("queued");
        submitted.Seed.ShouldBe(7);

        var easel = await server.Painter.NextAsync();
        var painting = await server.Client.GetAsync(submitted.Id);
        painting.Status.ShouldBe("processing");
        painting.EtaSeconds.ShouldNotBeNull();
        painting.Image.ShouldBeNull();
        easel.Finish();

        (await EndOfAsync(server, submitted.Id)).Type.ShouldBe("generation.completed");
        var done = await server.Client.GetAsync(submitted.Id);
        done.Status.ShouldBe("completed");
        done.Progress.ShouldBe(100);
        done.EtaSeconds.ShouldBeNull();
        done.Batch.ShouldBe(answer.Batch);
        done.Prompt.ShouldBe("a red bicycle");
        done.Image!.Width.ShouldBe(64);
        done.Image.Sha256.Length.ShouldBe(64);
        (await server.Http.GetByteArrayAsync(done.Image.Url)).Length.ShouldBe((int)done.Image.Bytes);
    }

    [Fact]
    public async Task The_answer_to_a_wish_is_202_with_the_address_of_what_was_submitted()
    {
        await using var server = await ServerAsync();

        var one = await server.Http.PostAsJsonAsync("/api/v1/generations", new { prompt = "a fox" });
        one.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var record = await server.Http.GetFromJsonAsync<GenerationRecord>(one.Headers.Location, AtelierJson.Options);
        record!.Prompt.ShouldBe("a fox");
        record.Links.Self.ShouldBe(one.Headers.Location!.ToString());
        record.QueuePosition.ShouldBe(0);

        var four = await server.Http.PostAsJsonAsync("/api/v1/generations", new { prompt = "a fox", count = 4, seed = 10 });
        var page = await server.Http.GetFromJsonAsync<GenerationPage>(four.Headers.Location, AtelierJson.Options);
        page!.Items.Select(item => item.Seed).Order().ShouldBe([10, 11, 12, 13]);
    }

    [Fact]
    public async Task Times_end_in_Z_and_names_are_snake_case()
    {
        await using var server = await ServerAsync();
        var id = await SubmitAsync(server);

        var json = await server.Http.GetStringAsync($"/api/v1/generations/{id}");

        using var record = System.Text.Json.JsonDocument.Parse(json);
        var created = record.RootElement.GetProperty("created_at").GetString()!;
        DateTimeOffset.TryParseExact(created, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", null, System.Globalization.DateTimeStyles.None, out _).ShouldBeTrue(created);
        json.ShouldContain("\"status_detail\":");
        json.ShouldContain("\"negative_prompt\":null");
    }

    [Fact]
    public async Task A_queued_generation_is_canceled_at_once_and_can_be_retried()
    {
        await using var server = await ServerAsync();
        var id = await SubmitAsync(server);

        (await server.Client.CancelAsync(id)).Status.ShouldBe("canceled");
        (await RefusalAsync(() => server.Client.CancelAsync(id))).Type.ShouldBe("/problems/wrong-state");
        (await server.Client.RetryAsync(id)).Status.ShouldBe("queued");
        (await RefusalAsync(() => server.Client.RetryAsync(id))).Type.ShouldBe("/problems/wrong-state");
    }

    [Fact]
    public async Task A_generation_that_is_painted_is_asked_to_stop()
    {
        await using var server = await ServerAsync(works: true);
        var id = await SubmitAsync(server);
        await server.Painter.NextAsync();

        var answer = await server.Http.PostAsync($"/api/v1/generations/{id}/cancel", content: null);

        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await EndOfAsync(server, id)).Type.ShouldBe("generation.canceled");
    }

    [Fact]
    public async Task A_completed_generation_can_neither_be_canceled_nor_retried()
    {
        await using var server = await ServerAsync(works: true);
        var id = await PaintAsync(server);

        (await RefusalAsync(() => server.Client.CancelAsync(id))).Status.ShouldBe(409);
        (await RefusalAsync(() => server.Client.RetryAsync(id))).Status.ShouldBe(409);
    }

    [Fact]
    public async Task A_failed_generation_tells_why_and_can_be_retried()
    {
        await using var server = await ServerAsync(works: true);
        var id = await SubmitAsync(server);
        (await server.Painter.NextAsync()).Fail(FailureKind.Refused, "The engine does not paint this.");

        (await EndOfAsync(server, id)).Generation.Error!.Code.ShouldBe("refused_by_policy");
        var failed = await server.Http.GetStringAsync($"/api/v1/generations/{id}");
        failed.ShouldContain("The engine does not paint this.");
        failed.ShouldNotContain("secret operator details");

        (await server.Client.RetryAsync(id)).Status.ShouldBe("queued");
        (await server.Painter.NextAsync()).Finish();
        (await EndOfAsync(server, id)).Type.ShouldBe("generation.completed");
    }

    [Fact]
    public async Task A_deleted_generation_is_gone_for_every_reader()
    {
        await using var server = await ServerAsync(works: true);
        var id = await PaintAsync(server);
        var url = (await server.Client.GetAsync(id)).Image!.Url;

        await server.Client.DeleteAsync(id);

        (await RefusalAsync(() => server.Client.GetAsync(id))).Status.ShouldBe(404);
        (await server.Http.GetAsync(url)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await server.Http.GetAsync($"/api/v1/generations/{id}/events")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await server.Client.ListAsync()).Items.ShouldBeEmpty();
        (await RefusalAsync(() => server.Client.DeleteAsync(id))).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_generation_deleted_while_it_is_painted_ends_its_stream()
    {
        await using var server = await ServerAsync(works: true);
        var id = await SubmitAsync(server);
        await server.Painter.NextAsync();
        var connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var watching = EventAsync(server, id, e =>
        {
            connected.TrySetResult();
            return e.Type == "generation.deleted";
        });
        await connected.Task.WaitAsync(AtelierServer.Patience);

        await server.Client.DeleteAsync(id);

        (await watching).Generation.Id.ShouldBe(id);
    }

    [Fact]
    public async Task The_picture_of_the_moment_can_be_seen_while_it_is_painted()
    {
        await using var server = await ServerAsync(works: true);
        var id = await SubmitAsync(server);
        var easel = await server.Painter.NextAsync();
        (await server.Http.GetAsync($"/api/v1/generations/{id}/preview")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var preview = Images.Webp(32, 32);

        var shown = EventAsync(server, id, e => e.Generation.Preview);
        easel.Show(0.4, preview);
        (await shown).Generation.Progress.ShouldBe(40);

        var seen = await server.Http.GetAsync($"/api/v1/generations/{id}/preview");
        seen.Content.Headers.ContentType!.MediaType.ShouldBe("image/webp");
        (await seen.Content.ReadAsByteArrayAsync()).ShouldBe(preview);
        (await server.Client.GetAsync(id)).Progress.ShouldBe(40);
        easel.Finish();
        await EndOfAsync(server, id);
        (await server.Http.GetAsync($"/api/v1/generations/{id}/preview")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_input_image_comes_as_base64_as_a_file_or_from_another_generation()
    {
        await using var server = await ServerAsync(works: true);
        var png = Images.Png(40, 30);
        await server.Client.SubmitAsync(Small with { InputImages = [InputImage.Of(png)], Strength = 0.5 });
        var fromBase64 = await server.Painter.NextAsync();
        fromBase64.Request.InputImages.ShouldHaveSingleItem().Bytes.ToArray().ShouldBe(png);
        fromBase64.Request.Strength.ShouldBe(0.5);

        using var form = new MultipartFormDataContent
        {
            { new StringContent("a fox"), "prompt" },
            { new StringContent("64"), "width" },
            { new StringContent("64"), "height" },
            { new StringContent("{\"shelf\":\"7\"}"), "metadata" },
            { new StringContent("one"), "tags" },
            { new StringContent("two"), "tags" },
            { new ByteArrayContent(png), "input_images", "../../etc/passwd" },
        };
        var answer = await server.Http.PostAsync("/api/v1/generations", form);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var fromForm = await server.Painter.NextAsync();
        fromForm.Request.InputImages.ShouldHaveSingleItem().Bytes.ToArray().ShouldBe(png);
        var record = await server.Http.GetFromJsonAsync<GenerationRecord>(answer.Headers.Location, AtelierJson.Options);
        record!.Tags.ShouldBe(["one", "two"]);
        record.Metadata["shelf"].ShouldBe("7");

        fromBase64.Finish();
        fromForm.Finish();
        await EndOfAsync(server, record.Id);
        await server.Client.SubmitAsync(Small with { InputImages = [InputImage.OfGeneration(record.Id)] });
        var done = await server.Client.GetAsync(record.Id);
        (await server.Painter.NextAsync()).Request.InputImages.ShouldHaveSingleItem().Bytes.ToArray()
            .ShouldBe(await server.Http.GetByteArrayAsync(done.Image!.OriginalUrl));
    }

    [Fact]
    public async Task Models_and_styles_are_told()
    {
        await using var server = await ServerAsync();

        var sketch = (await server.Client.ModelsAsync()).Single(model => model.Id == "sketch");
        sketch.Kind.ShouldBe("algorithmic");
        sketch.Available.ShouldBeTrue();
        sketch.OutputFormats.ShouldContain("svg");
        sketch.Parameters.Steps!.Default.ShouldBeInRange(1, 50);
        sketch.Sizes.AspectRatios.ShouldContain("16:9");
        (await server.Client.StylesAsync()).ShouldContain(style => style.Id == "watercolour");
    }

    private static async Task<string> SubmitAsync(AtelierServer server) =>
        (await server.Client.SubmitAsync(Small)).Generations[0].Id;

    private async Task<AtelierServer> ServerAsync(bool works = false) => await AtelierServer.StartAsync(await DatabaseAsync(), works);

    private static async Task<string> PaintAsync(AtelierServer server)
    {
        var id = await SubmitAsync(server);
        (await server.Painter.NextAsync()).Finish();
        await EndOfAsync(server, id);
        return id;
    }

    private static Task<WatchedEvent> EndOfAsync(AtelierServer server, string id) => EventAsync(server, id, e => e.IsFinal);

    private static async Task<WatchedEvent> EventAsync(AtelierServer server, string id, Func<WatchedEvent, bool> wanted)
    {
        using var patience = new CancellationTokenSource(AtelierServer.Patience);
        await foreach (var e in server.Client.WatchAsync(id, cancellationToken: patience.Token))
        {
            if (wanted(e))
                return e;
        }
        throw new InvalidOperationException("The stream ended without the event.");
    }

    private static async Task<Problem> RefusalAsync(Func<Task> request) =>
        (await Should.ThrowAsync<AtelierProblemException>(request)).Problem;
}

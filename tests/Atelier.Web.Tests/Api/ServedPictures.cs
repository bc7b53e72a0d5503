// Pictures over HTTP: cached for good, in ranges, guarded, and as files that tell how they were made.
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Atelier.Client;
using Atelier.Testing;

namespace Atelier.Web.Tests.Api;

public sealed class PaintedServer : IAsyncLifetime
{
    internal AtelierServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await AtelierServer.StartAsync(works: true);

    public async Task DisposeAsync() => await Server.DisposeAsync();

    internal async Task<GenerationRecord> PaintAsync(GenerationRequest wish)
    {
        var id = (await Server.Client.SubmitAsync(wish with { Width = 64, Height = 64 })).Generations[0].Id;
        (await Server.Painter.NextAsync()).Finish();
        await foreach (var e in Server.Client.WatchAsync(id))
        {
            if (e.IsFinal)
                break;
        }
        return await Server.Client.GetAsync(id);
    }
}

public sealed class ServedPictures(PaintedServer fixture) : IClassFixture<PaintedServer>
{
    private HttpClient Http => fixture.Server.Http;

    [Fact]
    public async Task A_picture_is_cached_for_good_under_the_hash_of_its_content()
    {
        var image = (await fixture.PaintAsync(new GenerationRequest { Prompt = "a fox" })).Image!;

        var answer = await Http.GetAsync(image.Url);
        var bytes = await answer.Content.ReadAsByteArrayAsync();

        answer.Content.Headers.ContentType!.MediaType.ShouldBe("image/webp");
        answer.Headers.ETag!.Tag.ShouldBe($"\"{image.Sha256}\"");
        Convert.ToHexStringLower(SHA256.HashData(bytes)).ShouldBe(image.Sha256);
        answer.Headers.CacheControl!.ToString().ShouldBe("max-age=31536000, private, immutable");
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);

        using var again = new HttpRequestMessage(HttpMethod.Get, image.Url);
        again.Headers.IfNoneMatch.Add(answer.Headers.ETag);
        (await Http.SendAsync(again)).StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task A_public_picture_may_be_kept_by_everybody_between()
    {
        var image = (await fixture.PaintAsync(new GenerationRequest { Prompt = "a fox", Visibility = "public" })).Image!;

        var answer = await Http.GetAsync(image.ThumbnailUrl);

        answer.Headers.CacheControl!.Public.ShouldBeTrue();
        answer.Headers.GetValues("Cross-Origin-Resource-Policy").ShouldBe(["cross-origin"]);
    }

    [Fact]
    public async Task Parts_are_served_and_parts_that_are_not_there_are_refused()
    {
        var image = (await fixture.PaintAsync(new GenerationRequest { Prompt = "a fox" })).Image!;
        var whole = await Http.GetByteArrayAsync(image.Url);

        var part = await RangeAsync(image.Url, 10, 19);
        part.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        (await part.Content.ReadAsByteArrayAsync()).ShouldBe(whole[10..20]);

        var beyond = await RangeAsync(image.Url, 10_000_000, 10_000_001);
        beyond.StatusCode.ShouldBe(HttpStatusCode.RequestedRangeNotSatisfiable);
        beyond.Content.Headers.ContentType!.MediaType.ShouldBe(Problem.MediaType);
        beyond.Content.Headers.ContentRange!.Length.ShouldBe(whole.Length);
    }

    [Fact]
    public async Task The_head_of_a_picture_tells_its_size_without_its_bytes()
    {
        var image = (await fixture.PaintAsync(new GenerationRequest { Prompt = "a fox" })).Image!;

        var head = await Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, image.Url));

        head.Content.Headers.ContentLength.ShouldBe(image.Bytes);
        (await head.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_drawing_is_served_so_that_it_can_do_nothing()
    {
        var image = (await fixture.PaintAsync(new GenerationRequest { Prompt = "a fox", OutputFormat = "svg" })).Image!;

        var answer = await Http.GetAsync(image.Url);

        answer.Content.Headers.ContentType!.MediaType.ShouldBe("image/svg+xml");
        answer.Headers.GetValues("Content-Security-Policy").ShouldBe(["default-src 'none'; style-src 'unsafe-inline'; sandbox"]);
        (await Http.GetAsync(image.PreviewUrl)).Content.Headers.ContentType!.MediaType.ShouldBe("image/webp");
    }

    [Theory]
    [InlineData("webp", "image/webp", "webp")]
    [InlineData("png", "image/png", "png")]
    [InlineData("jpeg", "image/jpeg", "jpg")]
    public async Task A_downloaded_file_tells_how_it_was_made(string format, string type, string extension)
    {
        var record = await fixture.PaintAsync(new GenerationRequest { Prompt = "A fox, «Füchse» / 狐 at dawn", OutputFormat = format, Seed = 42 });

        await using var download = await fixture.Server.Client.DownloadAsync(record.Id);

        download.ContentType.ShouldBe(type);
        download.FileName.ShouldBe($"a-fox-füchse-狐-at-dawn-{record.Id[^8..]}.{extension}");
        using var folder = new TempFolder();
        var path = folder[$"picture.{extension}"];
        await using (var file = File.Create(path))
            await download.Content.CopyToAsync(file);
        var told = await ExifToolAsync(path);
        told.ShouldContain("algorithmicMedia");
        told.ShouldContain("Seed: 42");
        told.ShouldContain("狐");
    }

    [Fact]
    public async Task The_engines_own_file_is_downloaded_untouched()
    {
        var record = await fixture.PaintAsync(new GenerationRequest { Prompt = "a fox", OutputFormat = "png" });

        var answer = await Http.GetAsync($"{record.Image!.OriginalUrl}?download=1");

        answer.Content.Headers.ContentDisposition!.FileNameStar!.ShouldEndWith(".webp");
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(await Http.GetByteArrayAsync(record.Image.OriginalUrl));
    }

    [Fact]
    public async Task An_unfinished_generation_has_no_picture()
    {
        var id = (await fixture.Server.Client.SubmitAsync(new GenerationRequest { Prompt = "a fox" })).Generations[0].Id;
        var easel = await fixture.Server.Painter.NextAsync();

        (await Http.GetAsync($"/api/v1/images/{id}/full")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        easel.Finish();
    }

    private async Task<HttpResponseMessage> RangeAsync(string url, long from, long to)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Range = new RangeHeaderValue(from, to) } };
        return await Http.SendAsync(request);
    }

    private static async Task<string> ExifToolAsync(string path)
    {
        using var process = Process.Start(new ProcessStartInfo("exiftool", ["-a", "-u", path]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return text;
    }
}

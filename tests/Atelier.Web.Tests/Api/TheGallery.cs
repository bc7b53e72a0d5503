// The public gallery over the API, from the first picture to the last: found, liked, collected, made private.
using System.Net;
using System.Net.Http.Json;
using Atelier.Client;

namespace Atelier.Web.Tests.Api;

public sealed class TheGallery(PaintedServer fixture) : IClassFixture<PaintedServer>
{
    private HttpClient Http => fixture.Server.Http;

    [Fact]
    public async Task A_public_picture_is_found_liked_collected_and_gone_when_private()
    {
        var id = (await fixture.PaintAsync(new GenerationRequest { Prompt = "a crimson fox", Visibility = "public", Tags = ["Fox"] })).Id;

        (await IdsAsync("/api/v1/explore")).ShouldBe([id]);
        (await IdsAsync("/api/v1/explore?sort=week&tag=fox&aspect=square")).ShouldBe([id]);
        (await IdsAsync("/api/v1/search?q=crims")).ShouldBe([id]);
        (await IdsAsync("/api/v1/users/LOCAL/generations")).ShouldBe([id]);
        var models = (await Http.GetFromJsonAsync<ModelList>("/api/v1/models", AtelierJson.Options))!.Items;
        models.Single(model => model.Id == "sketch").SampleUrl.ShouldBe($"/api/v1/images/{id}/thumbnail");
        models.Count(model => model.SampleUrl is not null).ShouldBe(1);
        (await Http.GetFromJsonAsync<UserRecord>("/api/v1/users/local", AtelierJson.Options))!.Pictures.ShouldBe(1);

        (await (await Http.PutAsync($"/api/v1/generations/{id}/like", content: null)).Content.ReadFromJsonAsync<LikeRecord>(AtelierJson.Options)).ShouldBe(new LikeRecord(true, 1));
        (await (await Http.DeleteAsync($"/api/v1/generations/{id}/like")).Content.ReadFromJsonAsync<LikeRecord>(AtelierJson.Options)).ShouldBe(new LikeRecord(false, 0));

        var created = await Http.PostAsJsonAsync("/api/v1/collections", new { name = "Foxes", visibility = "public" });
        created.StatusCode.ShouldBe(HttpStatusCode.Created);
        var collection = created.Headers.Location!.ToString();
        (await Http.PutAsync($"{collection}/generations/{id}", content: null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await Http.PutAsJsonAsync($"{collection}/generations/{id}", new { before = (string?)null })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await IdsAsync($"{collection}/generations")).ShouldBe([id]);
        (await (await Http.PatchAsJsonAsync(collection, new { description = "All red" })).Content.ReadFromJsonAsync<CollectionRecord>(AtelierJson.Options))!.Size.ShouldBe(1);
        (await Http.GetFromJsonAsync<CollectionRecordPage>("/api/v1/collections", AtelierJson.Options))!.Items.ShouldHaveSingleItem().Name.ShouldBe("Foxes");

        var changed = await Http.PatchAsJsonAsync($"/api/v1/generations/{id}", new { visibility = "private", tags = new[] { "hidden" } });
        (await changed.Content.ReadFromJsonAsync<GenerationRecord>(AtelierJson.Options))!.Tags.ShouldBe(["hidden"]);
        foreach (var path in new[] { "/api/v1/explore", "/api/v1/explore?sort=all", "/api/v1/search?q=crimson", "/api/v1/users/local/generations" })
            (await IdsAsync(path)).ShouldBeEmpty(path);
        (await Http.GetFromJsonAsync<ModelList>("/api/v1/models", AtelierJson.Options))!.Items.ShouldAllBe(model => model.SampleUrl == null);
        (await Http.DeleteAsync($"{collection}/generations/{id}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await Http.DeleteAsync(collection)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Theory]
    [InlineData("GET", "/api/v1/explore?sort=best", null, 400)]
    [InlineData("GET", "/api/v1/explore?aspect=round", null, 400)]
    [InlineData("GET", "/api/v1/explore?cursor=x", null, 400)]
    [InlineData("GET", "/api/v1/users/nobody", null, 404)]
    [InlineData("PUT", "/api/v1/users/local/follow", null, 409)]
    [InlineData("PUT", "/api/v1/users/nobody/follow", null, 404)]
    [InlineData("GET", "/api/v1/users/local/followers?cursor=x", null, 400)]
    [InlineData("GET", "/api/v1/users/nobody/following", null, 404)]
    [InlineData("POST", "/api/v1/users/local/report", "{\"reason\": \"spam\"}", 409)]
    [InlineData("PUT", "/api/v1/generations/00000000000000000000000000000000/like", null, 404)]
    [InlineData("PATCH", "/api/v1/generations/00000000000000000000000000000000", "{\"visibility\":\"secret\"}", 422)]
    [InlineData("PATCH", "/api/v1/generations/00000000000000000000000000000000", "{\"nsfw\":true}", 404)]
    [InlineData("POST", "/api/v1/collections", "{}", 422)]
    [InlineData("PATCH", "/api/v1/collections/00000000000000000000000000000000", "{\"name\":\"x\"}", 404)]
    [InlineData("GET", "/api/v1/collections/x", null, 404)]
    public async Task What_cannot_be_done_says_so(string method, string path, string? body, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
            request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await Http.SendAsync(request);
        ((int)answer.StatusCode).ShouldBe(status);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe(Problem.MediaType);
    }

    private async Task<IReadOnlyList<string>> IdsAsync(string path) =>
        [.. (await Http.GetFromJsonAsync<GalleryRecordPage>(path, AtelierJson.Options))!.Items.Select(item => item.Id)];
}

// What the pages of a studio full of pictures weigh as drawn: a phone has to read all of it before it shows anything.
using Atelier.Client;
using Atelier.Gallery;
using Atelier.Web.Tests.Api;

namespace Atelier.Web.Tests.Pages;

public sealed class WeightOfPages : IAsyncLifetime
{
    private const int Batches = 8, Each = 4, MostBytes = 30_000;
    private const string Prompt = "a lighthouse on a cliff above a stormy sea at sunset, seen from a small boat, painted with a wide brush in many layers of oil";

    private AtelierServer _server = null!;
    private string _picture = "";

    public async Task InitializeAsync()
    {
        _server = await AtelierServer.StartAsync(works: true, pages: true);
        for (var i = 0; i < Batches; i++)
        {
            var batch = await _server.Client.SubmitAsync(new GenerationRequest
            {
                Prompt = $"{Prompt}, number {i}", Width = 128, Height = 72, Count = Each, Visibility = "public", Style = "comic", Tags = ["lighthouse", "sea", "storm"],
            });
            for (var painted = 0; painted < Each; painted++)
                (await _server.Painter.NextAsync()).Finish();
            foreach (var generation in batch.Generations)
            {
                await foreach (var e in _server.Client.WatchAsync(generation.Id))
                {
                    if (e.IsFinal)
                        break;
                }
                _picture = generation.Id;
            }
            await _server.Part<Collections>().CreateAsync("local", $"Collection number {i}", "", isPublic: true);
        }
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task The_first_html_of_every_place_is_light()
    {
        foreach (var path in new[] { "/", $"/?from={_picture}", "/explore", "/explore?sort=all&tag=sea", "/search?q=lighthouse", "/library", "/library?q=lighthouse", "/u/local", $"/g/{_picture}" })
        {
            var html = await _server.Http.GetByteArrayAsync(path);
            html.Length.ShouldBeLessThan(MostBytes, path);
        }
    }

    [Fact]
    public async Task The_create_page_and_its_earlier_parts_show_every_batch_once()
    {
        var seen = new List<string>();
        var path = "/";
        while (path is not null)
        {
            var html = await _server.Http.GetStringAsync(path);
            seen.AddRange(Between(html, "id=\"tile-", "\""));
            path = Between(html, "data-more><a class=\"button\" href=\"", "\"").SingleOrDefault();
        }

        seen.Count.ShouldBe(Batches * Each);
        seen.Distinct().Count().ShouldBe(Batches * Each);
        seen.Chunk(Each).Select(batch => batch[0]).ShouldBe(seen.Chunk(Each).Select(batch => batch[0]).OrderDescending(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Between(string text, string start, string end) =>
        text.Split(start).Skip(1).Select(part => part[..part.IndexOf(end, StringComparison.Ordinal)]);
}

// Explore along a tag on both databases: its rows carry what the gallery's own say, whatever happens to a picture, its likes, its tags and its owner.
using Atelier.Gallery;
using Atelier.Generating;
using Atelier.Testing;

namespace Atelier.Tests.Gallery;

public sealed class SqliteTags : TagContract
{
    protected override Task<string> ConnectionStringAsync(TempFolder folder) =>
        Task.FromResult($"Data Source={Path.Combine(folder.Path, "atelier.db")}");
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresTags(PostgresFixture postgres) : TagContract
{
    protected override Task<string> ConnectionStringAsync(TempFolder folder) => postgres.Server.CreateDatabaseAsync();
}

public abstract class TagContract : IAsyncLifetime
{
    private static readonly GalleryFilter Sea = new() { Tag = "sea" };

    private readonly TempFolder _folder = new();

    private protected Exhibition Gallery { get; private set; } = null!;

    protected abstract Task<string> ConnectionStringAsync(TempFolder folder);

    public async Task InitializeAsync() => Gallery = await Exhibition.OpenAsync(await ConnectionStringAsync(_folder));

    public async Task DisposeAsync()
    {
        (await DriftAsync()).ShouldBe(0);
        await Gallery.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_top_of_a_tag_follows_its_likes()
    {
        var (first, second, quiet) = (await PaintAsync("sea"), await PaintAsync("Sea", "storm"), await PaintAsync("sea"));
        await PaintAsync("storm");
        await LikeAsync(first, 1);
        (await TopAsync()).ShouldBe([first, quiet, second]);

        await LikeAsync(second, 3);
        await LikeAsync(quiet, 2);
        (await TopAsync()).ShouldBe([second, quiet, first]);

        await LikeAsync(second, 3, liked: false);
        (await TopAsync()).ShouldBe([quiet, first, second]);
        (await Gallery.TopAsync(GalleryOrder.All, Sea with { Model = "other" })).ShouldBeEmpty();
        (await Gallery.TopAsync(GalleryOrder.All, Sea with { Model = "sketch", Aspect = "square" })).ShouldBe([quiet, first, second]);
    }

    [Fact]
    public async Task The_top_of_a_tag_in_a_time_leaves_out_what_is_older()
    {
        Gallery.Clock.Advance(TimeSpan.FromDays(-40));
        var old = await PaintAsync("sea");
        await PaintAsync("sea");
        Gallery.Clock.Advance(TimeSpan.FromDays(35));
        var week = await PaintAsync("sea");
        Gallery.Clock.Advance(TimeSpan.FromDays(5));
        var (today, newest) = (await PaintAsync("sea"), await PaintAsync("sea"));
        await LikeAsync(old, 3);
        await LikeAsync(week, 2);
        await LikeAsync(today, 1);

        (await TopAsync(GalleryOrder.Day)).ShouldBe([today, newest]);
        (await TopAsync(GalleryOrder.Week)).ShouldBe([week, today, newest]);
        (await TopAsync(GalleryOrder.Month)).ShouldBe([week, today, newest]);
        (await TopAsync()).Take(4).ShouldBe([old, week, today, newest]);
    }

    [Fact]
    public async Task What_goes_out_of_sight_leaves_its_tags_and_comes_back_with_its_likes()
    {
        var (picture, other) = (await PaintAsync("sea"), await PaintAsync("sea"));
        await LikeAsync(picture, 2);

        await Gallery.ChangeAsync(picture, Visibility.Private);
        (await TopAsync()).ShouldBe([other]);
        await Gallery.ChangeAsync(picture, Visibility.Public);
        (await TopAsync()).ShouldBe([picture, other]);

        await Gallery.ExecuteAsync("UPDATE accounts SET banned_at = 1 WHERE id = 'anna'");
        (await TopAsync()).ShouldBeEmpty();
        await LikeAsync(picture, 2, liked: false, stillThere: false);
        await Gallery.ExecuteAsync("UPDATE accounts SET banned_at = NULL WHERE id = 'anna'");
        (await TopAsync()).ShouldBe([picture, other]);

        await MarkAsync(picture, nsfw: true);
        (await TopAsync()).ShouldBe([other]);
        (await Gallery.NewAsync(Sea)).ShouldBe([other]);
        (await Gallery.TopAsync(GalleryOrder.All, Sea with { Nsfw = true })).ShouldBe([picture, other]);
        await MarkAsync(picture, nsfw: false);
        (await TopAsync()).ShouldBe([picture, other]);

        await Gallery.ExecuteAsync("UPDATE generations SET deleted_at = 1 WHERE id = @picture", new { picture });
        (await TopAsync()).ShouldBe([other]);
    }

    [Fact]
    public async Task Tags_that_are_taken_away_and_given_again_know_the_likes()
    {
        var (picture, other) = (await PaintAsync("sea", "storm"), await PaintAsync("sea"));
        await LikeAsync(picture, 2);
        await LikeAsync(other, 1);

        await TagAsync(picture, "storm");
        (await TopAsync()).ShouldBe([other]);
        await LikeAsync(picture, 2, liked: false);
        await LikeAsync(picture, 3);
        await TagAsync(picture, "Sea ", "sea", "rain");
        (await TopAsync()).ShouldBe([picture, other]);
        (await Gallery.TopAsync(GalleryOrder.All, Sea with { Tag = "storm" })).ShouldBeEmpty();
        (await Gallery.TopAsync(GalleryOrder.All, Sea with { Tag = "RAIN" })).ShouldBe([picture]);
    }

    [Fact]
    public async Task Likes_visibility_and_tags_that_change_at_the_same_moment_agree_in_the_end()
    {
        var picture = await PaintAsync("sea");

        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => (i % 4) switch
        {
            0 => LikeAsync(picture, 3, liked: i % 8 == 0, stillThere: false),
            1 => TagAsync(picture, "sea", $"tag{i}"),
            2 => Gallery.ExecuteAsync("UPDATE accounts SET banned_at = @at WHERE id = 'anna'", new { at = i % 8 == 2 ? 1 : (long?)null }),
            _ => MarkAsync(picture, i % 8 == 3),
        }));

        (await DriftAsync()).ShouldBe(0);
    }

    private Task<string> PaintAsync(params string[] tags) => Gallery.PaintAsync("anna", "a picture", tags: tags);

    private Task<IReadOnlyList<string>> TopAsync(GalleryOrder order = GalleryOrder.All) => Gallery.TopAsync(order, Sea);

    private async Task LikeAsync(string id, int fans, bool liked = true, bool stillThere = true)
    {
        for (var fan = 0; fan < fans; fan++)
        {
            var state = await Gallery.Likes.SetAsync(id, $"fan{fan}", liked);
            if (stillThere)
                state.ShouldNotBeNull();
        }
    }

    private Task TagAsync(string id, params string[] tags) =>
        Gallery.ExecuteAsync("UPDATE generations SET tags = @tags WHERE id = @id", new { id, tags = $"[\"{string.Join("\",\"", tags)}\"]" });

    private Task MarkAsync(string id, bool nsfw) =>
        Gallery.ExecuteAsync($"UPDATE generations SET nsfw = {(Gallery.Database.Dialect == Durable.Dialect.Postgres ? nsfw : nsfw ? 1 : 0)} WHERE id = @id", new { id });

    // How many rows of tags say something else than the gallery.
    private Task<long> DriftAsync() => Gallery.Database.ReadAsync(session => session.ScalarAsync<long>("""
        SELECT COUNT(*) FROM gallery_tags t JOIN gallery s ON s.number = t.number WHERE t.owner <> s.owner OR t.shown <> s.shown OR t.nsfw <> s.nsfw
            OR t.model <> s.model OR t.aspect <> s.aspect OR t.style <> s.style OR t.completed_at <> s.completed_at OR t.likes <> s.likes
        """));
}

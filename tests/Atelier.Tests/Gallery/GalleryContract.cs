// The gallery on both databases: what shows, in which order, page after page; likes, follows, views, collections.
using Atelier.Gallery;
using Atelier.Generating;
using Atelier.Testing;

namespace Atelier.Tests.Gallery;

public sealed class SqliteGallery : GalleryContract
{
    protected override Task<string> ConnectionStringAsync(TempFolder folder) =>
        Task.FromResult($"Data Source={Path.Combine(folder.Path, "atelier.db")}");
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresGallery(PostgresFixture postgres) : GalleryContract
{
    protected override Task<string> ConnectionStringAsync(TempFolder folder) => postgres.Server.CreateDatabaseAsync();
}

public abstract class GalleryContract : IAsyncLifetime
{
    private readonly TempFolder _folder = new();

    private protected Exhibition Gallery { get; private set; } = null!;

    protected abstract Task<string> ConnectionStringAsync(TempFolder folder);

    public async Task InitializeAsync() => Gallery = await Exhibition.OpenAsync(await ConnectionStringAsync(_folder));

    public async Task DisposeAsync()
    {
        await Gallery.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Only_finished_public_pictures_of_accounts_in_good_standing_show()
    {
        var shown = await Gallery.PaintAsync("anna", "a fox");
        await Gallery.PaintAsync("anna", "a private fox", isPublic: false);
        var deleted = await Gallery.PaintAsync("anna", "a deleted fox");
        var hidden = await Gallery.PaintAsync("anna", "a hidden fox");
        await Gallery.PaintAsync("eve", "a fox of somebody banned");
        await Gallery.ExecuteAsync("UPDATE generations SET deleted_at = 1 WHERE id = @deleted", new { deleted });
        await Gallery.ExecuteAsync("UPDATE generations SET hidden_at = 1 WHERE id = @hidden", new { hidden });
        await Gallery.ExecuteAsync("UPDATE accounts SET banned_at = 1 WHERE id = 'eve'");
        await Gallery.SubmitAsync("anna", "an unfinished fox");

        (await Gallery.NewAsync()).ShouldBe([shown]);
        (await Gallery.Follows.TallyAsync("anna")).Pictures.ShouldBe(1);
        (await Gallery.Follows.TallyAsync("eve")).Pictures.ShouldBe(0);

        await Gallery.ExecuteAsync("UPDATE accounts SET banned_at = NULL WHERE id = 'eve'");
        (await Gallery.NewAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_picture_made_private_is_gone_everywhere_at_once_and_comes_back_with_its_likes()
    {
        var id = await Gallery.PaintAsync("anna", "a red fox", tags: ["Fox"]);
        await Gallery.Likes.SetAsync(id, "ben", liked: true);
        await Gallery.Follows.SetAsync("ben", "anna", follows: true);
        var collection = (await Gallery.Collections.CreateAsync("ben", "Foxes", "", isPublic: true))!;
        await Gallery.Collections.AddAsync(collection.Id, "ben", [id]);

        (await Gallery.EverywhereAsync(id, "ben", collection.Id)).ShouldAllBe(place => place.Value);
        await Gallery.ChangeAsync(id, Visibility.Private);
        (await Gallery.EverywhereAsync(id, "ben", collection.Id)).ShouldAllBe(place => !place.Value);
        (await Gallery.Likes.SetAsync(id, "ben", liked: true)).ShouldBeNull();
        (await Gallery.Generations.FindAsync(id))!.IsShown.ShouldBeFalse();

        await Gallery.ChangeAsync(id, Visibility.Public);
        (await Gallery.EverywhereAsync(id, "ben", collection.Id)).ShouldAllBe(place => place.Value);
        (await Gallery.Generations.FindAsync(id))!.Likes.ShouldBe(1);
    }

    [Fact]
    public async Task Pages_go_on_where_the_last_ended_whatever_has_come_since()
    {
        var ids = new List<string>();
        for (var i = 0; i < 7; i++)
            ids.Insert(0, await Gallery.PaintAsync("anna", $"picture {i}"));

        var first = await Gallery.Store.ExploreAsync(GalleryOrder.New, new GalleryFilter(), "", after: null, limit: 3);
        await Gallery.PaintAsync("anna", "newer than the page");
        var second = await Gallery.Store.ExploreAsync(GalleryOrder.New, new GalleryFilter(), "", first.Next, limit: 3);
        var third = await Gallery.Store.ExploreAsync(GalleryOrder.New, new GalleryFilter(), "", GalleryPlace.Parse(second.Next.ToString()), limit: 3);

        first.Pictures.Concat(second.Pictures).Concat(third.Pictures).Select(picture => picture.Id).ShouldBe(ids);
        third.Next.ShouldBeNull();
    }

    [Fact]
    public async Task Filters_narrow_each_order_alone_and_together()
    {
        var plain = await Gallery.PaintAsync("anna", "one");
        var tall = await Gallery.PaintAsync("anna", "two", model: "other", width: 32, height: 64, style: "ink", tags: ["Cats", "sea"]);
        var wide = await Gallery.PaintAsync("ben", "three", width: 64, height: 32, style: "ink", tags: ["cats"]);
        var nsfw = await Gallery.PaintAsync("ben", "four", nsfw: true, style: "ink");
        await Gallery.Likes.SetAsync(wide, "anna", liked: true);

        foreach (var order in new[] { GalleryOrder.New, GalleryOrder.Day, GalleryOrder.Month, GalleryOrder.All })
        {
            await Expect(order, new GalleryFilter(), plain, tall, wide);
            await Expect(order, new GalleryFilter { Nsfw = true }, plain, tall, wide, nsfw);
            await Expect(order, new GalleryFilter { Style = "ink" }, tall, wide);
            await Expect(order, new GalleryFilter { Style = "ink", Nsfw = true }, tall, wide, nsfw);
            await Expect(order, new GalleryFilter { Tag = "CATS" }, tall, wide);
            await Expect(order, new GalleryFilter { Tag = "cats", Aspect = "portrait" }, tall);
            await Expect(order, new GalleryFilter { Model = "other" }, tall);
            await Expect(order, new GalleryFilter { Aspect = "landscape", Model = "other" });
            await Expect(order, new GalleryFilter { Aspect = "square" }, plain);
        }

        async Task Expect(GalleryOrder order, GalleryFilter filter, params string[] ids)
        {
            var seen = new List<string>();
            GalleryPlace? after = null;
            do
            {
                var page = await Gallery.Store.ExploreAsync(order, filter, "", after, limit: 1);
                seen.AddRange(page.Pictures.Select(picture => picture.Id));
                after = page.Next;
            }
            while (after is not null);
            seen.Order().ShouldBe(ids.Order(), $"{order} {filter}");
        }
    }

    [Fact]
    public async Task The_top_is_the_most_liked_of_its_time_and_then_the_newest()
    {
        Gallery.Clock.Advance(TimeSpan.FromDays(-40));
        var old = await Gallery.PaintAsync("anna", "old and loved");
        Gallery.Clock.Advance(TimeSpan.FromDays(35));
        var week = await Gallery.PaintAsync("anna", "this week");
        Gallery.Clock.Advance(TimeSpan.FromDays(5));
        var quiet = await Gallery.PaintAsync("anna", "today, not liked");
        var today = await Gallery.PaintAsync("anna", "today, liked");
        var newest = await Gallery.PaintAsync("anna", "today, newest");
        foreach (var (id, fans) in new[] { (old, 3), (week, 2), (today, 1) })
        {
            for (var fan = 0; fan < fans; fan++)
                await Gallery.Likes.SetAsync(id, $"fan{fan}", liked: true);
        }

        (await Gallery.TopAsync(GalleryOrder.Day)).ShouldBe([today, newest, quiet]);
        (await Gallery.TopAsync(GalleryOrder.Week)).ShouldBe([week, today, newest, quiet]);
        (await Gallery.TopAsync(GalleryOrder.Month)).ShouldBe([week, today, newest, quiet]);
        (await Gallery.TopAsync(GalleryOrder.All)).ShouldBe([old, week, today, newest, quiet]);
    }

    [Fact]
    public async Task Following_shows_only_whom_the_reader_follows()
    {
        var mine = await Gallery.PaintAsync("anna", "one");
        await Gallery.PaintAsync("eve", "two");
        var third = await Gallery.PaintAsync("anna", "three");
        var fourth = await Gallery.PaintAsync("ben", "four");
        await Gallery.Follows.SetAsync("fan0", "anna", follows: true);
        await Gallery.Follows.SetAsync("fan0", "ben", follows: true);

        var first = await Gallery.Store.ExploreAsync(GalleryOrder.Following, new GalleryFilter(), "fan0", after: null, limit: 2);
        var second = await Gallery.Store.ExploreAsync(GalleryOrder.Following, new GalleryFilter(), "fan0", first.Next, limit: 2);

        first.Pictures.Concat(second.Pictures).Select(picture => picture.Id).ShouldBe([fourth, third, mine]);
        (await Gallery.Store.ExploreAsync(GalleryOrder.Following, new GalleryFilter(), "")).Pictures.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_model_shows_its_best_liked_picture_or_its_newest_and_never_one_that_went_out_of_sight()
    {
        var loved = await Gallery.PaintAsync("anna", "loved");
        var old = await Gallery.PaintAsync("anna", "old", model: "other");
        await Gallery.PaintAsync("anna", "newer than the loved one");
        await Gallery.PaintAsync("anna", "private", isPublic: false, model: "secret");
        var bare = await Gallery.PaintAsync("anna", "bare and loved", nsfw: true, model: "other");
        await Gallery.PaintAsync("anna", "bare", nsfw: true, model: "indecent");
        foreach (var id in new[] { loved, bare })
            await Gallery.Likes.SetAsync(id, "ben", liked: true);

        (await Gallery.Samples.AllAsync()).OrderBy(sample => sample.Key).ShouldBe([new("other", old), new("sketch", loved)]);
        var newer = await Gallery.PaintAsync("anna", "newer", model: "other");
        (await Gallery.Samples.AllAsync())["other"].ShouldBe(old);
        await Gallery.ChangeAsync(loved, Visibility.Private);
        (await Gallery.Samples.AllAsync())["sketch"].ShouldNotBe(loved);
        (await Gallery.Samples.AllAsync())["other"].ShouldBe(newer);
        await Gallery.ExecuteAsync("UPDATE generations SET hidden_at = 1 WHERE id = @newer", new { newer });
        (await Gallery.Samples.AllAsync())["other"].ShouldBe(old);
        await Gallery.ExecuteAsync("UPDATE generations SET deleted_at = 1 WHERE id = @old", new { old });
        (await Gallery.Samples.AllAsync()).Keys.ShouldBe(["sketch"]);

        await Gallery.ChangeAsync(loved, Visibility.Public);
        Gallery.Clock.Advance(ModelSamples.Lasting);
        (await Gallery.Samples.AllAsync())["sketch"].ShouldBe(loved);
    }

    [Fact]
    public async Task A_like_counts_once_and_tells_the_owner_once()
    {
        var id = await Gallery.PaintAsync("anna", "a fox");

        (await Gallery.Likes.SetAsync(id, "ben", liked: true)).ShouldBe(new LikeState(true, 1));
        (await Gallery.Likes.SetAsync(id, "ben", liked: true)).ShouldBe(new LikeState(true, 1));
        (await Gallery.Likes.SetAsync(id, "anna", liked: true)).ShouldBe(new LikeState(true, 2));
        (await Gallery.Likes.SetAsync(id, "ben", liked: false)).ShouldBe(new LikeState(false, 1));
        (await Gallery.Likes.SetAsync(new string('0', 32), "ben", liked: true)).ShouldBeNull();

        (await Gallery.EventsAsync("anna", GalleryEvents.Liked)).Select(e => (e.Subject, GalleryEvents.ReadLiked(e))).ShouldBe([(id, new LikedEvent(id, "ben", 1))]);
        (await Gallery.Likes.ListAsync("anna")).Pictures.Select(picture => (picture.Id, picture.Liked)).ShouldBe([(id, true)]);
    }

    [Fact]
    public async Task A_follow_counts_once_on_both_sides_and_tells_the_followed()
    {
        (await Gallery.Follows.SetAsync("ben", "anna", follows: true)).ShouldBe(FollowResult.Done);
        (await Gallery.Follows.SetAsync("ben", "anna", follows: true)).ShouldBe(FollowResult.Done);
        (await Gallery.Follows.SetAsync("eve", "anna", follows: true)).ShouldBe(FollowResult.Done);
        (await Gallery.Follows.SetAsync("eve", "anna", follows: false)).ShouldBe(FollowResult.Done);
        (await Gallery.Follows.SetAsync("anna", "anna", follows: true)).ShouldBe(FollowResult.Oneself);
        (await Gallery.Follows.SetAsync("anna", "nobody", follows: true)).ShouldBe(FollowResult.NotFound);

        (await Gallery.Follows.TallyAsync("anna")).ShouldBe(new AccountTally(0, 1, 0));
        (await Gallery.Follows.TallyAsync("ben")).ShouldBe(new AccountTally(0, 0, 1));
        (await Gallery.Follows.FollowersAsync("anna")).Select(person => (person.Username, person.Followed)).ShouldBe([("ben", false)]);
        await Gallery.Follows.SetAsync("fan0", "anna", follows: true);
        await Gallery.Follows.SetAsync("fan1", "anna", follows: true);
        await Gallery.Follows.SetAsync("eve", "ben", follows: true);
        await Gallery.ExecuteAsync("UPDATE accounts SET bio = 'I like foxes' WHERE id = 'ben'");
        await Gallery.ExecuteAsync("UPDATE accounts SET banned_at = 1, ban_reason = 'spam' WHERE id = 'fan0'");
        await Gallery.ExecuteAsync("UPDATE accounts SET deleted_at = 1 WHERE id = 'fan1'");
        (await Gallery.Follows.FollowersAsync("anna", reader: "eve")).Select(person => (person.Username, person.Bio, person.Followed)).ShouldBe([("ben", "I like foxes", true)]);
        (await Gallery.Follows.FollowingAsync("ben")).Select(person => person.Username).ShouldBe(["anna"]);
        (await Gallery.EventsAsync("anna", GalleryEvents.Followed)).Select(e => e.Subject).ShouldBe(["ben", "eve", "fan0", "fan1"]);
    }

    [Fact]
    public async Task A_view_counts_once_a_day_and_never_the_owners()
    {
        var id = await Gallery.PaintAsync("anna", "a fox");
        var stranger = Gallery.Views.StrangerOf([1, 2, 3], "192.0.2.1", "a browser");

        (await Gallery.Views.CountAsync(id, "anna")).ShouldBeFalse();
        (await Gallery.Views.CountAsync(id, "ben")).ShouldBeTrue();
        (await Gallery.Views.CountAsync(id, "ben")).ShouldBeFalse();
        (await Gallery.Views.CountAsync(id, stranger)).ShouldBeTrue();
        Gallery.Clock.Advance(TimeSpan.FromDays(1));
        Gallery.Views.StrangerOf([1, 2, 3], "192.0.2.1", "a browser").ShouldNotBe(stranger);
        (await Gallery.Views.CountAsync(id, "ben")).ShouldBeTrue();
        (await Gallery.Views.PruneAsync()).ShouldBe(2);

        (await Gallery.Generations.FindAsync(id))!.Views.ShouldBe(3);
    }

    [Fact]
    public async Task A_collection_keeps_the_order_that_its_owner_gives_it()
    {
        var ids = new List<string>();
        for (var i = 0; i < 4; i++)
            ids.Add(await Gallery.PaintAsync("anna", $"picture {i}"));
        var hidden = await Gallery.PaintAsync("ben", "private", isPublic: false);
        var collections = Gallery.Collections;
        var id = (await collections.CreateAsync("ben", "Foxes", "All of them", isPublic: true))!.Id;

        (await collections.AddAsync(id, "ben", [.. ids, hidden])).ShouldBe(CollectionResult.Done);
        (await collections.AddAsync(id, "ben", [ids[0]])).ShouldBe(CollectionResult.Done);
        (await collections.AddAsync(id, "anna", [ids[0]])).ShouldBe(CollectionResult.NotFound);
        (await collections.AddAsync(id, "ben", [new string('0', 32)])).ShouldBe(CollectionResult.NotFound);
        (await collections.MoveAsync(id, "ben", ids[3], before: ids[0])).ShouldBe(CollectionResult.Done);
        for (var i = 0; i < 30; i++)
            (await collections.MoveAsync(id, "ben", ids[1 + (i % 2)], before: ids[0])).ShouldBe(CollectionResult.Done);
        (await collections.RemoveAsync(id, "ben", ids[1])).ShouldBe(CollectionResult.Done);

        string[] order = [ids[3], ids[2], ids[0]];
        var first = await collections.PicturesAsync(id, "", limit: 2);
        var rest = await collections.PicturesAsync(id, "", first.Next, limit: 2);
        first.Pictures.Concat(rest.Pictures).Select(picture => picture.Id).ShouldBe(order);
        (await collections.PicturesAsync(id, "ben")).Pictures.Select(picture => picture.Id).ShouldBe([.. order, hidden]);
        var listed = (await collections.ListAsync("ben", "")).ShouldHaveSingleItem();
        (listed.Size, listed.Cover!.Id, listed.Username).ShouldBe((4, ids[3], "ben"));

        await collections.ChangeAsync(id, "ben", "Mine", description: null, isPublic: false);
        (await collections.FindAsync(id, "anna")).ShouldBeNull();
        (await collections.FindAsync(id, "ben"))!.Name.ShouldBe("Mine");

        foreach (var (moved, earlier, expected) in new[]
        {
            (hidden, true, new[] { ids[3], ids[2], hidden, ids[0] }), (ids[3], false, [ids[2], ids[3], hidden, ids[0]]),
            (hidden, false, [ids[2], ids[3], ids[0], hidden]), (hidden, false, [ids[2], ids[3], ids[0], hidden]), (ids[2], true, [ids[2], ids[3], ids[0], hidden]),
        })
        {
            (await collections.ShiftAsync(id, "ben", moved, earlier)).ShouldBe(CollectionResult.Done);
            (await collections.PicturesAsync(id, "ben")).Pictures.Select(picture => picture.Id).ShouldBe(expected);
        }
        (await collections.ShiftAsync(id, "anna", hidden, earlier: true)).ShouldBe(CollectionResult.NotFound);
        (await collections.ShiftAsync(id, "ben", ids[1], earlier: true)).ShouldBe(CollectionResult.NotFound);

        var (second, third) = ((await collections.CreateAsync("ben", "Owls", "", isPublic: true))!.Id, (await collections.CreateAsync("ben", "Cats", "", isPublic: true))!.Id);
        await collections.CreateAsync("anna", "Hers", "", isPublic: true);
        (await collections.ShiftAsync(id, "ben", earlier: true)).ShouldBe(CollectionResult.Done);
        (await collections.ShiftAsync(third, "ben", earlier: true)).ShouldBe(CollectionResult.Done);
        (await collections.ShiftAsync(id, "anna", earlier: true)).ShouldBe(CollectionResult.NotFound);
        var top = await collections.ListAsync("ben", "ben", limit: 2);
        top.Concat(await collections.ListAsync("ben", "ben", new CollectionPlace(top[1].Position, top[1].Id))).Select(item => item.Id).ShouldBe([third, id, second]);

        (await collections.DeleteAsync(id, "anna")).ShouldBe(CollectionResult.NotFound);
        (await collections.DeleteAsync(id, "ben")).ShouldBe(CollectionResult.Done);
    }

    [Fact]
    public async Task What_is_purged_leaves_nothing_behind()
    {
        var id = await Gallery.PaintAsync("anna", "a fox", tags: ["fox"]);
        await Gallery.Likes.SetAsync(id, "ben", liked: true);
        await Gallery.Views.CountAsync(id, "ben");
        await Gallery.ExecuteAsync("UPDATE generations SET deleted_at = 1 WHERE id = @id", new { id });

        await new DeletedGenerations(Gallery.Database, new DeletionOptions(), Gallery.Clock).PurgeAsync(Gallery.Clock.GetUtcNow());

        foreach (var table in new[] { "gallery", "gallery_words", "gallery_tags", "likes", "views" })
            (await Gallery.Database.ReadAsync(session => session.ScalarAsync<long>($"SELECT COUNT(*) FROM {table}"))).ShouldBe(0, table);
    }
}

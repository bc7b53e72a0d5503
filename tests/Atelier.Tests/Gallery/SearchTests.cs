// The search on both databases: the same words find the same pictures, whatever is typed.
using Atelier.Gallery;
using Atelier.Testing;

namespace Atelier.Tests.Gallery;

public sealed class SqliteSearch : SearchContract
{
    protected override Task<string> ConnectionStringAsync(TempFolder folder) =>
        Task.FromResult($"Data Source={Path.Combine(folder.Path, "atelier.db")}");
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresSearch(PostgresFixture postgres) : SearchContract
{
    protected override Task<string> ConnectionStringAsync(TempFolder folder) => postgres.Server.CreateDatabaseAsync();
}

public abstract class SearchContract
{
    private static readonly string[] Prompts =
    [
        "A red fox in the snow",
        "Snow on a red-brick roof, 8k",
        "The fox and the grapes: a café in Paris",
        "foxes playing; don't wake the owl",
        "a portrait of an Owl_King, cinematic, 35mm",
        "Лиса в снегу",
        "<script>alert('fox')</script>",
    ];

    private static readonly (string Text, int[] Found)[] Searches =
    [
        ("fox", [0, 2, 3, 6]),
        ("FOX snow", [0]),
        ("snow fox", [0]),
        ("\"red fox\"", [0]),
        ("\"fox red\"", []),
        ("\"fox\"", [0, 2, 6]),
        ("fo", [0, 2, 3, 6]),
        ("fox*", [0, 2, 3, 6]),
        ("fox -snow", [2, 6]),
        ("-fox", [1, 4, 5, 3]),
        ("fox -\"the grapes\"", [0, 6]),
        ("cafe", [2]),
        ("CAFÉ", [2]),
        ("red-brick", [1]),
        ("brick red", [1]),
        ("35mm", [4]),
        ("owl", [3, 4]),
        ("king portrait", [4]),
        ("лиса", [5]),
        ("script", [6]),
        ("unicorn", []),
        ("a red", [0, 1]),
    ];

    protected abstract Task<string> ConnectionStringAsync(TempFolder folder);

    [Fact]
    public async Task The_same_words_find_the_same_pictures()
    {
        using var folder = new TempFolder();
        await using var gallery = await Exhibition.OpenAsync(await ConnectionStringAsync(folder));
        var ids = new List<string>();
        foreach (var prompt in Prompts)
            ids.Add(await gallery.PaintAsync("anna", prompt));
        await gallery.PaintAsync("ben", "a private fox", isPublic: false);
        await gallery.PaintAsync("ben", "an unsafe fox", nsfw: true);

        foreach (var (text, expected) in Searches)
        {
            var found = await gallery.SearchAsync(text);
            found.Select(id => ids.IndexOf(id)).Order().ShouldBe(expected.Order(), text);
            found.SequenceEqual(found.OrderDescending(StringComparer.Ordinal)).ShouldBeTrue(text);
        }

        // Whatever is typed is a search and no error.
        string[] hostile =
        [
            "\"", "\"fox", "fox\"", "-", "--fox", "-\"", "*", "fox AND", "NOT fox", "OR", "fox NEAR/2 snow", "prompt:fox", "marks:shown", "{marks}:shown", "(fox", "fox)",
            "fox ^snow", "fox & | ! <-> :*", "'; DROP TABLE gallery; --", "\\", "'#shown'", "%", "_", "fox:*", "\u0000fox", "\ud800fox", new string('a', 5_000), "\"a b c d\" -\"e f\" g*",
            string.Join(' ', Enumerable.Repeat("-fox snow", 100)),
        ];
        foreach (var text in hostile)
            await gallery.SearchAsync(text);
        (await gallery.SearchAsync("marks:shown")).ShouldBeEmpty();
        (await gallery.SearchAsync("'#shown'")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_follow_each_other_and_ones_own_search_sees_what_is_private()
    {
        using var folder = new TempFolder();
        await using var gallery = await Exhibition.OpenAsync(await ConnectionStringAsync(folder));
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
            ids.Insert(0, await gallery.PaintAsync(i % 2 == 0 ? "anna" : "ben", $"fox {i}", isPublic: i != 2));
        var unsafeOne = await gallery.PaintAsync("ben", "fox by night", nsfw: true);
        var fox = SearchQuery.Parse("fox")!;

        var first = await gallery.Search.FindAsync(fox, new SearchScope(""), after: null, limit: 2);
        var second = await gallery.Search.FindAsync(fox, new SearchScope(""), first.Next, limit: 2);
        first.Pictures.Concat(second.Pictures).Select(picture => picture.Id).ShouldBe([ids[0], ids[1], ids[3], ids[4]]);
        second.Next.ShouldBeNull();
        (await gallery.Search.FindAsync(fox, new SearchScope("", Nsfw: true))).Pictures[0].Id.ShouldBe(unsafeOne);
        (await gallery.Search.FindAsync(fox, new SearchScope("anna", "anna"))).Pictures.Select(picture => picture.Id).ShouldBe([ids[0], ids[2], ids[4]]);
        (await gallery.Search.IdsAsync(fox, new SearchScope("anna", "anna"))).ShouldBe([ids[0], ids[2], ids[4]]);
        (await gallery.Search.IdsAsync(fox, new SearchScope("anna", "anna"), after: ids[0], limit: 1)).ShouldBe([ids[2]]);

        await gallery.ExecuteAsync("UPDATE generations SET deleted_at = 1 WHERE id = @id", new { id = ids[2] });
        (await gallery.Search.FindAsync(fox, new SearchScope("anna", "anna"))).Pictures.Select(picture => picture.Id).ShouldBe([ids[0], ids[4]]);
    }
}

public sealed class SearchMarksTests
{
    [Theory]
    [InlineData("A red fox", "fox", "A red [fox]")]
    [InlineData("A red fox, red foxes", "\"red fox\"", "A [red] [fox], red foxes")]
    [InlineData("Le Café noir", "cafe", "Le [Café] noir")]
    [InlineData("foxes", "fo", "[foxes]")]
    [InlineData("a dog", "-dog a", "[a] dog")]
    [InlineData("<b>fox</b> & co", "fox", "<b>[fox]</b> & co")]
    public void What_was_found_is_marked(string prompt, string query, string expected) =>
        string.Concat(SearchMarks.Of(prompt, SearchQuery.Parse(query)!).Select(piece => piece.IsMarked ? $"[{piece.Text}]" : piece.Text)).ShouldBe(expected);

    [Fact]
    public void A_long_prompt_is_shown_around_its_first_find()
    {
        var pieces = SearchMarks.Of(string.Join(' ', Enumerable.Range(0, 400).Select(i => $"word{i}")), SearchQuery.Parse("word200 \"word201\"")!);

        pieces[0].ShouldBe(new SearchPiece("…", IsMarked: false));
        pieces[^1].Text.ShouldBe("…");
        pieces.Where(piece => piece.IsMarked).Select(piece => piece.Text).ShouldBe(["word200", "word201"]);
        pieces.Sum(piece => piece.Text.Length).ShouldBeLessThan(170);
    }
}

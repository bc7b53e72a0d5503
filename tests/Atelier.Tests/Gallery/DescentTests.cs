// What was made from a picture, on both databases: named to those who may see it, and to nobody else.
using Atelier.Generating;
using Atelier.Testing;

namespace Atelier.Tests.Gallery;

public sealed class SqliteDescent : DescentTests
{
    protected override Task<string> ConnectionStringAsync(TempFolder folder) =>
        Task.FromResult($"Data Source={Path.Combine(folder.Path, "atelier.db")}");
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresDescent(PostgresFixture postgres) : DescentTests
{
    protected override Task<string> ConnectionStringAsync(TempFolder folder) => postgres.Server.CreateDatabaseAsync();
}

public abstract class DescentTests
{
    [Fact]
    public async Task Descendants_are_named_as_far_as_the_reader_may_see_them()
    {
        using var folder = new TempFolder();
        await using var gallery = await Exhibition.OpenAsync(await ConnectionStringAsync(folder));
        var parent = await gallery.PaintAsync("anna", "a fox");
        var (open, hidden) = (await gallery.PaintAsync("ben", "a red fox"), await gallery.PaintAsync("ben", "a secret fox", isPublic: false));
        await gallery.ExecuteAsync("UPDATE generations SET parent_id = @parent, parent_kind = 'remix' WHERE owner = 'ben'", new { parent });

        (await NamedToAsync("anna")).ShouldBe([open]);
        (await NamedToAsync("ben")).ShouldBe([hidden, open], ignoreOrder: true);
        (await NamedToAsync("")).ShouldBe([open]);
        await gallery.ChangeAsync(open, Visibility.Private);
        (await NamedToAsync("anna")).ShouldBeEmpty();

        async Task<IEnumerable<string>> NamedToAsync(string reader) =>
            (await gallery.Generations.ChildrenAsync(parent, reader, limit: 10)).Select(child => child.Id);
    }

    protected abstract Task<string> ConnectionStringAsync(TempFolder folder);
}

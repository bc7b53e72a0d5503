// Which pictures of the same owner come just before and just after one: what the arrow keys turn to. Reads only.
using Atelier.Durable;
using Atelier.Generating;

namespace Atelier.Web.Components.Pages;

internal sealed class Neighbours(Database database)
{
    /// <summary>The ids of the next newer and the next older completed generation, where there are any.</summary>
    public Task<(string? Newer, string? Older)> OfAsync(Generation generation, CancellationToken cancellationToken) =>
        database.ReadAsync(async session =>
        {
            var place = new { generation.Owner, generation.Id };
            const string theirs = "SELECT id FROM generations WHERE owner = @Owner AND deleted_at IS NULL AND status = 'completed'";
            var newer = await session.ScalarAsync<string>($"{theirs} AND id > @Id ORDER BY id LIMIT 1", place, cancellationToken);
            var older = await session.ScalarAsync<string>($"{theirs} AND id < @Id ORDER BY id DESC LIMIT 1", place, cancellationToken);
            return (newer, older);
        }, cancellationToken);
}

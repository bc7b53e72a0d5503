// Knows a picture that each model has painted. What it keeps for minutes is only a guess: what is shown is asked of the database each time. Loses nothing.
using Atelier.Durable;

namespace Atelier.Gallery;

/// <summary>A public picture of each model that shows what it paints like.</summary>
public sealed class ModelSamples(Database database, TimeProvider time) : IDisposable
{
    /// <summary>How long the choice of pictures is kept; one that must not be shown any more is replaced at once.</summary>
    public static readonly TimeSpan Lasting = TimeSpan.FromMinutes(5);

    // How far to look for a safe picture: among all liked ones, and among the newest of one model.
    private const int MostLiked = 5_000, Newest = 200;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private IReadOnlyDictionary<string, string> _chosen = new Dictionary<string, string>();
    private DateTimeOffset _chosenAt = DateTimeOffset.MinValue;

    /// <summary>The generation whose picture shows what a model paints like, by catalogue id; models without a safe public picture have none.</summary>
    public async Task<IReadOnlyDictionary<string, string>> AllAsync(CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (time.GetUtcNow() - _chosenAt >= Lasting || !await MayAllBeShownAsync(cancellationToken))
                (_chosen, _chosenAt) = (await database.ReadAsync(ChooseAsync, cancellationToken), time.GetUtcNow());
            return _chosen;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task<bool> MayAllBeShownAsync(CancellationToken cancellationToken) => await database.ReadAsync(session =>
    {
        var walk = new GalleryWalk(new GalleryFilter(), session);
        return session.ScalarAsync<long>(
            $"SELECT COUNT(*) FROM gallery s WHERE s.id {(session.Dialect == Dialect.Postgres ? "= ANY(@ids)" : "IN @ids")} AND {walk.Shown("s")} AND {walk.Left(walked: true)}",
            new { ids = _chosen.Values.ToArray() });
    }, cancellationToken) == _chosen.Count;

    // The best liked, else the newest. Each model is one look-up in its index, however many pictures there are.
    private static async Task<IReadOnlyDictionary<string, string>> ChooseAsync(Session session)
    {
        var walk = new GalleryWalk(new GalleryFilter(), session);
        var (shown, safe) = (walk.Shown("s"), walk.Left(walked: true));
        var rows = await session.QueryAsync<Choice>($"""
            {walk.Models},
            top AS (SELECT s.model, s.number, s.likes FROM gallery s WHERE {shown} AND {safe} AND s.likes > 0
                ORDER BY s.likes DESC, s.number DESC LIMIT @MostLiked),
            best AS (SELECT t.model, t.number, ROW_NUMBER() OVER (PARTITION BY t.model ORDER BY t.likes DESC, t.number DESC) AS place FROM top t),
            chosen AS (SELECT m.model, COALESCE(b.number, (
                SELECT s.number FROM (
                    SELECT s.number, s.nsfw FROM gallery s WHERE {shown} AND s.model = m.model ORDER BY s.number DESC LIMIT @Newest) s
                WHERE {safe} ORDER BY s.number DESC LIMIT 1)) AS number
                FROM models m LEFT JOIN best b ON b.model = m.model AND b.place = 1 WHERE m.model IS NOT NULL)
            SELECT c.model, s.id FROM chosen c JOIN gallery s ON s.number = c.number
            """, new { MostLiked, Newest });
        return rows.ToDictionary(row => row.Model, row => row.Id, StringComparer.Ordinal);
    }

    private sealed class Choice
    {
        public string Model { get; init; } = "";
        public string Id { get; init; } = "";
    }
}

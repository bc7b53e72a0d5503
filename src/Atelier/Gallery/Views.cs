// Views: one per viewer, picture and day. The row and the counter are one transaction; a crash may lose the last moment's views, never count one twice.
using System.Security.Cryptography;
using System.Text;
using Atelier.Durable;

namespace Atelier.Gallery;

/// <summary>How often pictures are seen.</summary>
public sealed class Views(Database database, TimeProvider time)
{
    /// <summary>Counts a view of a public picture, unless the same viewer was counted today or owns it.</summary>
    /// <param name="generationId">The picture's generation.</param>
    /// <param name="viewer">The account that looks, or <see cref="StrangerOf"/>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Whether it was counted.</returns>
    public async Task<bool> CountAsync(string generationId, string viewer, CancellationToken cancellationToken = default)
    {
        var day = Today;
        // Most views of a busy picture repeat: a look costs less than a turn at the one writer.
        var news = await database.AskAsync(session => session.ScalarAsync<int?>($"""
            SELECT 1 FROM gallery s WHERE s.id = @generationId AND {(session.Dialect == Dialect.Postgres ? "s.shown" : "s.shown = 1")} AND s.owner <> @viewer
                AND NOT EXISTS (SELECT 1 FROM views v WHERE v.generation_id = s.id AND v.day = @day AND v.viewer = @viewer)
            """, new { generationId, viewer, day }), cancellationToken);
        return news is not null && await database.TransactAsync(Durability.Relaxed, transaction => transaction.ExecuteAsync(
            "INSERT INTO views (generation_id, day, viewer) SELECT id, @day, @viewer FROM gallery WHERE id = @generationId ON CONFLICT DO NOTHING",
            new { generationId, viewer, day }), cancellationToken) == 1;
    }

    /// <summary>
    /// A name for somebody unknown that says nothing about them and is another one tomorrow: a keyed hash of day, address and browser.
    /// </summary>
    /// <param name="key">The installation's own secret.</param>
    /// <param name="address">The network address.</param>
    /// <param name="agent">What the browser calls itself.</param>
    public string StrangerOf(ReadOnlySpan<byte> key, string address, string agent) =>
        "~" + Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{Today}\n{address}\n{agent}")).AsSpan(0, 12));

    /// <summary>Whether a browser says of itself that it is a program that collects pages.</summary>
    public static bool IsRobot(string? agent) =>
        string.IsNullOrWhiteSpace(agent) || Array.Exists(RobotWords, word => agent.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>Removes the rows of days that can no longer repeat, some thousands at most at once. Returns how many.</summary>
    public Task<int> PruneAsync(CancellationToken cancellationToken = default) => database.TransactAsync(Durability.Relaxed, transaction =>
        transaction.ExecuteAsync("""
            DELETE FROM views WHERE (generation_id, day, viewer) IN
                (SELECT generation_id, day, viewer FROM views WHERE day < @today ORDER BY day LIMIT 5000)
            """, new { today = Today }), cancellationToken);

    private int Today => (int)(time.GetUtcNow().ToUnixTimeSeconds() / 86_400);

    private static readonly string[] RobotWords =
        ["bot", "crawl", "spider", "slurp", "preview", "fetch", "facebookexternalhit", "headless", "monitor", "curl", "wget", "python", "httpclient", "okhttp"];
}

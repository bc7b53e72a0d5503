// A picture as the gallery shows it: what a tile needs and no more.
using Atelier.Durable;

namespace Atelier.Gallery;

/// <summary>A picture of the gallery.</summary>
public sealed record GalleryPicture
{
    /// <summary>Its place in the order of finishing.</summary>
    public required long Number { get; init; }

    /// <summary>Its generation: 32 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>The account it belongs to.</summary>
    public required string Owner { get; init; }

    /// <summary>That account's username.</summary>
    public required string Username { get; init; }

    /// <summary>What it was painted from.</summary>
    public required string Prompt { get; init; }

    /// <summary>The catalogue id of its model.</summary>
    public required string Model { get; init; }

    /// <summary>Width in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Height in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Its BlurHash.</summary>
    public required string BlurHash { get; init; }

    /// <summary>Its average colour as <c>#rrggbb</c>.</summary>
    public required string Color { get; init; }

    /// <summary>Whether it is not safe for work.</summary>
    public required bool Nsfw { get; init; }

    /// <summary>Whether everybody may see it.</summary>
    public required bool Shown { get; init; }

    /// <summary>How many accounts like it.</summary>
    public required int Likes { get; init; }

    /// <summary>How often it was seen, once per viewer and day.</summary>
    public required int Views { get; init; }

    /// <summary>Whether the reader likes it.</summary>
    public required bool Liked { get; init; }

    /// <summary>When it was finished.</summary>
    public required DateTimeOffset CompletedAt { get; init; }
}

/// <summary>A page of pictures.</summary>
/// <param name="Pictures">In their order. May be fewer than asked for, even none, and still not be the last.</param>
/// <param name="Next">Where the next page goes on; null where there is none.</param>
public sealed record GalleryPage(IReadOnlyList<GalleryPicture> Pictures, GalleryPlace? Next)
{
    /// <summary>Nothing, and nothing after it.</summary>
    public static GalleryPage Empty { get; } = new([], Next: null);
}

/// <summary>How pictures are read: a few dozen by number, each a handful of look-ups.</summary>
internal static class GalleryPictures
{
    private const string Select = """
        SELECT s.number, s.id, s.owner, COALESCE(a.username, '') AS username, g.prompt, s.model, p.width, p.height, p.blur_hash, p.color,
            s.nsfw, s.shown, s.likes, s.views, s.completed_at,
            EXISTS (SELECT 1 FROM likes l WHERE l.account = @reader AND l.generation_id = s.id) AS liked
        FROM gallery s
        JOIN generations g ON g.id = s.id
        JOIN pictures p ON p.generation_id = s.id
        LEFT JOIN accounts a ON a.id = s.owner
        """;

    /// <summary>The pictures of some numbers, in the order of the numbers given.</summary>
    public static async Task<IReadOnlyList<GalleryPicture>> OfAsync(Session session, IReadOnlyList<long> numbers, string reader)
    {
        if (numbers.Count == 0)
            return [];
        var rows = await session.QueryAsync<Row>(
            $"{Select} WHERE s.number {(session.Dialect == Dialect.Postgres ? "= ANY(@numbers)" : "IN @numbers")} AND g.deleted_at IS NULL",
            new { numbers = numbers.ToArray(), reader });
        var byNumber = rows.ToDictionary(row => row.Number, row => row.ToPicture());
        return [.. numbers.Where(byNumber.ContainsKey).Select(number => byNumber[number])];
    }

    /// <summary>The pictures of some generations, in the order of the ids given; those that are not finished are left out.</summary>
    public static async Task<IReadOnlyList<GalleryPicture>> OfIdsAsync(Session session, IReadOnlyList<string> ids, string reader)
    {
        if (ids.Count == 0)
            return [];
        var rows = await session.QueryAsync<Row>(
            $"{Select} WHERE s.id {(session.Dialect == Dialect.Postgres ? "= ANY(@ids)" : "IN @ids")} AND g.deleted_at IS NULL",
            new { ids = ids.ToArray(), reader });
        var byId = rows.ToDictionary(row => row.Id, row => row.ToPicture(), StringComparer.Ordinal);
        return [.. ids.Where(byId.ContainsKey).Select(id => byId[id])];
    }

    private sealed class Row
    {
        public long Number { get; init; }
        public string Id { get; init; } = "";
        public string Owner { get; init; } = "";
        public string Username { get; init; } = "";
        public string Prompt { get; init; } = "";
        public string Model { get; init; } = "";
        public int Width { get; init; }
        public int Height { get; init; }
        public string BlurHash { get; init; } = "";
        public string Color { get; init; } = "";
        public bool Nsfw { get; init; }
        public bool Shown { get; init; }
        public int Likes { get; init; }
        public int Views { get; init; }
        public bool Liked { get; init; }
        public long CompletedAt { get; init; }

        public GalleryPicture ToPicture() => new()
        {
            Number = Number, Id = Id, Owner = Owner, Username = Username, Prompt = Prompt, Model = Model, Width = Width, Height = Height,
            BlurHash = BlurHash, Color = Color, Nsfw = Nsfw, Shown = Shown, Likes = Likes, Views = Views, Liked = Liked,
            CompletedAt = DateTimeOffset.FromUnixTimeMilliseconds(CompletedAt),
        };
    }
}

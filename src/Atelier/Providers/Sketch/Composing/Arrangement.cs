// Arranges subjects on the ground, in the air and on the wall, sizes them by perspective, and paints them from back to front.
namespace Atelier.Providers.Sketch;

/// <summary>Lays out and paints the subjects of a view.</summary>
internal sealed class Arrangement(View view, Lexicon lexicon, Inscription inscription)
{
    /// <summary>The least height of a thing beside the tallest, so that an ant beside an elephant still shows.</summary>
    private const double SmallestShare = 0.13;

    private readonly Rng _rng = view.Rng.Fork("arrangement");
    private readonly List<(Cluster Cluster, Spot Spot)> _placed = [];
    private readonly Queue<string> _words = new(view.Scene.Lettering);

    public void Paint()
    {
        var roots = Enumerable.Range(0, view.Scene.Subjects.Count).Where(IsRoot).ToArray();
        var mirror = _rng.Chance(0.5);
        var blocks = roots.Select(i => new Block(i, Clusters(i, mirror))).ToArray();
        var airborne = blocks.Where(b => Flies(b.Subject)).ToArray();
        var hung = blocks.Except(airborne).Where(b => Hangs(b.Subject)).ToArray();
        var behind = blocks.Except(airborne).Except(hung).Where(b => b.Subject.Place == Place.Background).ToArray();
        var standing = blocks.Except(airborne).Except(hung).Except(behind).ToArray();
        Background(behind);
        StandUp(standing);
        Hang(hung, standing.Length > 0);
        Fly(airborne, standing.Length > 0);
        foreach (var (cluster, spot) in _placed.OrderBy(p => p.Spot.Y - (p.Spot.Shadow ? 0 : view.Height)))
            Draw(cluster, spot);
        Write();
    }

    /// <summary>Quoted words that no sign took: on a thing that can carry them, else on the wall or a banner.</summary>
    private void Write()
    {
        var pieces = _placed.SelectMany(p => p.Cluster.Pieces.Select(piece => (piece, p.Spot))).ToArray();
        if (_words.Count > 0 && inscription.OnThing(view, pieces, _words.Peek()))
            _words.Dequeue();
        if (_words.Count > 0)
            inscription.Alone(view, string.Join(' ', _words), crowded: pieces.Length > 0);
    }

    private bool IsRoot(int index)
    {
        var s = view.Scene.Subjects[index];
        return s.Anchor < 0 || s.Relation is Relation.None or Relation.Beside or Relation.Front or Relation.Behind;
    }

    private Cluster[] Clusters(int index, bool mirror) =>
        [.. Enumerable.Range(0, view.Scene.Subjects[index].Count)
            .Select(i => new Cluster(view.Scene, index, i, mirror ^ (i > 0 && _rng.Chance(0.3)), lexicon, _rng))];

    private bool Flies(Subject s) => view.Footing == Footing.Air
        ? !(view.Scene.Setting == "underwater" && s.Symbol.Stands is Stand.Ground or Stand.Floor)
        : s.Symbol.Stands == Stand.Sky && s.Relation is Relation.None or Relation.Beside or Relation.Behind || s.Place == Place.Flying
            && s.Relation is Relation.None or Relation.Beside;

    private bool Hangs(Subject s) => s.Symbol.Stands == Stand.Wall && view.Footing == Footing.Floor;

    /// <summary>The main row: sized to fill the picture well, small things a step nearer to the eye.</summary>
    private void StandUp(Block[] blocks)
    {
        if (blocks.Length == 0)
            return;
        var row = blocks.Where(b => b.Subject.Relation is not (Relation.Front or Relation.Behind) || blocks.All(o =>
            o.Index != b.Subject.Anchor)).ToArray();
        row = Ordered(row.Length == 0 ? blocks : row);
        foreach (var block in row)
            block.Arrange(view.Width / view.Height);
        double gap = row.Max(b => b.Height) * 0.12, total = row.Sum(b => b.Width) + gap * (row.Length - 1), tallest = row.Max(b =>
            b.Height);
        double ground = Ground(), room = view.Width * (row.Length == 1 && row[0].Subject.Count == 1 ? 0.62 : 0.86);
        var scale = Math.Min(room / total, ground * (row.Length == 1 ? 0.56 : 0.6) / tallest) * _rng.Between(0.92, 1.04);
        gap = Math.Min(gap * 3, gap + (room / scale - total) / Math.Max(1, row.Length) * 0.3);
        total = row.Sum(b => b.Width) + gap * (row.Length - 1);
        if (view.Footing == Footing.Water && row.Any(b => b.Subject.Symbol.Stands != Stand.Water))
            Land.Bank(view, ground - view.Height * 0.04);
        double slack = view.Width - total * scale, x = slack * (row.Length == 1 ? _rng.Between(0.3, 0.7) : _rng.Between(0.42, 0.58));
        foreach (var block in row)
        {
            var nearer = (1 - block.Height / tallest) * (view.Height - ground) * 0.5;
            var y = Math.Min(view.Height * 0.965, ground + nearer + _rng.Bell() * view.Unit * 8)
                - (block.Subject.Symbol.Stands == Stand.Water && view.Footing == Footing.Water && row.Length > 1 ? view.Height * 0.07 : 0);
            var boost = Math.Max(1, SmallestShare * tallest / block.Height);
            Put(block, x + block.Width * scale / 2, y, scale * boost * (1 + 0.12 * nearer / Math.Max(1, view.Height - ground)));
            x += (block.Width + gap) * scale;
        }

        foreach (var block in blocks.Except(row))
            Relative(block, scale, ground);
    }

    /// <summary>Where feet stand: low enough to have ground behind, high enough to have ground before them.</summary>
    private double Ground() => view.Footing switch
    {
        Footing.Table => view.Horizon + (view.Height - view.Horizon) * _rng.Between(0.5, 0.62),
        Footing.Plinth => view.Horizon + (view.Height - view.Horizon) * _rng.Between(0.48, 0.58),
        Footing.Air => view.Height * 0.9,
        _ => view.Horizon + (view.Height - view.Horizon) * _rng.Between(0.5, 0.66),
    };

    private Block[] Ordered(Block[] row)
    {
        var flipped = _rng.Chance(0.5);
        return [.. row.OrderBy(b => b.Subject.Place switch { Place.Left => -100, Place.Right => 100, _ => flipped ? -b.Index : b.Index })];
    }

    private void Put(Block block, double x, double y, double scale)
    {
        block.At = (x, y, scale);
        for (var i = 0; i < block.Clusters.Count; i++)
        {
            var (dx, dy) = block.Offsets[i];
            var cy = y + dy * scale;
            _placed.Add((block.Clusters[i], new Spot(x + dx * scale, cy, scale * (1 + dy * 0.16), 0, Shadow: true,
                Reflection: view.Footing == Footing.Water && block.Subject.Symbol.Stands == Stand.Water)));
        }
    }

    /// <summary>Things in front of or behind another: overlapping it by a part, a step nearer or farther.</summary>
    private void Relative(Block block, double scale, double ground)
    {
        var anchor = _placed.FirstOrDefault(p => p.Cluster.Root == view.Scene.Subjects[block.Subject.Anchor]);
        block.Arrange(1);
        var front = block.Subject.Relation == Relation.Front;
        var host = anchor.Cluster is null ? 1 : anchor.Cluster.Width * anchor.Spot.Scale;
        double side = _rng.Chance(0.5) ? 1 : -1, x = (anchor.Cluster is null ? view.Width / 2 : anchor.Spot.X) + side * host
            * (front ? 0.24 : 0.36);
        var y = front ? Math.Min(view.Height * 0.97, ground + (view.Height - ground) * 0.55) : ground - (ground - view.Horizon) * 0.42;
        var own = scale * (front ? 1.12 : 0.94);
        own = Math.Min(own, view.Width * 0.8 / block.Width);
        Put(block, Math.Clamp(x, block.Width * own / 2, Math.Max(block.Width * own / 2, view.Width - block.Width * own / 2)), y, own);
    }

    private void Background(Block[] blocks)
    {
        for (var i = 0; i < blocks.Length; i++)
        {
            var block = blocks[i];
            block.Arrange(view.Width / view.Height);
            double x = view.Width * (i + 1.0 + _rng.Bell() * 0.2) / (blocks.Length + 1), y = view.Horizon + (view.Height - view.Horizon)
                * 0.1;
            if (blocks.Length == 1)
                x = view.Width - view.SunX;
            var scale = Math.Min(view.Horizon * 0.45 / block.Height, view.Width * 0.6 / block.Width);
            block.At = (x, y, scale);
            for (var k = 0; k < block.Clusters.Count; k++)
                _placed.Add((block.Clusters[k], new Spot(x + block.Offsets[k].X * scale, y + block.Offsets[k].Y * scale, scale, 0.45,
                    Shadow: true, Reflection: false)));
        }
    }

    private void Hang(Block[] blocks, bool standing)
    {
        for (var i = 0; i < blocks.Length; i++)
        {
            blocks[i].Arrange(3);
            var scale = Math.Min(view.Horizon * (standing ? 0.32 : 0.55) / blocks[i].Height,
                view.Width * 0.7 / blocks.Length / blocks[i].Width);
            double x = view.Width * (i + 1.0) / (blocks.Length + 1), y = view.Horizon * (standing ? 0.46 : 0.76);
            for (var k = 0; k < blocks[i].Clusters.Count; k++)
                _placed.Add((blocks[i].Clusters[k], new Spot(x + blocks[i].Offsets[k].X * scale, y + blocks[i].Offsets[k].Y * scale,
                    scale, 0, Shadow: false, Reflection: false)));
        }
    }

    /// <summary>Things in the air: on a loose arc over whatever stands below.</summary>
    private void Fly(Block[] blocks, bool standing)
    {
        var all = blocks.SelectMany(b => b.Clusters).ToArray();
        if (all.Length == 0)
            return;
        var floor = view.Footing == Footing.Air ? view.Height * (standing ? 0.62 : 0.84) : standing ? view.Horizon * 0.62 : view.Horizon
            * 0.94;
        var columns = Math.Max(1, (int)Math.Round(Math.Sqrt(all.Length * view.Width / floor * 0.8)));
        columns = Math.Min(columns, all.Length);
        var rows = (all.Length + columns - 1) / columns;
        double cell = view.Width * 0.9 / columns, tall = floor * 0.9 / rows, biggest = all.Max(c => c.Height);
        for (var i = 0; i < all.Length; i++)
        {
            int row = i / columns, inRow = Math.Min(columns, all.Length - row * columns);
            var cluster = all[i];
            var share = 0.45 + 0.55 * cluster.Height / biggest;
            var scale = Math.Min(tall * (all.Length == 1 ? 0.6 : 0.7) * share / cluster.Height, cell * 0.76 / cluster.Width);
            if (standing)
                scale = Math.Min(scale, view.Horizon * 0.36 / cluster.Height);
            double x = view.Width * 0.5 + (i % columns - (inRow - 1) / 2.0) * cell + _rng.Bell() * cell * 0.09,
                y = view.Height * 0.04 + tall * (row + 0.5) + cluster.Height * scale / 2 + _rng.Bell() * tall * 0.07;
            if (all.Length == 1)
                x = view.Width * (standing ? 1 - view.SunX / view.Width : _rng.Between(0.42, 0.58));
            _placed.Add((cluster, new Spot(x - (cluster.Left + cluster.Right) / 2 * scale, y, scale, 0, Shadow: false, Reflection: false)));
        }
    }

    private void Draw(Cluster cluster, Spot spot)
    {
        var sheet = view.Things;
        var foot = cluster.Pieces.First(p => p.Subject == cluster.Root && p.X == 0 && p.Y == 0);
        if (spot.Reflection)
            Figure.Reflect(view, sheet, foot, spot);
        else if (spot.Shadow)
            Figure.Shade(view, sheet, foot, spot);
        foreach (var piece in cluster.Pieces)
        {
            if (piece.Subject.Symbol.Name is "sign" or "billboard" && _words.Count > 0)
                inscription.Board(view, sheet, _words.Dequeue(), spot.X + piece.X * spot.Scale, spot.Y + piece.Y * spot.Scale,
                    piece.Height * spot.Scale * 1.1, piece.Subject.Colours.Count > 0 ? piece.Subject.Colours[0] : null);
            else
                Figure.Symbol(view, sheet, piece, spot);
        }
    }
}

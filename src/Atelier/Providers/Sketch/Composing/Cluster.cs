// A subject with all that hangs on it: hat, thing in hand, rider, load. Measured in heights, before the picture gives it a size.
namespace Atelier.Providers.Sketch;

/// <summary>One symbol of a cluster; the point is the middle of its foot, upwards is negative.</summary>
internal sealed record Piece(Subject Subject, double X, double Y, double Height, int Layer, bool Mirror = false, double Tilt = 0,
    int Copy = 0)
{
    public double Width => Height * Subject.Symbol.Aspect;
}

/// <summary>Builds clusters from a scene's relations.</summary>
internal sealed class Cluster
{
    private readonly Scene _scene;
    private readonly Lexicon _lexicon;
    private readonly Rng _rng;
    private readonly List<Piece> _pieces = [];

    public Cluster(Scene scene, int root, int copy, bool mirror, Lexicon lexicon, Rng rng)
    {
        _scene = scene;
        _lexicon = lexicon;
        _rng = rng;
        Root = scene.Subjects[root];
        Add(root, new Piece(Root, 0, 0, Measure(Root), 0, mirror, 0, copy));
        Left = _pieces.Min(p => p.X - p.Width / 2);
        Right = _pieces.Max(p => p.X + p.Width / 2);
        Top = _pieces.Min(p => p.Y - p.Height);
    }

    public Subject Root { get; }
    public double Left { get; }
    public double Right { get; }
    public double Top { get; }
    public double Width => Right - Left;
    public double Height => -Top;

    /// <summary>The pieces from back to front.</summary>
    public IEnumerable<Piece> Pieces => _pieces.OrderBy(p => p.Layer);

    /// <summary>How tall a thing is drawn: real heights, compressed so that an ant beside an elephant still shows.</summary>
    public static double Measure(Subject subject)
    {
        var metres = Math.Clamp(subject.Symbol.Metres, 0.004, 2000);
        var near = metres <= 6 ? metres : 6 * Math.Pow(metres / 6, 0.42);
        return Math.Pow(near, 0.42) * subject.Size;
    }

    private void Add(int index, Piece piece)
    {
        _pieces.Add(piece);
        for (var i = 0; i < _scene.Subjects.Count; i++)
        {
            if (_scene.Subjects[i].Anchor == index)
                Attach(i, piece);
        }
    }

    private void Attach(int index, Piece host)
    {
        var guest = _scene.Subjects[index];
        switch (guest.Relation)
        {
            case Relation.On:
            case Relation.Inside when Entry("vessels", host) is null && Entry("seats", host) is not null:
                Share(index, host, host.Y - host.Height * (1 - Seat(host)));
                break;
            case Relation.Riding:
                Ride(index, host);
                break;
            case Relation.Inside:
                Load(index, host, host.Y - host.Height * Vessel(host) + Measure(guest) * 0.3, host.Layer - 1, within: 0.8);
                break;
            case Relation.Above:
                Load(index, host, host.Y - host.Height * 1.2, host.Layer + 2);
                break;
            case Relation.Under:
                Load(index, host, host.Y + host.Height * 0.03, host.Layer + 2, within: 0.62);
                break;
            case Relation.Wearing:
                Wear(index, host);
                break;
            case Relation.Holding:
                Hold(index, host);
                break;
        }
    }

    /// <summary>Gives each kind of thing on the same host its part of the top, by how much room its copies take.</summary>
    private void Share(int index, Piece host, double y)
    {
        var all = Enumerable.Range(0, _scene.Subjects.Count).Where(i => _scene.Subjects[i].Anchor == _scene.Subjects[index].Anchor
            && _scene.Subjects[i].Relation is Relation.On or Relation.Inside).ToArray();
        double Room(int i) => Measure(_scene.Subjects[i]) * _scene.Subjects[i].Symbol.Aspect * Math.Min(5, _scene.Subjects[i].Count);
        double total = all.Sum(Room), share = Room(index) / total, before = all.TakeWhile(i => i != index).Sum(Room) / total;
        Load(index, host with { X = host.X + (before + share / 2 - 0.5) * host.Width * (all.Length > 1 ? 1.1 : 1) }, y, host.Layer + 2,
            within: 1.15 * share);
    }

    /// <summary>Puts all copies of a guest side by side on a line over the host.</summary>
    private void Load(int index, Piece host, double y, int layer, double within = 1.15)
    {
        var guest = _scene.Subjects[index];
        var rows = guest.Count > 5 ? 2 : 1;
        var perRow = (guest.Count + rows - 1) / rows;
        double h = Math.Min(Measure(guest), host.Height * (guest.Relation == Relation.Under ? 0.55 : 2.2)), w = h * guest.Symbol.Aspect;
        h *= Math.Min(1, Math.Max(host.Width * within, host.Height * 0.3) / (w * perRow));
        w = h * guest.Symbol.Aspect;
        for (var i = 0; i < guest.Count; i++)
        {
            int row = i / perRow, inRow = Math.Min(perRow, guest.Count - row * perRow);
            var x = host.X + (i % perRow - (inRow - 1) / 2.0) * w * 1.04 + row * w * 0.2;
            Add(index, new Piece(guest, x, y - (rows - 1 - row) * h * (guest.Relation == Relation.Inside ? 0.6 : 0.4), h, layer + row,
                host.Mirror ^ (guest.Count > 1 && _rng.Chance(0.3)), 0, i));
        }
    }

    private void Ride(int index, Piece host)
    {
        var guest = _scene.Subjects[index];
        if (Entry("vessels", host) is not null && Entry("seats", host) is null)
        {
            Load(index, host, host.Y - host.Height * Vessel(host) + Measure(guest) * 0.3, host.Layer - 1, within: 0.8);
            return;
        }

        var h = Math.Clamp(Measure(guest), host.Height * 0.45, host.Height * 1.1);
        Add(index, new Piece(guest, host.X, host.Y - host.Height * (1 - Seat(host)) + h * 0.1, h, host.Layer + 2, host.Mirror));
    }

    private void Wear(int index, Piece host)
    {
        var item = _scene.Subjects[index];
        var symbol = host.Subject.Symbol;
        var head = symbol.Head ?? new Anchor(symbol.Left + symbol.Width * 0.6, symbol.Top + symbol.Height * 0.06, symbol.Width * 0.34);
        var scale = host.Height / symbol.Height;
        var x = host.X + (head.X - symbol.Left - symbol.Width / 2) * scale * (host.Mirror ? -1 : 1);
        var top = host.Y - host.Height + (head.Y - symbol.Top) * scale;
        var width = Math.Max(head.Width, symbol.Width * 0.18) * scale;
        var (w, y) = Named("eyes", item) ? (width * 0.86, top + width * 0.58)
            : Named("necks", item) ? (width * 0.62, top + width * 1.25)
            : (width * 1.12, top + width * 0.2);
        var h = w / item.Symbol.Aspect;
        if (Named("eyes", item))
            y += h / 2;
        Add(index, new Piece(item, x, y, h, host.Layer + 1, host.Mirror));
    }

    private void Hold(int index, Piece host)
    {
        var item = _scene.Subjects[index];
        var symbol = host.Subject.Symbol;
        var hand = symbol.Hand ?? new Anchor(symbol.Left + symbol.Width * 0.78, symbol.Top + symbol.Height * 0.62, 0);
        var scale = host.Height / symbol.Height;
        double side = host.Mirror ? -1 : 1, h = Math.Clamp(Measure(item) * 0.8, host.Height * 0.22, host.Height * 0.66);
        h = Math.Min(h, host.Width * 0.8 / item.Symbol.Aspect);
        for (var i = 0; i < Math.Min(item.Count, 3); i++)
        {
            var x = host.X + ((hand.X - symbol.Left - symbol.Width / 2) * scale + i * h * 0.3) * side;
            var y = host.Y - host.Height + (hand.Y - symbol.Top) * scale + h * (item.Symbol.Aspect < 0.4 ? 0.4 : 0.5);
            Add(index, new Piece(item, x, Math.Min(y, host.Y + h * 0.1), h, host.Layer + 1, Mirror: false,
                item.Symbol.Aspect < 0.4 ? 8 * side : 0, i));
        }
    }

    private double Seat(Piece host) => Entry("seats", host)?.Number("at", 0.03) ?? 0.03;

    private double Vessel(Piece host) => Entry("vessels", host)?.Number("keep", 0.6) ?? 0.6;

    private Meaning? Entry(string section, Piece host) =>
        host.Subject.Symbol.Nouns.Prepend(host.Subject.Noun).Select(n => _lexicon.Of(n, section)).FirstOrDefault(m => m is not null);

    private bool Named(string section, Subject item) =>
        item.Symbol.Nouns.Prepend(item.Noun).Any(n => _lexicon.Of(n, section) is not null);
}

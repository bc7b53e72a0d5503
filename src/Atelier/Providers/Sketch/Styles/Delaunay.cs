// Delaunay triangulation (Bowyer and Watson's incremental method) of a few thousand points, for the styles made of cells. Pure.
namespace Atelier.Providers.Sketch;

/// <summary>Triangulates points.</summary>
internal static class Delaunay
{
    internal readonly record struct Triangle(int A, int B, int C, double X, double Y, double R2);

    /// <summary>The triangles, each with the centre and squared radius of its circle.</summary>
    public static List<Triangle> Of(IReadOnlyList<(double X, double Y)> points, double size)
    {
        var all = points.ToList();
        all.AddRange([(-size * 9, -size * 9), (size * 10, -size * 9), (size * 0.5, size * 12)]);
        var order = Enumerable.Range(0, points.Count).OrderBy(i => points[i].X).ToArray();
        var n = points.Count;
        var open = new List<Triangle> { Circle(all, n, n + 1, n + 2) };
        var done = new List<Triangle>();
        var edges = new Dictionary<(int, int), int>();
        foreach (var p in order)
        {
            edges.Clear();
            for (var i = open.Count - 1; i >= 0; i--)
                Visit(all[p], i, open, done, edges);
            foreach (var ((a, b), count) in edges)
            {
                if (count == 1)
                    open.Add(Circle(all, a, b, p));
            }
        }

        done.AddRange(open);
        return done.FindAll(t => t.A < n && t.B < n && t.C < n);
    }

    /// <summary>Sorted by x, a triangle whose circle lies wholly to the left is finished; one whose circle holds the point is
    /// dissolved.</summary>
    private static void Visit((double X, double Y) point, int i, List<Triangle> open, List<Triangle> done, Dictionary<(int, int),
        int> edges)
    {
        var t = open[i];
        double dx = point.X - t.X, dy = point.Y - t.Y;
        if (dx > 0 && dx * dx > t.R2)
            done.Add(t);
        else if (dx * dx + dy * dy <= t.R2)
        {
            Count(edges, t.A, t.B);
            Count(edges, t.B, t.C);
            Count(edges, t.C, t.A);
        }
        else
            return;
        open.RemoveAt(i);
    }

    private static void Count(Dictionary<(int, int), int> edges, int a, int b)
    {
        var key = a < b ? (a, b) : (b, a);
        edges[key] = edges.GetValueOrDefault(key) + 1;
    }

    private static Triangle Circle(List<(double X, double Y)> p, int a, int b, int c)
    {
        double ax = p[a].X, ay = p[a].Y, bx = p[b].X - ax, by = p[b].Y - ay, cx = p[c].X - ax, cy = p[c].Y - ay,
            d = 2 * (bx * cy - by * cx);
        if (Math.Abs(d) < 1e-9)
            return new Triangle(a, b, c, ax, ay, double.MaxValue);
        double ux = (cy * (bx * bx + by * by) - by * (cx * cx + cy * cy)) / d,
            uy = (bx * (cx * cx + cy * cy) - cx * (bx * bx + by * by)) / d;
        return new Triangle(a, b, c, ax + ux, ay + uy, ux * ux + uy * uy);
    }
}

// All copies of one subject, set in rows so that their number can be read at a glance.
namespace Atelier.Providers.Sketch;

/// <summary>The copies of one subject and their places within the block, in cluster heights.</summary>
internal sealed class Block(int index, IReadOnlyList<Cluster> clusters)
{
    public int Index => index;
    public IReadOnlyList<Cluster> Clusters => clusters;
    public Subject Subject => clusters[0].Root;
    public IReadOnlyList<(double X, double Y)> Offsets { get; private set; } = [];
    public double Width { get; private set; }
    public double Height { get; private set; }

    /// <summary>Where the block came to stand and how large.</summary>
    public (double X, double Y, double Scale) At { get; set; }

    /// <summary>Chooses rows by the count and the room: wide pictures take long rows, tall ones take more of them.</summary>
    public void Arrange(double aspect)
    {
        double w = clusters.Max(c => c.Width), h = clusters.Max(c => c.Height), step = w * 1.1;
        int n = clusters.Count, rows = Enumerable.Range(1, Math.Min(4, n)).MaxBy(r => Fits(n, r, w, h, aspect) - 0.03 * r * Fits(n, 1,
            w, h, aspect)), perRow = (n + rows - 1) / rows;
        var rise = Rise(rows, h);
        var offsets = new List<(double, double)>();
        for (var i = 0; i < n; i++)
        {
            int row = i / perRow, inRow = Math.Min(perRow, n - row * perRow);
            var x = (i % perRow - (inRow - 1) / 2.0) * step + (inRow == perRow && row % 2 == 1 ? step * 0.25 : 0);
            var stagger = rows == 1 && n > 1 ? (i % 2) * h * 0.07 : 0;
            var c = clusters[i];
            offsets.Add((x - (c.Left + c.Right) / 2, (row - (rows - 1) / 2.0) * rise + stagger));
        }

        Offsets = offsets;
        Width = step * (perRow - 1) + w + (rows > 1 && n % perRow == 0 ? step * 0.25 : 0);
        Height = h + rise * (rows - 1);
    }

    /// <summary>How large the things get in so many rows.</summary>
    private static double Fits(int n, int rows, double w, double h, double aspect)
    {
        var width = w * (1.1 * ((n + rows - 1) / rows - 1) + 1);
        return Math.Min(aspect * 1.7 / width, 1 / (h + Rise(rows, h) * (rows - 1)));
    }

    private static double Rise(int rows, double h) => rows > 1 ? h * 0.6 : 0;
}

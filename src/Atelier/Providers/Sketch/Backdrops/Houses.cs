// Small buildings and fences that belong to scenery. Each stands on the point it is given.
namespace Atelier.Providers.Sketch;

/// <summary>Paints houses, barns and fences at a distance from 0 (here) to 1 (horizon).</summary>
internal static class Houses
{
    private static readonly string[] s_walls = ["#f2e3c8", "#e9c9a4", "#dfe3e0", "#f0d0bf", "#cfd9dc"];
    private static readonly string[] s_roofs = ["#b5533f", "#8a4a3f", "#6a6f86", "#c4743f"];

    public static void Cottage(View v, Sheet s, Rng rng, double x, double y, double h, double distance)
    {
        double w = h * rng.Between(0.9, 1.4), wall = h * 0.58;
        var paint = v.Palette.Far(rng.Pick(s_walls), distance);
        var roof = v.Palette.Far(rng.Pick(s_roofs), distance);
        s.Rect(x - w / 2, y - wall, w, wall, paint).Rect(x - w / 2, y - wall, w * 0.22, wall, Fill.Of(paint.Darker(0.07), 0.7));
        s.Rect(x + w * 0.2, y - h * 1.02, w * 0.1, h * 0.3, roof.Darker(0.05));
        s.Path($"M{N(x - w * 0.6)} {N(y - wall)}L{N(x - w * 0.3)} {N(y - h)}H{N(x + w * 0.3)}L{N(x + w * 0.6)} {N(y - wall)}Z", roof);
        s.Rect(x - w * 0.08, y - wall * 0.6, w * 0.16, wall * 0.6, v.Palette.Far("#7a5240", distance), w * 0.03);
        var pane = v.Light.Dark ? v.Palette.Lit("#ffd98a") : v.Palette.Far("#8fb6c9", distance);
        foreach (var dx in (double[])[-0.36, 0.2])
            s.Rect(x + dx * w, y - wall * 0.72, w * 0.16, wall * 0.32, pane, w * 0.01);
        if (v.Light.Dark)
            s.Soft(x + w * 0.28, y - wall * 0.5, w * 0.3, w * 0.3, v.Palette.Lit("#ffd98a"), 0.35);
    }

    public static void Barn(View v, Sheet s, double x, double y, double h)
    {
        var red = v.Palette.Far("#b5483f", 0.25);
        double w = h * 1.25;
        s.Soft(x, y, w * 0.7, h * 0.06, v.Light.Shadow, 0.3);
        s.Path($"M{N(x - w / 2)} {N(y)}V{N(y - h * 0.55)}L{N(x - w * 0.32)} {N(y - h * 0.85)}L{N(x)} {N(y - h)}" +
            $"L{N(x + w * 0.32)} {N(y - h * 0.85)}L{N(x + w / 2)} {N(y - h * 0.55)}V{N(y)}Z", red);
        s.Line($"M{N(x - w * 0.54)} {N(y - h * 0.52)}L{N(x - w * 0.33)} {N(y - h * 0.87)}L{N(x)} {N(y - h * 1.02)}" +
            $"L{N(x + w * 0.33)} {N(y - h * 0.87)}L{N(x + w * 0.54)} {N(y - h * 0.52)}", v.Palette.Far("#5f4a4a", 0.25), h * 0.06);
        var white = v.Palette.Far("#f6efe2", 0.2);
        s.Rect(x - w * 0.18, y - h * 0.42, w * 0.36, h * 0.42, white).Rect(x - w * 0.155, y - h * 0.39, w * 0.31, h * 0.39,
            red.Darker(0.08));
        s.Line($"M{N(x - w * 0.155)} {N(y - h * 0.39)}L{N(x + w * 0.155)} {N(y)}M{N(x + w * 0.155)} {N(y - h * 0.39)}" +
            $"L{N(x - w * 0.155)} {N(y)}", white, h * 0.025).Rect(x - w * 0.07, y - h * 0.74, w * 0.14, h * 0.16, white);
    }

    public static void Fence(View v, Sheet s, double y, double h)
    {
        if (v.Leaves("fence"))
            return;
        var wood = v.Palette.Far("#e9dcc4", v.Distance(y) * 0.4);
        for (double x = -h * 0.3; x < v.Width + h; x += h * 0.42)
            s.Path($"M{N(x)} {N(y)}v{N(-h * 0.86)}l{N(h * 0.08)} {N(-h * 0.14)}l{N(h * 0.08)} {N(h * 0.14)}v{N(h * 0.86)}Z", wood);
        s.Rect(-5, y - h * 0.72, v.Width + 10, h * 0.1, wood.Darker(0.05)).Rect(-5, y - h * 0.34, v.Width + 10, h * 0.1, wood.Darker(0.05));
    }

    private static string N(double value) => Sheet.N(value);
}

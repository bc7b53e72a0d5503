// Places above the ground: space, the moon's surface, the high sky. Pure functions onto a view's layers.
namespace Atelier.Providers.Sketch;

/// <summary>Paints settings beyond the weather.</summary>
internal static class Cosmos
{
    private static readonly string[] s_nebulae = ["#7a5fd0", "#d0609a", "#4f9ad0", "#e08a5f", "#4fb8a8"];

    public static void Space(View v)
    {
        var rng = v.Rng.Fork("space");
        v.Horizon = v.Height;
        Deep(v, rng);
        for (var i = 0; i < 9; i++)
            v.Sky.Soft(v.Width * rng.Next(), v.Height * rng.Next(), v.Width * rng.Between(0.2, 0.5), v.Height * rng.Between(0.12, 0.35),
                v.Palette.Lit(rng.Pick(s_nebulae)), rng.Between(0.14, 0.32));
        Sky.Stars(v, 170);
        if (!v.Leaves("planet", "planets") && !v.Scene.Subjects.Any(s => s.Symbol.Name is "planet" or "saturn" or "earth" or "mars"))
        {
            Planet(v, v.Sky, rng, v.Width * rng.Between(0.12, 0.26), v.Height * rng.Between(0.16, 0.3), v.Unit * rng.Between(60, 95),
                rings: rng.Chance(0.5));
            Planet(v, v.Sky, rng, v.Width * rng.Between(0.7, 0.95), v.Height * rng.Between(0.92, 1.06), v.Unit * rng.Between(210, 300),
                rings: false);
        }
    }

    public static void Moon(View v)
    {
        var rng = v.Rng.Fork("moon");
        Deep(v, rng);
        for (var i = 0; i < 4; i++)
            v.Sky.Soft(v.Width * rng.Next(), v.Horizon * rng.Next(), v.Width * rng.Between(0.2, 0.4), v.Height * rng.Between(0.1, 0.2),
                v.Palette.Lit(rng.Pick(s_nebulae)), 0.2);
        Sky.Stars(v, 120);
        Planet(v, v.Sky, rng, v.SunX, v.Horizon * 0.36, v.Unit * 110, rings: rng.Chance(0.4));
        var warm = rng.Chance(0.35);
        var dust = v.Palette.Lit(warm ? "#c98362" : "#b4b4c6");
        Land.Ridge(v, v.Far, "moon1", v.Horizon - v.Height * 0.03, v.Height * 0.045, 2.4, dust.Darker(0.2), dust.Darker(0.26));
        Land.Ridge(v, v.Far, "moon2", v.Horizon, v.Height * 0.03, 3.2, dust.Darker(0.1), dust.Darker(0.18));
        Land.Ridge(v, v.Near, "moon3", v.Horizon + v.Height * 0.03, v.Height * 0.014, 2, dust.Lighter(0.02), dust.Darker(0.1),
            v.Height * 0.35);
        for (var i = 0; i < 11; i++)
        {
            double y = v.Horizon + (v.Height - v.Horizon) * rng.Between(0.2, 0.95),
                w = v.Unit * 120 * v.Perspective(y) * rng.Between(0.4, 1), x = rng.Next() * v.Width;
            v.Near.Ellipse(x, y, w, w * 0.26, dust.Lighter(0.05)).Ellipse(x, y + w * 0.03, w * 0.9, w * 0.21, dust.Darker(0.13))
                .Ellipse(x + w * 0.08, y + w * 0.07, w * 0.76, w * 0.15, dust.Darker(0.06));
        }

        Countryside.Rocks(v, 4, warm ? "#b87a5f" : "#a8a8ba");
    }

    public static void HighSky(View v)
    {
        Sky.Paint(v, 1.8);
        var rng = v.Rng.Fork("highsky");
        Land.Ridge(v, v.Far, "below", v.Height * 0.95, v.Height * 0.02, 2, v.Palette.Far(v.Palette.Grass, 0.75),
            v.Palette.Far(v.Palette.Grass, 0.6));
        for (var i = 0; i < 9; i++)
            Sky.Cloud(v.Near, v, v.Width * (i + rng.Next() - 0.3) / 8, v.Height * rng.Between(0.92, 1.04), v.Unit * rng.Between(200,
                330), rng, 0.95);
        for (var i = 0; i < 4; i++)
            Sky.Cloud(v.Front, v, v.Width * (i % 2 == 0 ? rng.Between(-0.05, 0.2) : rng.Between(0.8, 1.05)),
                v.Height * rng.Between(0.95, 1.08), v.Unit * rng.Between(210, 300), rng, 0.95);
    }

    /// <summary>Northern lights over the horizon.</summary>
    public static void Aurora(View v)
    {
        var rng = v.Rng.Fork("aurora");
        for (var band = 0; band < 3; band++)
        {
            double y = v.Horizon * (0.3 + 0.13 * band), swing = v.Horizon * 0.09, p = rng.Next() * 6;
            var colour = v.Palette.Lit(band == 1 ? "#9a7ae0" : "#5fe0a8");
            for (var i = 0; i < 46; i++)
            {
                double t = i / 46.0, top = y + swing * Math.Sin(t * 6 + p), h = v.Horizon * (0.26 + 0.1 * Math.Sin(t * 17 + p));
                v.Sky.Rect(v.Width * t, top - h, v.Width / 44, h * 1.2, v.Sky.Fade(top - h, top + h * 0.2, (0, colour, 0),
                    (0.75, colour, 0.34), (1, colour, 0)));
            }
        }
    }

    private static void Deep(View v, Rng rng)
    {
        var (top, low) = rng.Pick(s_depths);
        v.Sky.Rect(0, 0, v.Width, v.Height, v.Sky.Fade(0, v.Height, (0, v.Palette.Lit(top), 1), (1, v.Palette.Lit(low), 1)));
    }

    private static readonly (string, string)[] s_depths = [("#0c1030", "#2a1f5c"), ("#0a1a38", "#1a3a66"), ("#170f34", "#44235c")];

    private static void Planet(View v, Sheet s, Rng rng, double x, double y, double r, bool rings)
    {
        var body = v.Palette.Lit(rng.Pick(s_nebulae)).Lighter(0.08);
        double lx = v.SunX > x ? 0.35 : -0.35;
        s.Soft(x, y, r * 1.7, r * 1.7, body, 0.4);
        s.Circle(x, y, r, s.Glow(x + lx * r, y - r * 0.35, r * 1.45, 1, (0, body.Lighter(0.12), 1), (0.5, body, 1),
            (1, body.Darker(0.28), 1)));
        for (var i = -1; i <= 1; i++)
            s.Path($"M{Sheet.N(x - r * Math.Sqrt(1 - 0.16 * i * i))} {Sheet.N(y + i * r * 0.4)}" +
                $"Q{Sheet.N(x)} {Sheet.N(y + i * r * 0.4 + r * 0.2)} {Sheet.N(x + r * Math.Sqrt(1 - 0.16 * i * i))}" +
                    $" {Sheet.N(y + i * r * 0.4)}Q{Sheet.N(x)} {Sheet.N(y + i * r * 0.4 + r * 0.34)}" +
                    $" {Sheet.N(x - r * Math.Sqrt(1 - 0.16 * i * i))} {Sheet.N(y + i * r * 0.4)}Z", Fill.Of(body.Darker(0.1), 0.35));
        if (rings)
            s.Open($"transform=\"rotate(-16 {Sheet.N(x)} {Sheet.N(y)})\"")
                .Line($"M{Sheet.N(x - r * 0.97)} {Sheet.N(y - r * 0.05)}" +
                $"C{Sheet.N(x - r * 2.3)} {Sheet.N(y + r * 0.3)} {Sheet.N(x - r * 1.2)} {Sheet.N(y + r * 0.56)} {Sheet.N(x)}" +
                    $" {Sheet.N(y + r * 0.56)}S{Sheet.N(x + r * 2.3)} {Sheet.N(y + r * 0.3)} {Sheet.N(x + r * 0.97)}" +
                    $" {Sheet.N(y - r * 0.05)}", body.Lighter(0.18), r * 0.12, 0.85).Close();
    }
}

// Indoor places: living room, bedroom, library, stage, kitchen, table top, studio. Pure functions onto a view's layers.
namespace Atelier.Providers.Sketch;

/// <summary>Paints rooms.</summary>
internal static class Rooms
{
    private static readonly string[] s_spines = ["#b5523f", "#3f6f8a", "#d9a441", "#4f8a6a", "#7a4f7f", "#e3d3b4", "#2f4a5f", "#c4743f"];

    public static void Living(View v)
    {
        var wall = Furnishing.Wall(v);
        Furnishing.Window(v, v.SunX, v.Horizon * 0.42, v.Horizon * 0.62);
        Furnishing.Frames(v, v.Width - v.SunX, wall);
        Furnishing.Floor(v, "#b98a5e");
        Furnishing.Rug(v);
        Furnishing.Corner(v);
    }

    public static void Bedroom(View v)
    {
        var wall = Furnishing.Wall(v);
        Furnishing.Window(v, v.Width * 0.5, v.Horizon * 0.4, v.Horizon * 0.58);
        Furnishing.Frames(v, v.Width * 0.14, wall);
        Furnishing.Floor(v, "#c9a27a");
        Furnishing.Rug(v);
        for (var i = 0; i < 13; i++)
        {
            double t = i / 12.0, x = v.Width * t, y = v.Horizon * (0.05 + 0.22 * t * (1 - t));
            v.Far.Circle(x, y, v.Unit * 6, v.Palette.Lit("#ffe7ae")).Soft(x, y, v.Unit * 26, v.Unit * 26, v.Palette.Lit("#ffe7ae"), 0.45);
        }

        Furnishing.Corner(v);
    }

    public static void Library(View v)
    {
        var wood = v.Palette.Far("#7d5338");
        v.Sky.Rect(0, 0, v.Width, v.Height, wood.Darker(0.12));
        var rng = v.Rng.Fork("books");
        double shelf = v.Horizon / Math.Max(4, Math.Round(v.Horizon / (v.Unit * 150)));
        for (var y = 0.0; y < v.Horizon - 2; y += shelf)
        {
            for (var x = v.Unit * 6; x < v.Width;)
            {
                double w = v.Unit * rng.Between(14, 34), h = shelf * rng.Between(0.55, 0.86);
                if (rng.Chance(0.07))
                {
                    x += w * 2;
                    continue;
                }

                var spine = v.Palette.Far(rng.Pick(s_spines), 0.12);
                v.Sky.Rect(x, y + shelf * 0.94 - h, w, h, spine.Lighter(rng.Bell() * 0.03), v.Unit * 2).Rect(x + w * 0.15,
                    y + shelf * 0.94 - h * 0.8, w * 0.7, h * 0.06, Fill.Of(v.Palette.Far("#f0d8a0"), 0.7));
                x += w + v.Unit * 2;
            }

            v.Sky.Rect(0, y + shelf * 0.93, v.Width, shelf * 0.08, wood.Lighter(0.04));
        }

        for (var x = 0.0; x <= v.Width + 1; x += v.Width / Math.Max(2, Math.Round(v.Width / (v.Unit * 420))))
            v.Sky.Rect(x - v.Unit * 14, 0, v.Unit * 28, v.Horizon, wood.Lighter(0.02));
        v.Far.Soft(v.SunX, v.Horizon * 0.35, v.Width * 0.55, v.Horizon * 0.7, v.Palette.Lit("#ffd896"), 0.4);
        Furnishing.Floor(v, "#9a6d49");
        Furnishing.Rug(v);
    }

    public static void Stage(View v)
    {
        var cloth = v.Palette.Lit(v.Palette.Own ? v.Palette.Accent(0).Hex : v.Rng.Pick(s_curtains));
        v.Sky.Rect(0, 0, v.Width, v.Height, v.Sky.Fade(0, v.Horizon, (0, cloth.Darker(0.36), 1), (1, cloth.Darker(0.24), 1)));
        Furnishing.Floor(v, "#8a5f45");
        v.Near.Rect(0, v.Horizon, v.Width, v.Height, Fill.Of(Colour.Parse("#1a1024"), 0.3));
        foreach (var x in (double[])[0.2, 0.5, 0.8])
        {
            double top = v.Width * x, aim = v.Width * (0.5 + (x - 0.5) * 0.35), half = v.Unit * 200;
            v.Far.Path($"M{Sheet.N(top - v.Unit * 16)} -5h{Sheet.N(v.Unit * 32)}L{Sheet.N(aim + half)} {Sheet.N(v.Height * 0.92)}" +
                $"H{Sheet.N(aim - half)}Z", v.Far.Fade(0, v.Height, (0, Colour.Parse("#fff2c8"), 0.42), (1, Colour.Parse("#fff2c8"),
                0.02)));
        }

        v.Near.Soft(v.Width / 2, v.Height * 0.88, v.Width * 0.4, v.Height * 0.1, Colour.Parse("#fff2c8"), 0.6);
        Furnishing.Curtains(v, cloth);
    }

    public static void Kitchen(View v)
    {
        Furnishing.Wall(v);
        Furnishing.Tiles(v);
        Furnishing.Window(v, v.SunX, v.Horizon * 0.4, v.Horizon * 0.5);
        Furnishing.Shelf(v, v.Width - v.SunX, v.Horizon * 0.34);
        Furnishing.Counter(v, "#c79a6b");
    }

    public static void Table(View v)
    {
        Furnishing.Wall(v);
        Furnishing.Window(v, v.SunX, v.Horizon * 0.4, v.Horizon * 0.66);
        Furnishing.Corner(v, v.Width - v.SunX, v.Horizon);
        Furnishing.Counter(v, v.Rng.Chance(0.5) ? "#b9855a" : "#d6b48a");
    }

    /// <summary>A quiet set for a single thing: a coloured ground, a round of light, a few soft shapes.</summary>
    public static void Studio(View v)
    {
        var rng = v.Rng.Fork("studio");
        var thing = v.Scene.Subjects.Count == 0 ? v.Palette.Accent(0)
            : v.Scene.Subjects[0].Colours.DefaultIfEmpty(v.Scene.Subjects[0].Symbol.Main).First();
        var hue = (thing.Chroma < 0.03 ? rng.Between(0, 360) : thing.Hue) + rng.Pick(s_contrasts);
        var ground = v.Palette.Lit(v.Palette.Own ? v.Palette.Accent(0).Hex : Colour.FromLch(rng.Between(0.72, 0.88), rng.Between(0.05,
            0.09), hue).Hex);
        v.Sky.Rect(0, 0, v.Width, v.Height, v.Sky.Fade(0, v.Height, (0, ground.Lighter(0.06), 1), (1, ground.Darker(0.03), 1)));
        var disc = v.Palette.Own && v.Palette.Accents.Count > 1 ? v.Palette.Accent(1) : ground.Turned(rng.Between(18, 50)).Lighter(0.07);
        double cx = v.Width * rng.Between(0.46, 0.54), r = Math.Min(v.Width, v.Horizon * 1.2) * 0.4;
        v.Sky.Circle(cx, v.Horizon * 0.6, r * 1.16, Fill.Of(disc, 0.35)).Circle(cx, v.Horizon * 0.6, r, disc);
        if (rng.Chance(0.6))
        {
            for (var i = 0; i < 5; i++)
                v.Far.Soft(rng.Next() * v.Width, rng.Next() * v.Horizon, v.Unit * 150, v.Unit * 150, Colour.White, 0.22);
            var leaf = ground.Darker(0.16).Turned(40);
            foreach (var side in (double[])[0.06, 0.94])
                Furnishing.Sprig(v, v.Width * side, v.Horizon + v.Height * 0.04, v.Unit * rng.Between(240, 380), leaf, side < 0.5 ? 1 : -1);
        }
        else
        {
            for (var i = 0; i < 14; i++)
                v.Far.Circle(rng.Next() * v.Width, rng.Next() * v.Horizon, v.Unit * rng.Between(4, 13),
                    Fill.Of(i % 2 == 0 ? disc.Lighter(0.08) : v.Palette.Accent(2), 0.6));
            v.Far.Path($"M-5 {Sheet.N(v.Horizon * 0.86)}" +
                $"Q{Sheet.N(v.Width * 0.25)} {Sheet.N(v.Horizon * 0.6)} {Sheet.N(v.Width * 0.55)} {Sheet.N(v.Horizon * 0.88)}" +
                $"T{Sheet.N(v.Width + 5)} {Sheet.N(v.Horizon * 0.8)}V{Sheet.N(v.Height)}H-5Z", Fill.Of(ground.Darker(0.07), 0.55));
        }

        var floor = ground.Darker(0.06).Turned(-12);
        v.Near.Path($"M-5 {Sheet.N(v.Horizon + v.Height * 0.02)}" +
            $"Q{Sheet.N(v.Width / 2)} {Sheet.N(v.Horizon - v.Height * 0.01)} {Sheet.N(v.Width + 5)}" +
                $" {Sheet.N(v.Horizon + v.Height * 0.02)}V{Sheet.N(v.Height + 5)}H-5Z", v.Near.Fade(v.Horizon, v.Height,
                (0, floor.Lighter(0.05), 1), (1, floor.Darker(0.06), 1)));
        v.Near.Soft(cx, v.Height * 0.86, v.Width * 0.42, v.Height * 0.1, Colour.White, 0.3);
    }

    /// <summary>Turns of the hue from a thing to a ground on which it stands out.</summary>
    private static readonly double[] s_contrasts = [180, 150, 210, 120, -100];
    private static readonly string[] s_curtains = ["#b5283f", "#7a2a5f", "#2f3f8a", "#8a3a2f"];
}

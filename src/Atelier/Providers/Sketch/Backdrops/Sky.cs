// Skies: gradient, sun or moon, stars, clouds, birds, weather in the air. Pure functions onto a view's layers.
namespace Atelier.Providers.Sketch;

/// <summary>Paints what is above the horizon.</summary>
internal static class Sky
{
    public static void Paint(View v, double clouds = 1, bool sun = true)
    {
        var stops = v.Light.Sky.Select((c, i) => (At: i / (double)(v.Light.Sky.Length - 1), Colour: c, Opacity: 1.0)).ToArray();
        v.Sky.Rect(0, 0, v.Width, v.Height, v.Sky.Fade(0, v.Horizon * 1.04, stops));
        if (v.Light.Time == "night" || v.Light.Time == "dusk")
            Stars(v, v.Light.Time == "night" ? 110 : 30);
        if (sun && !v.Scene.Weather.Any(w => w is "storm" or "rain" or "fog") && !v.Leaves("sun", "moon") && !ShowsSun(v.Scene))
            SunOrMoon(v);
        if (v.Scene.Weather.Contains("rainbow weather"))
            Rainbow(v);
        if (!v.Leaves("cloud", "clouds"))
            Clouds(v, v.Scene.Weather.Any(w => w is "cloudy" or "storm" or "rain") ? clouds * 2.2 : v.Scene.Weather.Contains("sunny")
                ? clouds * 0.5 : clouds);
        if (!v.Light.Dark && v.Rng.Chance(0.4) && !v.Leaves("bird", "birds") && v.Scene.Weather.Count == 0)
            Birds(v);
    }

    public static void Stars(View v, int count)
    {
        var rng = v.Rng.Fork("stars");
        for (var i = 0; i < count; i++)
        {
            double x = rng.Next() * v.Width, y = Math.Pow(rng.Next(), 1.3) * v.Horizon * 0.95,
                r = v.Unit * (0.8 + 2.2 * Math.Pow(rng.Next(), 3));
            v.Sky.Circle(x, y, r, Fill.Of(Colour.Parse("#fff8e2"), 0.35 + 0.6 * rng.Next()));
            if (r > v.Unit * 2.3)
                v.Sky.Soft(x, y, r * 5, r * 5, Colour.Parse("#fff3d0"), 0.4);
        }
    }

    private static void SunOrMoon(View v)
    {
        var sky = v.Sky;
        double r = v.Unit * (v.Light.Time is "golden hour" or "dawn" or "dusk" ? 62 : 46), x = v.SunX, y = v.Horizon - Math.Max(r * 0.4,
            v.Light.SunHeight * v.Horizon);
        y = Math.Max(y, r * 1.8);
        sky.Soft(x, y, r * 9, r * 9, v.Light.Sun, v.Light.Time == "night" ? 0.28 : 0.55);
        sky.Soft(x, y, r * 3, r * 3, v.Light.Sun, v.Light.Time == "night" ? 0.3 : 0.6);
        sky.Circle(x, y, r, v.Light.Sun);
        if (v.Light.Time != "night")
            return;
        var shade = v.Light.Sun.Darker(0.1);
        sky.Circle(x - r * 0.3, y - r * 0.2, r * 0.2, Fill.Of(shade, 0.5)).Circle(x + r * 0.32, y + r * 0.28, r * 0.26, Fill.Of(shade,
            0.45))
            .Circle(x + r * 0.22, y - r * 0.45, r * 0.12, Fill.Of(shade, 0.5)).Circle(x - r * 0.35, y + r * 0.42, r * 0.13,
                Fill.Of(shade, 0.4));
    }

    /// <summary>Whether the prompt brings its own sun or moon, so that the sky must not show a second one.</summary>
    private static bool ShowsSun(Scene scene) => scene.Subjects.Any(s =>
        s.Symbol.Nouns.Contains("sun") || s.Symbol.Nouns.Contains("moon") || s.Symbol.Name.Contains("moon", StringComparison.Ordinal));

    public static void Clouds(View v, double amount)
    {
        var rng = v.Rng.Fork("clouds");
        var count = (int)Math.Round(amount * (2.5 + rng.Next() * 2.5) * Math.Clamp(v.Width / v.Height, 0.8, 2));
        for (var i = 0; i < count; i++)
        {
            var y = v.Horizon * (0.08 + 0.72 * (i + rng.Next()) / count);
            var size = v.Unit * (210 - 120 * y / v.Horizon) * rng.Between(0.6, 1.15);
            Cloud(v.Sky, v, rng.Next() * v.Width, y, size, rng);
        }
    }

    /// <summary>A cloud of overlapping puffs on a flat base, lit from above and dissolving below.</summary>
    public static void Cloud(Sheet sheet, View v, double x, double y, double size, Rng rng, double opacity = 0.92)
    {
        int puffs = 4 + rng.Below(3);
        var outline = new System.Text.StringBuilder();
        for (var i = 0; i < puffs; i++)
        {
            var t = (i + 0.5) / puffs - 0.5;
            var r = size * (0.3 - 0.42 * t * t) * rng.Between(0.75, 1.1);
            outline.Append(Disc(x + t * size * 1.5, y - r * 0.75 - rng.Next() * size * 0.06, r));
        }

        outline.Append(System.Globalization.CultureInfo.InvariantCulture,
            $"M{Sheet.N(x - size * 0.95)} {Sheet.N(y)}q0 {Sheet.N(-size * 0.16)} {Sheet.N(size * 0.2)} {Sheet.N(-size * 0.16)}" +
            $"h{Sheet.N(size * 1.5)}q{Sheet.N(size * 0.2)} 0 {Sheet.N(size * 0.2)} {Sheet.N(size * 0.16)}Z");
        sheet.Path(outline.ToString(), sheet.Fade(y - size * 0.5, y + size * 0.06, (0, v.Light.CloudLit, opacity),
            (0.6, v.Light.CloudLit.Mix(v.Light.CloudShade, 0.45), opacity * 0.9), (1, v.Light.CloudShade, opacity * 0.35)));
    }

    public static string Disc(double x, double y, double r) =>
        $"M{Sheet.N(x - r)} {Sheet.N(y)}" +
            $"a{Sheet.N(r)} {Sheet.N(r)} 0 1 1 {Sheet.N(2 * r)} 0a{Sheet.N(r)} {Sheet.N(r)} 0 1 1 {Sheet.N(-2 * r)} 0Z";

    private static void Birds(View v)
    {
        var rng = v.Rng.Fork("birds");
        double x = v.Width * rng.Between(0.2, 0.8), y = v.Horizon * rng.Between(0.2, 0.5);
        for (var i = 0; i < 3 + rng.Below(4); i++)
        {
            var s = v.Unit * rng.Between(9, 17);
            double bx = x + rng.Bell() * v.Unit * 110, by = y + rng.Bell() * v.Unit * 50;
            v.Sky.Line($"M{Sheet.N(bx - s)} {Sheet.N(by - s * 0.35)}" +
                $"q{Sheet.N(s * 0.6)} {Sheet.N(-s * 0.3)} {Sheet.N(s)} {Sheet.N(s * 0.4)}" +
                $"q{Sheet.N(s * 0.4)} {Sheet.N(-s * 0.7)} {Sheet.N(s)} {Sheet.N(-s * 0.4)}", v.Light.Shadow, v.Unit * 3, 0.65);
        }
    }

    private static void Rainbow(View v)
    {
        string[] bands = ["#e8615a", "#f2a04f", "#f5d75e", "#7cc47a", "#5aa7dd", "#8a78c9"];
        double r = Math.Min(v.Width * 0.46, v.Horizon * 0.92), width = r * 0.035, x = v.Width - v.SunX;
        for (var i = 0; i < bands.Length; i++)
        {
            var radius = r - i * width;
            v.Sky.Line($"M{Sheet.N(x - radius)} {Sheet.N(v.Horizon)}" +
                $"A{Sheet.N(radius)} {Sheet.N(radius)} 0 0 1 {Sheet.N(x + radius)} {Sheet.N(v.Horizon)}", Colour.Parse(bands[i]),
                width * 1.1, 0.5);
        }
    }
}

// Weather between the eye and the scene: rain, snow, fog, storm, wind and falling leaves. Pure functions onto the front layer.
namespace Atelier.Providers.Sketch;

/// <summary>Paints weather over the finished scene.</summary>
internal static class Weather
{
    public static void Paint(View v)
    {
        foreach (var weather in v.Scene.Weather)
        {
            switch (weather)
            {
                case "rain":
                    Rain(v, 150);
                    break;
                case "storm":
                    Rain(v, 190);
                    Lightning(v);
                    break;
                case "snow fall":
                    Snow(v);
                    break;
                case "fog":
                    Fog(v);
                    break;
                case "wind":
                    Wind(v);
                    break;
            }
        }

        if (v.Scene.Season is "autumn" or "spring" && v.Footing is Footing.Ground or Footing.Water)
            Petals(v);
    }

    private static void Rain(View v, int drops)
    {
        var rng = v.Rng.Fork("rain");
        for (var i = 0; i < drops; i++)
        {
            double x = rng.Between(-0.05, 1.1) * v.Width, y = rng.Next() * v.Height, length = v.Unit * rng.Between(22, 60);
            v.Front.Line($"M{Sheet.N(x)} {Sheet.N(y)}l{Sheet.N(-length * 0.22)} {Sheet.N(length)}", v.Light.CloudLit.Lighter(0.05),
                v.Unit * rng.Between(1.2, 2.6), rng.Between(0.25, 0.6));
        }
    }

    private static void Lightning(View v)
    {
        var rng = v.Rng.Fork("lightning");
        double x = v.Width - v.SunX, y = 0;
        var path = $"M{Sheet.N(x)} 0";
        while (y < v.Horizon)
        {
            x += rng.Bell() * v.Unit * 55;
            y += v.Unit * rng.Between(30, 75);
            path += $"L{Sheet.N(x)} {Sheet.N(y)}";
        }

        v.Sky.Soft(x, v.Horizon * 0.4, v.Unit * 420, v.Unit * 420, Colour.Parse("#eef0ff"), 0.5);
        v.Sky.Line(path, Colour.Parse("#cfd6ff"), v.Unit * 14, 0.35).Line(path, Colour.Parse("#fffdf0"), v.Unit * 5);
    }

    private static void Snow(View v)
    {
        var rng = v.Rng.Fork("snow");
        for (var i = 0; i < 150; i++)
        {
            var near = Math.Pow(rng.Next(), 3);
            v.Front.Circle(rng.Next() * v.Width, rng.Next() * v.Height, v.Unit * (2 + 8 * near), Fill.Of(Colour.White, 0.9 - 0.5 * near));
        }
    }

    private static void Fog(View v)
    {
        var rng = v.Rng.Fork("fog");
        var haze = v.Light.Haze.Lighter(v.Light.Dark ? 0.02 : 0.06);
        v.Far.Rect(0, 0, v.Width, v.Height, v.Far.Fade(v.Horizon * 0.3, v.Height, (0, haze, 0), (0.4, haze, 0.75), (1, haze, 0.15)));
        for (var i = 0; i < 5; i++)
            v.Front.Soft(rng.Next() * v.Width, v.Horizon + rng.Between(-0.05, 0.35) * v.Height, v.Width * rng.Between(0.35, 0.6),
                v.Height * rng.Between(0.05, 0.1), haze, 0.5);
    }

    private static void Wind(View v)
    {
        var rng = v.Rng.Fork("wind");
        for (var i = 0; i < 7; i++)
        {
            double x = rng.Between(-0.1, 0.8) * v.Width, y = rng.Between(0.08, 0.75) * v.Height, l = v.Unit * rng.Between(160, 320),
                c = v.Unit * rng.Between(20, 36);
            v.Front.Line($"M{Sheet.N(x)} {Sheet.N(y)}" +
                $"c{Sheet.N(l * 0.35)} {Sheet.N(-c)} {Sheet.N(l * 0.6)} {Sheet.N(c * 0.6)} {Sheet.N(l)} 0a{Sheet.N(c)}" +
                    $" {Sheet.N(c)} 0 1 0 {Sheet.N(-c)} {Sheet.N(-c)}", v.Light.CloudLit, v.Unit * 4, 0.6);
        }
    }

    private static void Petals(View v)
    {
        var rng = v.Rng.Fork("petals");
        for (var i = 0; i < 34; i++)
        {
            double x = rng.Next() * v.Width, y = rng.Next() * v.Height, s = v.Unit * rng.Between(6, 14);
            var colour = v.Scene.Season == "spring" ? Colour.Parse("#f7c6d4") : v.Palette.Foliage(rng);
            v.Front.Raw($"<g transform=\"translate({Sheet.N(x)} {Sheet.N(y)}) rotate({Sheet.N(rng.Next() * 360)})\">")
                .Path($"M0 {Sheet.N(-s)}Q{Sheet.N(s * 0.8)} 0 0 {Sheet.N(s)}Q{Sheet.N(-s * 0.8)} 0 0 {Sheet.N(-s)}Z",
                Fill.Of(v.Palette.Near(colour), 0.85)).Close();
        }
    }
}

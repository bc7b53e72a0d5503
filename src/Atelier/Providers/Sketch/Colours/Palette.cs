// The colours of one picture: every colour drawn passes through here, so that light, mood and distance hold it together. Immutable once
// made.
namespace Atelier.Providers.Sketch;

/// <summary>Grades colours by light, mood and distance, and hands out the picture's own accents.</summary>
internal sealed class Palette
{
    private readonly double _moodHue, _moodPull, _moodChroma, _moodLight;

    public Palette(Scene scene, Lexicon lexicon, Rng rng)
    {
        var time = scene.Time ?? TimeFor(scene, rng);
        var light = Light.For(time, rng);
        if (scene.Weather.Contains("storm"))
            light = light.Covered(0.75);
        else if (scene.Weather.Any(w => w is "rain" or "fog" or "snow fall" or "cloudy"))
            light = light.Covered(scene.Weather.Contains("cloudy") ? 0.35 : 0.55);
        if (scene.Mood is { } mood && lexicon.Entry("moods", mood) is { } m)
            (_moodHue, _moodPull, _moodChroma, _moodLight) = (m.Number("hue"), m.Number("pull"), m.Number("chroma", 1), m.Number("light"));
        else
            _moodChroma = 1;
        Light = light with
        {
            Sky = [.. light.Sky.Select(c => Mooded(c))],
            Haze = Mooded(light.Haze),
            CloudLit = Mooded(light.CloudLit),
            CloudShade = Mooded(light.CloudShade),
        };
        Season = scene.Season ?? "summer";
        Accents = scene.Palette.Count > 0 ? scene.Palette : Harmony(rng);
        Own = scene.Palette.Count > 0;
    }

    public Light Light { get; }

    public string Season { get; }

    /// <summary>A few colours that go together, for things that may have any colour.</summary>
    public IReadOnlyList<Colour> Accents { get; }

    /// <summary>True where the prompt named the palette itself.</summary>
    public bool Own { get; }

    /// <summary>The colour as scenery shows it at a distance from 0 (here) to 1 (horizon).</summary>
    public Colour Far(Colour colour, double distance = 0) =>
        Mooded(colour).Times(Light.Tint).Mix(Light.Haze, Math.Clamp(distance, 0, 1) * 0.78)
            .Darker(Light.Dark ? 0.13 * (1 - distance * 0.8) : 0);

    public Colour Far(string hex, double distance = 0) => Far(Colour.Parse(hex), distance);

    /// <summary>The colour as a subject shows it: lit a little better than the scenery, so that it reads at night too.</summary>
    public Colour Near(Colour colour, double distance = 0) =>
        Mooded(colour, 0.45).Times(Light.Tint.Mix(Colour.White, Light.Dark ? 0.42 : 0.2)).Mix(Light.Haze, distance * 0.6);

    /// <summary>A colour of light itself (windows, lamps): only the mood touches it.</summary>
    public Colour Lit(string hex) => Mooded(Colour.Parse(hex), 0.4);

    public Colour Accent(int index) => Accents[index % Accents.Count];

    /// <summary>The season's own green.</summary>
    public Colour Foliage(Rng rng) => Season switch
    {
        "autumn" => Colour.Parse(rng.Pick(s_autumn)),
        "winter" => Colour.Parse(rng.Pick(s_winter)),
        "spring" => Colour.Parse(rng.Pick(s_spring)),
        _ => Colour.Parse(rng.Pick(s_summer)),
    };

    public Colour Grass => Colour.Parse(Season switch
    {
        "autumn" => "#b3a452",
        "winter" => "#e6edf2",
        "spring" => "#8cc063",
        _ => "#79b55c",
    });

    private static string TimeFor(Scene scene, Rng rng)
    {
        if (scene.Setting is "space" or "moon surface" || scene.Mood is "spooky")
            return "night";
        if (scene.Mood is "romantic" or "cozy")
            return "golden hour";
        if (scene.Weather.Contains("sunny"))
            return "day";
        if (scene.Mood is "mysterious")
            return "dusk";
        var times = scene.Mood is "futuristic" ? s_electricTimes : s_commonTimes;
        return rng.Pick(times.Where(t => !scene.Leaves(t)).DefaultIfEmpty("day").ToArray());
    }

    private static Colour[] Harmony(Rng rng)
    {
        var hue = rng.Between(0, 360);
        var turns = rng.Pick(s_harmonies);
        return [.. turns.Select((turn, i) => Colour.FromLch(0.78 - 0.09 * (i % 3), 0.1 + 0.02 * (i % 2), hue + turn))];
    }

    private Colour Mooded(Colour colour) => Mooded(colour, 1);

    private Colour Mooded(Colour colour, double share)
    {
        if (_moodPull == 0 && _moodLight == 0 && _moodChroma == 1)
            return colour;
        var tone = Colour.FromLch(colour.Lightness + _moodLight * share, Math.Max(colour.Chroma, 0.05), _moodHue);
        return colour.Saturated(1 + (_moodChroma - 1) * share).Mix(tone, _moodPull * share).Lighter(_moodLight * share);
    }

    private static readonly string[] s_commonTimes = ["day", "day", "day", "golden hour", "dawn", "golden hour"];
    private static readonly string[] s_electricTimes = ["dusk", "night", "night"];
    private static readonly string[] s_summer = ["#4f9a55", "#5fa85a", "#3f8a5a", "#74ae52"];
    private static readonly string[] s_spring = ["#8cc26a", "#f0a9bd", "#a6cf6a", "#f4c3cf", "#74b56a"];
    private static readonly string[] s_autumn = ["#d9772f", "#c9502f", "#e6a436", "#b8642f", "#d9913a"];
    private static readonly string[] s_winter = ["#8fa6a8", "#a9bcc2", "#6f8f8c", "#dfe9ee"];
    private static readonly double[][] s_harmonies = [[0, 30, 60, 180], [0, 150, 210, 25], [0, 120, 240, 20], [0, 40, 180, 220],
        [0, 20, 45, 70]];
}

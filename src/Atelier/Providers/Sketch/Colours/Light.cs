// The light of a time of day: sky, haze, tint and shadow colours that everything in a picture shares. Immutable data.
namespace Atelier.Providers.Sketch;

/// <summary>One light.</summary>
internal sealed record Light
{
    public required string Time { get; init; }

    /// <summary>Sky colours from the zenith down to the horizon, evenly spread.</summary>
    public required Colour[] Sky { get; init; }

    /// <summary>What distance fades into.</summary>
    public required Colour Haze { get; init; }

    /// <summary>Multiplies every colour of the scene.</summary>
    public required Colour Tint { get; init; }
    public required Colour Sun { get; init; }
    public required Colour CloudLit { get; init; }
    public required Colour CloudShade { get; init; }
    public required Colour Shadow { get; init; }

    /// <summary>Height of the sun or moon above the horizon, as a share of the sky.</summary>
    public double SunHeight { get; init; } = 0.6;
    public bool Dark { get; init; }

    public static Light For(string time, Rng rng) => time switch
    {
        "dawn" => rng.Pick(s_dawns),
        "golden hour" => rng.Pick(s_goldens),
        "dusk" => rng.Pick(s_dusks),
        "night" => rng.Pick(s_nights),
        _ => rng.Pick(s_days),
    };

    /// <summary>The same light under a covered sky: greyer, lower in contrast.</summary>
    public Light Covered(double by)
    {
        var grey = Dark ? Colour.Parse("#2a3348") : Colour.Parse("#93a0ae");
        return this with
        {
            Sky = [.. Sky.Select(c => c.Mix(grey, by))],
            Haze = Haze.Mix(grey, by * 0.8),
            Tint = Tint.Mix(Colour.Parse("#c3ccd6").Times(Tint), by * 0.8),
            CloudLit = CloudLit.Mix(grey.Lighter(0.08), by * 0.8),
            CloudShade = CloudShade.Mix(grey.Darker(0.1), by * 0.8),
        };
    }

    private static Colour[] Sky4(string a, string b, string c, string d) => [Colour.Parse(a), Colour.Parse(b), Colour.Parse(c),
        Colour.Parse(d)];

    private static Light Of(string time, Colour[] sky, string haze, string tint, string sun, string lit, string shade, string shadow,
        double sunHeight, bool dark = false) => new()
    {
        Time = time,
        Sky = sky,
        Haze = Colour.Parse(haze),
        Tint = Colour.Parse(tint),
        Sun = Colour.Parse(sun),
        CloudLit = Colour.Parse(lit),
        CloudShade = Colour.Parse(shade),
        Shadow = Colour.Parse(shadow),
        SunHeight = sunHeight,
        Dark = dark,
    };

    private static readonly Light[] s_dawns =
    [
        Of("dawn", Sky4("#6f8cc4", "#b7abd6", "#f3bfc0", "#fde0c2"), "#f2cfc8", "#fff0e6", "#fff1c9", "#fff0e8", "#e6b4c0", "#5a4a78",
            0.16),
        Of("dawn", Sky4("#5fa0b8", "#a9cdc8", "#f2d3b4", "#fbe9c8"), "#eed9c2", "#fff3e2", "#fff6d8", "#fffaf0", "#dcc0b4", "#4a5a70", 0.2),
    ];

    private static readonly Light[] s_days =
    [
        Of("day", Sky4("#4c9ddb", "#7dbde8", "#b4ddf0", "#e3f3ee"), "#cfe6ec", "#ffffff", "#fff6cf", "#ffffff", "#cfe0ee", "#2f4468", 0.72),
        Of("day", Sky4("#3aa6c4", "#7fcbd6", "#bfe6dc", "#f4f3da"), "#d9ecdc", "#fffdf4", "#fff3c2", "#fffdf5", "#cfe3df", "#26505c", 0.66),
        Of("day", Sky4("#6d9fe0", "#9cc0ee", "#cfdcf4", "#fbeee6"), "#e2e4ee", "#fffcf8", "#fff2d2", "#ffffff", "#d5d9ec", "#3a4470", 0.7),
    ];

    private static readonly Light[] s_goldens =
    [
        Of("golden hour", Sky4("#5a6fae", "#c98aa0", "#f7a873", "#fddb92"), "#f6bd8c", "#ffe2bd", "#fff0b8", "#ffdfb0", "#d98580",
            "#5c3a5e", 0.12),
        Of("golden hour", Sky4("#3f8a9c", "#e0b184", "#f9b15e", "#ffe09a"), "#f4c083", "#ffe4b8", "#fff4c8", "#ffe8c0", "#d69468",
            "#5a4048", 0.16),
        Of("golden hour", Sky4("#7a4f8c", "#d8647a", "#f58f5c", "#fcc867"), "#f09c72", "#ffd8b4", "#ffe9a0", "#ffc79a", "#b85a74",
            "#482a52", 0.1),
    ];

    private static readonly Light[] s_dusks =
    [
        Of("dusk", Sky4("#28306a", "#5a4f94", "#b56b9c", "#f3a58c"), "#a9789c", "#c9b4e0", "#ffd9b0", "#d99ab4", "#6a4f8c", "#1c1a44",
            0.06, dark: true),
        Of("dusk", Sky4("#1f3a5f", "#3f6488", "#8a8ba8", "#e8b49a"), "#8f8ea8", "#bcc3e2", "#ffe2b8", "#c9a8b4", "#52648c", "#141f40",
            0.08, dark: true),
    ];

    private static readonly Light[] s_nights =
    [
        Of("night", Sky4("#0e1636", "#1a2a5c", "#2c4a80", "#4a76a0"), "#35588a", "#93a6d8", "#fdf3cf", "#5a78a8", "#2c4474", "#070b22",
            0.7, dark: true),
        Of("night", Sky4("#15123a", "#2a2258", "#4a3a7c", "#7a5c94"), "#55488a", "#a49cd8", "#fff1d0", "#7468a8", "#3c3470", "#0a0824",
            0.66, dark: true),
        Of("night", Sky4("#08222f", "#0f3c4a", "#1e6068", "#4a8c88"), "#2a6a72", "#8cbcc4", "#f6f4cc", "#4f8c94", "#1c5058", "#03141c",
            0.68, dark: true),
    ];
}

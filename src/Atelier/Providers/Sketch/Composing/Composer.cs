// Turns a scene into a painted view: chooses the setting, arranges the subjects in perspective, paints back to front. One use per picture.
namespace Atelier.Providers.Sketch;

/// <summary>Composes one picture.</summary>
internal sealed class Composer(Lexicon lexicon, Lettering letters)
{
    public View Compose(Scene scene, double aspect, Rng rng)
    {
        scene = scene with { Setting = SettingOf(scene, rng.Fork("setting")) };
        var view = new View(aspect, scene, new Palette(scene, lexicon, rng.Fork("palette")), rng);
        var backdrop = Backdrop.All[scene.Setting!];
        view.Footing = backdrop.Footing;
        view.Horizon = view.Height * rng.Fork("horizon").Between(backdrop.Horizon.Least, backdrop.Horizon.Most);
        backdrop.Paint(view);
        new Arrangement(view, lexicon, new Inscription(letters)).Paint();
        Weather.Paint(view);
        Vignette(view);
        return view;
    }

    /// <summary>The setting the prompt names, or the one where its first subject is at home.</summary>
    private string SettingOf(Scene scene, Rng rng)
    {
        if (scene.Setting is { } named && Backdrop.All.ContainsKey(named) && !scene.Leaves(named))
            return named;
        var homes = scene.Subjects.OrderByDescending(s => s.Relation == Relation.None).Select(Home).OfType<string>()
            .Where(h => Backdrop.All.ContainsKey(h) && !scene.Leaves(h)).ToArray();
        if (homes.Length > 0)
            return Wider(homes, scene, rng);
        if (scene.Weather.Contains("snow fall") || scene.Season == "winter")
            return "snow field";
        if (scene.Lettering.Count > 0 && scene.Subjects.Count == 0)
            return "studio";
        return rng.Pick(s_anywhere.Where(s => !scene.Leaves(s)).ToArray());
    }

    private string? Home(Subject subject)
    {
        var meaning = subject.Symbol.Nouns.Prepend(subject.Noun).Select(n => lexicon.Of(n, "homes")).FirstOrDefault(m =>
            m is not null && !m.Key.EndsWith("shelf", StringComparison.Ordinal))
            ?? lexicon.Of(subject.Symbol.Shelf, "homes");
        var key = meaning?.Key ?? "meadow";
        return key.EndsWith(" shelf", StringComparison.Ordinal) ? key[..^" shelf".Length] : key;
    }

    /// <summary>Small quiet homes give way where something large or alive stands beside; seeds vary among the likely.</summary>
    private static string Wider(string[] homes, Scene scene, Rng rng)
    {
        var first = homes[0];
        var tallest = scene.Subjects.Max(s => s.Symbol.Metres);
        if (first is "table" or "studio" or "kitchen" && tallest > 0.9)
            first = homes.FirstOrDefault(h => h is not ("table" or "studio" or "kitchen")) ?? (tallest > 2.5 ? "meadow"
                : first == "studio" ? "studio" : "room");
        if (scene.Weather.Contains("snow fall") && first is "meadow" or "hills" or "park")
            return "snow field";
        if (first is not ("ocean" or "lake" or "harbor" or "underwater" or "beach") && scene.Subjects.Any(s =>
            s.Symbol.Stands == Stand.Water && s.Symbol.Metres > 0.8))
            return homes.FirstOrDefault(h => h is "ocean" or "harbor" or "lake") ?? "lake";
        if (first == "park" && rng.Chance(0.55))
            return rng.Pick(s_parkLike);
        return first == "meadow" && rng.Chance(0.4) ? rng.Pick(s_meadowLike) : first;
    }

    private static void Vignette(View v)
    {
        double r = Math.Max(v.Width, v.Height) * 0.78;
        v.Front.Rect(0, 0, v.Width, v.Height, v.Front.Glow(v.Width / 2, v.Height * 0.46, r, v.Height / v.Width * 1.05,
            (0.55, v.Light.Shadow, 0), (1, v.Light.Shadow, 0.26)));
    }

    private static readonly string[] s_anywhere = ["meadow", "hills", "lake", "mountains"];
    private static readonly string[] s_parkLike = ["street", "hills", "garden", "meadow", "village", "beach"];
    private static readonly string[] s_meadowLike = ["hills", "meadow", "garden", "mountains"];
}

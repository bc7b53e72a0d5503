// Draws one placed symbol: its colours from prompt and palette, its shadow or reflection, its lettering. Pure functions onto a view.
namespace Atelier.Providers.Sketch;

/// <summary>Where a piece came to stand in the picture.</summary>
internal readonly record struct Spot(double X, double Y, double Scale, double Distance, bool Shadow, bool Reflection);

/// <summary>Paints pieces.</summary>
internal static class Figure
{
    private static readonly string[] s_skins = ["#f2c9a8", "#e0ac84", "#c68a5f", "#8f5a3c", "#f6d7bd", "#6e4430"];
    private static readonly string[] s_hairs = ["#3a2a24", "#6a4630", "#a86f3c", "#d9a95c", "#1f1c22", "#8a3a26"];

    public static void Shade(View v, Sheet sheet, Piece piece, Spot spot)
    {
        double w = piece.Width * spot.Scale, x = spot.X + piece.X * spot.Scale, y = spot.Y + piece.Y * spot.Scale;
        var lean = (v.Width / 2 - v.SunX) / v.Width * w * 0.35;
        sheet.Soft(x + lean, y, w * 0.62, Math.Max(w * 0.09, v.Unit * 4), v.Light.Shadow, v.Light.Dark ? 0.5 : 0.38);
        sheet.Soft(x, y - v.Unit, w * 0.4, Math.Max(w * 0.035, v.Unit * 2), v.Light.Shadow, 0.45);
    }

    public static void Reflect(View v, Sheet sheet, Piece piece, Spot spot)
    {
        double w = piece.Width * spot.Scale, x = spot.X + piece.X * spot.Scale, y = spot.Y + piece.Y * spot.Scale;
        sheet.Open("opacity=\"0.28\"");
        Symbol(v, sheet, piece, spot with { Y = y - piece.Y * spot.Scale }, upsideDown: true);
        sheet.Close();
        for (var i = 0; i < 4; i++)
            sheet.Ellipse(x, y + i * w * 0.05, w * (0.52 - 0.08 * i), v.Unit * 2.4, Fill.Of(v.Light.CloudLit, 0.4 - 0.08 * i));
    }

    public static void Symbol(View v, Sheet sheet, Piece piece, Spot spot, bool upsideDown = false)
    {
        var symbol = piece.Subject.Symbol;
        double h = piece.Height * spot.Scale, scale = h / symbol.Height, x = spot.X + piece.X * spot.Scale,
            y = spot.Y + piece.Y * spot.Scale;
        var turn = piece.Tilt == 0 ? "" : $" rotate({N(piece.Tilt)})";
        sheet.Open($"transform=\"translate({N(x)} {N(y)}){turn} scale({N4(piece.Mirror ? -scale : scale)}" +
            $" {N4(upsideDown ? -scale * 0.8 : scale)}) translate({N(-symbol.Left - symbol.Width / 2)}" +
            $" {N(-symbol.Top - symbol.Height)})\"");
        sheet.Raw(symbol.Coloured(Slots(v, piece), c => v.Palette.Near(c, spot.Distance)));
        sheet.Close();
    }

    /// <summary>The colours of a piece's slots; copies differ a little, people differ in skin and hair.</summary>
    private static Func<string, Colour> Slots(View v, Piece piece)
    {
        var subject = piece.Subject;
        var rng = v.Rng.Fork("slots" + subject.Noun + piece.Copy);
        var symbol = subject.Symbol;
        var (main, accent) = Colours(v, piece, rng);
        var skin = Colour.Parse(rng.Pick(s_skins));
        var hair = Colour.Parse(rng.Pick(s_hairs));
        return slot => slot switch
        {
            "main" => main,
            "main-dark" => main.Darker(0.1),
            "main-light" => main.Lighter(0.09),
            "accent" => accent,
            "accent-dark" => accent.Darker(0.1),
            "accent-light" => accent.Lighter(0.09),
            "skin" => skin,
            "hair" => hair,
            _ => Colour.Ink,
        };
    }

    private static (Colour Main, Colour Accent) Colours(View v, Piece piece, Rng rng)
    {
        var subject = piece.Subject;
        var symbol = subject.Symbol;
        var accent = subject.Colours.Count > 1 ? subject.Colours[1] : symbol.Accent;
        if (subject.ManyColours)
            return (v.Palette.Accent(piece.Copy).Saturated(1.2), v.Palette.Accent(piece.Copy + 2));
        if (subject.Clothes is { } clothes && symbol.Shelf == "people")
            return (clothes, accent);
        if (subject.Colours.Count > 0)
            return (subject.Colours[0], subject.Colours.Count > 1 ? accent : Apart(symbol.Accent, subject.Colours[0]));
        var main = subject.Count > 1 ? symbol.Main.Lighter(rng.Bell() * 0.03).Turned(rng.Bell() * 9) : symbol.Main;
        return (main, accent);
    }

    /// <summary>An accent that does not vanish in the wanted main colour.</summary>
    private static Colour Apart(Colour accent, Colour main) =>
        accent.DistanceTo(main) > 0.12 ? accent : accent.Lighter(main.Lightness > 0.55 ? -0.22 : 0.25);

    private static string N(double value) => Sheet.N(value);

    private static string N4(double value) => Math.Round(value, 4).ToString("0.####", System.Globalization.CultureInfo.InvariantCulture);
}

// Finds the place for quoted words: a thing that carries them, the wall, a sign of its own or a banner over the picture. Pure functions
// onto a view.
namespace Atelier.Providers.Sketch;

/// <summary>Writes a scene's lettering.</summary>
internal sealed class Inscription(Lettering letters)
{
    /// <summary>Things that can carry words, and the part of them that is free for it: left, top, width, height as shares.</summary>
    private static readonly Dictionary<string, (double X, double Y, double W, double H)> s_carriers = new(StringComparer.Ordinal)
    {
        ["t-shirt"] = (0.3, 0.3, 0.4, 0.36),
        ["t_shirt"] = (0.3, 0.3, 0.4, 0.36),
        ["mug"] = (0.18, 0.32, 0.46, 0.4),
        ["cup"] = (0.18, 0.32, 0.46, 0.4),
        ["box"] = (0.1, 0.45, 0.8, 0.4),
        ["laptop"] = (0.2, 0.12, 0.6, 0.5),
        ["tv"] = (0.14, 0.16, 0.72, 0.56),
        ["television"] = (0.14, 0.16, 0.72, 0.56),
        ["flag"] = (0.2, 0.08, 0.7, 0.36),
        ["boat"] = (0.25, 0.68, 0.5, 0.2),
        ["bus"] = (0.12, 0.56, 0.7, 0.2),
        ["truck"] = (0.08, 0.22, 0.5, 0.34),
        ["van"] = (0.15, 0.5, 0.5, 0.2),
        ["present"] = (0.12, 0.5, 0.76, 0.34),
        ["bag"] = (0.2, 0.45, 0.6, 0.36),
    };

    public static bool Carries(Subject subject) => s_carriers.ContainsKey(subject.Symbol.Name);

    /// <summary>Writes on a thing of the scene; false where none can carry words.</summary>
    public bool OnThing(View v, IReadOnlyList<(Piece Piece, Spot Spot)> pieces, string words)
    {
        foreach (var (piece, spot) in pieces.Where(p => Carries(p.Piece.Subject)))
        {
            var (x, y, w, h) = s_carriers[piece.Subject.Symbol.Name];
            double height = piece.Height * spot.Scale, width = height * piece.Subject.Symbol.Aspect,
                left = spot.X + piece.X * spot.Scale - width / 2, top = spot.Y + piece.Y * spot.Scale - height;
            var ground = piece.Subject.Colours.Count > 0 ? piece.Subject.Colours[0] : piece.Subject.Symbol.Main;
            letters.Draw(v.Things, words, left + (piece.Mirror ? 1 - x - w : x) * width, top + y * height, w * width, h * height,
                v.Palette.Near(ground.Lightness > 0.62 ? Colour.Ink : Colour.Parse("#fdf6e8")), 2.4);
            return true;
        }

        return false;
    }

    /// <summary>Writes the words where no thing carries them.</summary>
    public void Alone(View v, string words, bool crowded)
    {
        if (v.Scene.Setting == "brick wall")
            Wall(v, words, crowded);
        else if (v.Scene.Subjects.Count == 0)
            Poster(v, words);
        else
            Banner(v, words);
    }

    /// <summary>A board on posts that says the words, standing on its foot.</summary>
    public void Board(View v, Sheet sheet, string words, double x, double foot, double height, Colour? colour)
    {
        var lines = letters.Wrap(words, 1.8);
        double h = height * 0.62, w = Math.Clamp(h * 0.62 * lines.Max(letters.Ratio) / lines.Count, h * 0.9, h * 2.6), left = x - w / 2,
            top = foot - height;
        var wood = v.Palette.Near(colour ?? Colour.Parse("#f3e2c0"));
        var post = v.Palette.Near(Colour.Parse("#7d5a40"));
        sheet.Soft(x, foot, w * 0.5, h * 0.1, v.Light.Shadow, 0.4);
        foreach (var side in (double[])[-0.3, 0.3])
            sheet.Rect(x + side * w - h * 0.045, top + h * 0.5, h * 0.09, height - h * 0.5, post, h * 0.02);
        sheet.Rect(left + h * 0.03, top + h * 0.04, w, h, Fill.Of(v.Light.Shadow, 0.3), h * 0.08).Rect(left, top, w, h, post, h * 0.08)
            .Rect(left + h * 0.05, top + h * 0.05, w - h * 0.1, h * 0.9, wood, h * 0.05);
        sheet.Rect(left + h * 0.09, top + h * 0.09, w - h * 0.18, h * 0.02, Fill.Of(wood.Lighter(0.08), 0.8));
        letters.Draw(sheet, words, left + w * 0.1, top + h * 0.18, w * 0.8, h * 0.64,
            wood.Lightness > 0.62 ? Colour.Ink : Colour.Parse("#fdf6e8"), 2.3);
    }

    private void Wall(View v, string words, bool crowded)
    {
        double h = v.Horizon * (crowded ? 0.3 : 0.5), y = v.Horizon * (crowded ? 0.06 : 0.2), x = v.Width * 0.1, w = v.Width * 0.8;
        var hue = v.Rng.Fork("spray").Between(0, 360);
        var paint = Colour.FromLch(0.78, 0.15, hue);
        v.Far.Soft(v.Width / 2, y + h / 2, w * 0.6, h * 0.75, Colour.White, 0.22);
        letters.Draw(v.Far, words, x + v.Unit * 7, y + v.Unit * 9, w, h, Colour.Parse("#2a1c2c"), 4.6, 0.75);
        letters.Draw(v.Far, words, x, y, w, h, Colour.Parse("#fdf6e8"), 4.2);
        letters.Draw(v.Far, words, x, y, w, h, v.Palette.Near(paint), 2.9);
    }

    private void Poster(View v, string words)
    {
        double w = v.Width * 0.78, h = v.Height * 0.5, x = (v.Width - w) / 2, y = v.Height * 0.2;
        letters.Draw(v.Things, words, x + v.Unit * 5, y + v.Unit * 7, w, h, v.Light.Shadow, 2.5, 0.35);
        letters.Draw(v.Things, words, x, y, w, h, v.Light.Dark ? Colour.Parse("#fff4d8") : Colour.Parse("#fffaf0"), 3.1);
        letters.Draw(v.Things, words, x, y, w, h, v.Palette.Accent(1).Darker(0.32), 2);
    }

    private void Banner(View v, string words)
    {
        var lines = letters.Wrap(words, v.Width * 0.7 / (v.Height * 0.12));
        double h = Math.Min(v.Height * 0.16, v.Unit * 64 * lines.Count + v.Unit * 34), w = Math.Min(v.Width * 0.88,
            (h - v.Unit * 34) / lines.Count * 0.72 * lines.Max(letters.Ratio) + h * 0.7), x = (v.Width - w) / 2, y = v.Height * 0.05,
            fold = h * 0.45;
        var cloth = v.Palette.Own ? v.Palette.Accent(0) : Colour.Parse("#d9534a");
        var ribbon = v.Palette.Near(cloth);
        string N(double value) => Sheet.N(value);
        foreach (var (edge, side) in ((double, double)[])[(x, -1), (x + w, 1)])
            v.Front.Path($"M{N(edge - side * fold * 0.4)} {N(y + h * 0.2)}h{N(side * fold * 1.3)}l{N(-side * fold * 0.4)} {N(h * 0.5)}" +
                $"l{N(side * fold * 0.4)} {N(h * 0.5)}h{N(-side * fold * 1.3)}Z", ribbon.Darker(0.12));
        v.Front.Rect(x + v.Unit * 4, y + v.Unit * 7, w, h, Fill.Of(v.Light.Shadow, 0.3), v.Unit * 8).Rect(x, y, w, h, v.Front.Fade(y,
            y + h, (0, ribbon.Lighter(0.05), 1), (1, ribbon.Darker(0.03), 1)), v.Unit * 8);
        letters.Draw(v.Front, words, x + h * 0.3, y + h * 0.24, w - h * 0.6, h * 0.52, Colour.Parse("#fff6e2"), 2.5);
    }
}

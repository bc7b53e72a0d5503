// The frame of a picture while it is painted: a plane of a million square units, its horizon and its layers. Lives for one picture.
namespace Atelier.Providers.Sketch;

/// <summary>What things stand on.</summary>
internal enum Footing
{
    Ground,
    Water,
    Floor,
    Table,
    Plinth,
    Air,
}

/// <summary>The canvas with its perspective and its layers from back to front.</summary>
internal sealed class View
{
    /// <summary>Every picture has this many square units, whatever its size in pixels, so that all sizes show the same picture.</summary>
    private const double Area = 1_000_000;

    public View(double aspect, Scene scene, Palette palette, Rng rng)
    {
        Width = Math.Round(Math.Sqrt(Area * aspect), 2);
        Height = Math.Round(Area / Width, 2);
        Unit = Math.Min(Width, Height) / 1000;
        Scene = scene;
        Palette = palette;
        Rng = rng;
        Horizon = Height * 0.55;
        SunX = Width * (rng.Chance(0.5) ? rng.Between(0.14, 0.34) : rng.Between(0.66, 0.86));
    }

    public double Width { get; }
    public double Height { get; }

    /// <summary>A thousandth of the shorter side: the measure of scenery.</summary>
    public double Unit { get; }
    public Scene Scene { get; }
    public Palette Palette { get; }
    public Rng Rng { get; }

    /// <summary>Height of the horizon from the top.</summary>
    public double Horizon { get; set; }
    public Footing Footing { get; set; }
    public double SunX { get; }

    public Sheet Sky { get; } = new("s");
    public Sheet Far { get; } = new("f");
    public Sheet Near { get; } = new("n");
    public Sheet Things { get; } = new("t");
    public Sheet Front { get; } = new("o");

    public Light Light => Palette.Light;

    /// <summary>How large a thing at this height of the ground looks beside one at the bottom edge, 0.1 to 1.</summary>
    public double Perspective(double y) => Math.Clamp(0.12 + 0.88 * (y - Horizon) / Math.Max(1, Height - Horizon), 0.1, 1.1);

    /// <summary>How far away a point of the ground is, 0 (bottom edge) to 1 (horizon).</summary>
    public double Distance(double y) => Math.Clamp(1 - (y - Horizon) / Math.Max(1, Height - Horizon), 0, 1);

    public bool Leaves(params string[] words) => Scene.Leaves(words);
}

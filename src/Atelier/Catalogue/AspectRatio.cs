// A picture's shape as width to height, read from what a person types.
using System.Globalization;

namespace Atelier.Catalogue;

/// <summary>The shape of a picture, such as 16:9.</summary>
/// <param name="Width">Relative width, 1–100.</param>
/// <param name="Height">Relative height, 1–100.</param>
public readonly record struct AspectRatio(int Width, int Height)
{
    /// <summary>The most extreme shape allowed, either way: 4 to 1.</summary>
    public const double Extreme = 4;

    /// <summary>The shapes offered to people, in the order in which they are shown.</summary>
    public static IReadOnlyList<AspectRatio> Common { get; } =
        [new(1, 1), new(4, 5), new(3, 4), new(2, 3), new(9, 16), new(5, 4), new(4, 3), new(3, 2), new(16, 9), new(21, 9)];

    /// <summary>Width divided by height.</summary>
    public double Value => (double)Width / Height;

    /// <summary>Reads <c>W:H</c> with whole numbers from 1 to 100, no more extreme than 4:1 or 1:4.</summary>
    public static bool TryParse(string? text, out AspectRatio ratio)
    {
        ratio = default;
        var parts = text?.Split(':');
        if (parts is not { Length: 2 }
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var width)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var height)
            || width is < 1 or > 100 || height is < 1 or > 100)
        {
            return false;
        }
        ratio = new AspectRatio(width, height);
        return ratio.Value is <= Extreme and >= 1 / Extreme;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Width}:{Height}";
}

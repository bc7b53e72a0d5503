// What a picture costs the operator, by the unit in which the provider counts.
namespace Atelier.Catalogue;

/// <summary>What a provider charges by.</summary>
public enum PriceUnit
{
    /// <summary>A picture.</summary>
    Image,

    /// <summary>A million pixels of the picture.</summary>
    Megapixel,

    /// <summary>A step.</summary>
    Step,

    /// <summary>A token of the answer.</summary>
    Token,

    /// <summary>A second of the engine's time.</summary>
    Second,
}

/// <summary>A price.</summary>
/// <param name="Per">The unit.</param>
/// <param name="Usd">US dollars for one unit.</param>
/// <param name="Typical">How many units a picture usually takes, where the unit is a token.</param>
public sealed record ModelPrice(PriceUnit Per, decimal Usd, double Typical = 1)
{
    /// <summary>Nothing.</summary>
    public static ModelPrice Free { get; } = new(PriceUnit.Image, 0);

    /// <summary>What a picture costs before the first unit, in US dollars. Default: 0.</summary>
    public decimal Base { get; init; }

    /// <summary>What a token of the prompt costs, where the unit is a token, in US dollars. Default: 0.</summary>
    public decimal TextToken { get; init; }

    /// <summary>What a token of an input image costs, where the unit is a token, in US dollars. Default: 0.</summary>
    public decimal ImageToken { get; init; }

    /// <summary>Prices for one picture that hold for a quality instead, in US dollars.</summary>
    public IReadOnlyDictionary<string, decimal> ByQuality { get; init; } = new Dictionary<string, decimal>(StringComparer.Ordinal);

    /// <summary>What one picture is expected to cost, in US dollars.</summary>
    /// <param name="size">The size that is painted.</param>
    /// <param name="steps">The steps, where the model has any.</param>
    /// <param name="seconds">How long it is expected to take.</param>
    /// <param name="quality">The quality that is painted.</param>
    public decimal Estimate(PixelSize size, double? steps, double seconds, string quality)
    {
        if (ByQuality.TryGetValue(quality, out var fixedPrice))
            return fixedPrice;
        return Base + Usd * Per switch
        {
            PriceUnit.Image => 1,
            PriceUnit.Megapixel => size.Pixels / 1_000_000m,
            PriceUnit.Step => (decimal)(steps ?? 1),
            PriceUnit.Token => (decimal)Typical,
            PriceUnit.Second => (decimal)seconds,
            _ => throw new ArgumentOutOfRangeException(nameof(size), Per, "not a unit"),
        };
    }
}

// Translates an estimate into what people are told, the same by HTTP and on the command line. A pure translation.
using Atelier.Catalogue;
using Atelier.Client;
using Atelier.Submitting;

namespace Atelier.Web;

/// <summary>The contract's view of an estimate.</summary>
public static class EstimateRecords
{
    /// <summary>The record of an estimate.</summary>
    /// <param name="expected">The estimate.</param>
    /// <param name="available">What its user can spend, in credits; null where pictures cost none.</param>
    public static EstimateRecord Of(Estimate.Expected expected, long? available = null)
    {
        ArgumentNullException.ThrowIfNull(expected);
        return new EstimateRecord
        {
            Model = expected.Model.Id,
            StandsInFor = expected.Model.Id == expected.Recorded.Id ? null : expected.Recorded.Id,
            Provider = expected.Model.Provider,
            Count = expected.Count,
            Painted = Of(expected.Size.Paint),
            Delivered = Of(expected.Size.Final),
            Upscaled = expected.Size.Upscaled,
            CostPerImage = Rounded(expected.CostPerImage),
            Cost = Rounded(expected.CostPerImage * expected.Count),
            CreditsPerImage = expected.CreditsPerImage,
            Credits = expected.CreditsPerImage * expected.Count,
            CreditsAfter = available - expected.CreditsPerImage * expected.Count,
            ExpectedSeconds = Math.Round(expected.Seconds, 2),
            WaitsUntil = expected.WaitsUntil,
            Warnings = expected.Warnings,
        };
    }

    private static SizeRecord Of(PixelSize size) => new(size.Width, size.Height);

    private static decimal Rounded(decimal dollars) => Math.Round(dollars, 6);
}

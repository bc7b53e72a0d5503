// A model as the picker offers it: what it is, and whether it can begin a picture now.
using Atelier.Catalogue;

namespace Atelier.Web.Components.Create;

/// <summary>A model on offer.</summary>
/// <param name="Model">The model.</param>
/// <param name="Seconds">How long a picture takes lately, in seconds.</param>
/// <param name="NotHere">What it needs to be used here; null where it can be used.</param>
/// <param name="NotNow">Why it cannot begin now; null where it can.</param>
public sealed record ModelChoice(Model Model, double Seconds, string? NotHere, string? NotNow)
{
    /// <summary>What one picture of standard quality costs in credits; null where pictures cost none.</summary>
    public long? Credits { get; init; }

    /// <summary>The generation whose picture shows what it paints like; null where there is none.</summary>
    public string? Sample { get; init; }

    /// <summary>What it can do beyond painting a prompt, in words that filters go by.</summary>
    public IEnumerable<string> Abilities
    {
        get
        {
            if (Model.Parameters.MaxInputImages > 0)
                yield return "references";
            if (Model.Parameters.Mask != MaskPolarity.None)
                yield return "mask";
            if (Model.Parameters.NegativePrompt)
                yield return "negative";
            if (Model.Parameters.Seed)
                yield return "seed";
            if (Model.Formats.Contains("svg"))
                yield return "vector";
        }
    }
}

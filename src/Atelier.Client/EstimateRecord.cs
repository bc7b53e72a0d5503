// What the API and the command line tell about a request before it is submitted.
namespace Atelier.Client;

/// <summary>What a request would come to at this moment.</summary>
public sealed record EstimateRecord
{
    /// <summary>The model that would paint it now.</summary>
    public required string Model { get; init; }

    /// <summary>The model for which that one stands in, since it cannot begin now; null where none does.</summary>
    public required string? StandsInFor { get; init; }

    /// <summary>The provider that would paint it.</summary>
    public required string Provider { get; init; }

    /// <summary>How many pictures.</summary>
    public required int Count { get; init; }

    /// <summary>The size that the model paints.</summary>
    public required SizeRecord Painted { get; init; }

    /// <summary>The size that is delivered.</summary>
    public required SizeRecord Delivered { get; init; }

    /// <summary>Whether an upscale step lies between the two.</summary>
    public required bool Upscaled { get; init; }

    /// <summary>What one picture is expected to cost the operator, in US dollars.</summary>
    public required decimal CostPerImage { get; init; }

    /// <summary>What all of them are expected to cost, in US dollars.</summary>
    public required decimal Cost { get; init; }

    /// <summary>What one picture costs its owner, in credits; 0 where pictures cost none.</summary>
    public required long CreditsPerImage { get; init; }

    /// <summary>What all of them cost, in credits.</summary>
    public required long Credits { get; init; }

    /// <summary>What its owner could spend afterwards; negative where the credits do not suffice, null where pictures cost none.</summary>
    public required long? CreditsAfter { get; init; }

    /// <summary>How long one picture is expected to take once it has its turn, in seconds.</summary>
    public required double ExpectedSeconds { get; init; }

    /// <summary>When the model can begin; null where it can now.</summary>
    public required DateTimeOffset? WaitsUntil { get; init; }

    /// <summary>What of the request the model could not honour, and why it would have to wait, in sentences.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}

/// <summary>A size in pixels.</summary>
/// <param name="Width">Pixels across.</param>
/// <param name="Height">Pixels down.</param>
public sealed record SizeRecord(int Width, int Height);

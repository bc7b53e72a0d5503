// What an engine can answer: closed sets, so that whoever asks has thought of everything.
namespace Atelier.Providers;

/// <summary>What an engine answered: a closed set.</summary>
public abstract record ProviderAnswer
{
    private ProviderAnswer() { }

    /// <summary>The pictures are here.</summary>
    /// <param name="Images">At least one picture.</param>
    public sealed record Painted(IReadOnlyList<PaintedImage> Images) : ProviderAnswer
    {
        /// <summary>What the provider says it charged, in US dollars; null where it does not say.</summary>
        public decimal? Cost { get; init; }

        /// <summary>Whether the engine itself marked the picture as not safe for work; null where it does not say.</summary>
        public bool? Nsfw { get; init; }
    }

    /// <summary>The engine works on it.</summary>
    /// <param name="ExternalId">The prediction's id or address at the provider, at most 1,000 characters.</param>
    /// <param name="PollAfter">How long the provider asks to wait before the next look; null where it does not say.</param>
    /// <param name="Progress">0 to 1 where the engine tells.</param>
    public sealed record Pending(string ExternalId, TimeSpan? PollAfter = null, double? Progress = null) : ProviderAnswer;

    /// <summary>It will not be painted by this attempt.</summary>
    /// <param name="Failure">Why.</param>
    public sealed record Failed(ProviderFailure Failure) : ProviderAnswer;
}

/// <summary>What became of a start whose answer never came: a closed set.</summary>
public abstract record ProviderLookup
{
    private ProviderLookup() { }

    /// <summary>It arrived: this is its prediction.</summary>
    /// <param name="ExternalId">The prediction's id or address at the provider.</param>
    public sealed record Found(string ExternalId) : ProviderLookup;

    /// <summary>It surely never arrived: starting again pays once.</summary>
    public sealed record Absent : ProviderLookup;

    /// <summary>The provider offers no way to know.</summary>
    public sealed record Unknown : ProviderLookup;

    /// <summary>The provider could not be asked just now; ask again later.</summary>
    public sealed record Unanswered : ProviderLookup;
}

/// <summary>A picture as the engine gave it.</summary>
/// <param name="Bytes">The encoded file, untouched.</param>
/// <param name="ContentType">The media type that the engine claims; not to be trusted.</param>
/// <param name="Seed">The seed that the engine says it used, where it does.</param>
public sealed record PaintedImage(ReadOnlyMemory<byte> Bytes, string ContentType, long? Seed);

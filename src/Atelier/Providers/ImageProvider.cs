// The seam to an engine that paints. An adapter turns every known failure into a value and keeps no state, so a crash loses nothing here.
using Atelier.Vips;

namespace Atelier.Providers;

/// <summary>An adapter to an engine that paints pictures. Implementations are stateless and safe to share.</summary>
public abstract class ImageProvider
{
    /// <summary>The provider's name in the catalogue, lower case.</summary>
    public abstract string Name { get; }

    /// <summary>Starts one picture. A quick engine answers with the picture itself, a slow one with a prediction to poll.</summary>
    public abstract Task<ProviderAnswer> StartAsync(PaintRequest request, PaintCall call, CancellationToken cancellationToken);

    /// <summary>
    /// Asks how far a prediction is. Only called with an id that <see cref="StartAsync"/> returned. A look that fails is answered with
    /// <see cref="ProviderAnswer.Pending"/>; <see cref="ProviderAnswer.Failed"/> means that the prediction itself has ended.
    /// </summary>
    public virtual Task<ProviderAnswer> PollAsync(string externalId, PaintCall call, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{Name} answers at once and has no predictions to poll.");

    /// <summary>Asks the engine to stop a prediction. Returns whether it was told; harmless when the prediction has ended.</summary>
    public virtual Task<bool> CancelAsync(string externalId, PaintCall call, CancellationToken cancellationToken) => Task.FromResult(false);
}

/// <summary>What is to be painted, in terms the engine can honour: sizes are legal and parameters in range.</summary>
public sealed record PaintRequest
{
    /// <summary>The provider's own name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>The prompt, wildcards expanded.</summary>
    public required string Prompt { get; init; }

    /// <summary>What must not appear.</summary>
    public string? NegativePrompt { get; init; }

    /// <summary>Width in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Height in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Seed, 0 to 4,294,967,295.</summary>
    public required long Seed { get; init; }

    /// <summary>Steps, or null for the model's own.</summary>
    public int? Steps { get; init; }

    /// <summary>Guidance scale, or null for the model's own.</summary>
    public double? Guidance { get; init; }

    /// <summary>How far to depart from the input image: 0 keeps it, 1 repaints it.</summary>
    public double? Strength { get; init; }

    /// <summary>Images to start from, inspected before they come here.</summary>
    public IReadOnlyList<InputImage> InputImages { get; init; } = [];

    /// <summary>Style preset for engines that draw it themselves.</summary>
    public string? Style { get; init; }

    /// <summary>The wanted format; an engine may answer in another, which is then converted.</summary>
    public required ImageFormat Format { get; init; }
}

/// <summary>An image given to an engine.</summary>
/// <param name="Bytes">The encoded file.</param>
/// <param name="ContentType">Its media type.</param>
public sealed record InputImage(ReadOnlyMemory<byte> Bytes, string ContentType);

/// <summary>The circumstances of one call to an engine.</summary>
public sealed record PaintCall
{
    /// <summary>Hears of progress; null when nobody listens.</summary>
    public IProgress<PaintProgress>? Progress { get; init; }

    /// <summary>No preview need come sooner after the one before: it would not be shown. Default: none is too soon.</summary>
    public TimeSpan PreviewInterval { get; init; }
}

/// <summary>How far a picture is.</summary>
/// <param name="Fraction">0 to 1, never falling.</param>
/// <param name="Preview">A small encoded picture of the state, or empty.</param>
/// <param name="PreviewType">The preview's media type, or null.</param>
public sealed record PaintProgress(double Fraction, ReadOnlyMemory<byte> Preview, string? PreviewType);

/// <summary>What an engine answered: a closed set.</summary>
public abstract record ProviderAnswer
{
    private ProviderAnswer() { }

    /// <summary>The pictures are here.</summary>
    /// <param name="Images">At least one picture.</param>
    public sealed record Painted(IReadOnlyList<PaintedImage> Images) : ProviderAnswer;

    /// <summary>The engine works on it.</summary>
    /// <param name="ExternalId">The prediction's id at the provider.</param>
    /// <param name="PollAfter">How long to wait before the next look.</param>
    /// <param name="Progress">0 to 1 where the engine tells.</param>
    public sealed record Pending(string ExternalId, TimeSpan PollAfter, double? Progress) : ProviderAnswer;

    /// <summary>It will not be painted by this attempt.</summary>
    /// <param name="Failure">Why.</param>
    public sealed record Failed(ProviderFailure Failure) : ProviderAnswer;
}

/// <summary>A picture as the engine gave it.</summary>
/// <param name="Bytes">The encoded file, untouched.</param>
/// <param name="ContentType">The media type that the engine claims; not to be trusted.</param>
/// <param name="Seed">The seed that the engine says it used, where it does.</param>
public sealed record PaintedImage(ReadOnlyMemory<byte> Bytes, string ContentType, long? Seed);

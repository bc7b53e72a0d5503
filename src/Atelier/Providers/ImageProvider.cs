// The seam to every engine: start a picture, ask for it, cancel it. Holds no state, so a crash loses nothing here.
namespace Atelier.Providers;

/// <summary>An adapter to an engine that paints pictures. Known failures are answers, never exceptions.</summary>
public abstract class ImageProvider
{
    /// <summary>The provider's name as the catalogue writes it, in lower case.</summary>
    public abstract string Name { get; }

    /// <summary>Starts painting: answers with the picture, with a prediction to poll, or with a failure.</summary>
    public abstract Task<ProviderAnswer> StartAsync(PaintRequest request, PaintCall call, CancellationToken ct);

    /// <summary>Asks after a prediction. Engines that paint at once have none, so the default is a permanent failure.</summary>
    public virtual Task<ProviderAnswer> PollAsync(string externalId, PaintCall call, CancellationToken ct) =>
        Task.FromResult<ProviderAnswer>(new ProviderAnswer.Failed(
            new ProviderFailure(FailureKind.Permanent, $"{Name} has no predictions to ask after.", externalId, RetryAfter: null)));

    /// <summary>Cancels a prediction where the engine can. Returns false where it cannot, which is the default.</summary>
    public virtual Task<bool> CancelAsync(string externalId, PaintCall call, CancellationToken ct) => Task.FromResult(false);
}

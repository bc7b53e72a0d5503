// The seam to an engine that paints. An adapter turns every known failure into a value and keeps no state, so a crash loses nothing here.
namespace Atelier.Providers;

/// <summary>An adapter to an engine that paints pictures. Implementations are stateless and safe to share.</summary>
public abstract class ImageProvider
{
    /// <summary>The provider's name in the catalogue and the settings, lower case; its lane in the queue has the same name.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Starts one picture. A quick engine answers with the picture itself, a slow one with a prediction to poll. A call that may have
    /// reached the engine but brought no answer is a failure of kind <see cref="FailureKind.OutcomeUnknown"/>.
    /// </summary>
    public abstract Task<ProviderAnswer> StartAsync(PaintRequest request, PaintCall call, CancellationToken cancellationToken);

    /// <summary>
    /// Asks how far a prediction is, and downloads its picture when it is done. Only called with an id that <see cref="StartAsync"/> or
    /// <see cref="FindAsync"/> returned. A look that fails is answered with <see cref="ProviderAnswer.Pending"/>;
    /// <see cref="ProviderAnswer.Failed"/> means that the prediction itself has ended.
    /// </summary>
    public virtual Task<ProviderAnswer> PollAsync(string externalId, PaintCall call, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{Name} answers at once and has no predictions to poll.");

    /// <summary>Asks the engine to stop a prediction. Returns whether it was told; harmless when the prediction has ended.</summary>
    public virtual Task<bool> CancelAsync(string externalId, PaintCall call, CancellationToken cancellationToken) => Task.FromResult(false);

    /// <summary>
    /// Looks for the prediction of a start whose answer never came, by <see cref="PaintCall.Reference"/>, <see cref="PaintCall.StartedAt"/>
    /// or the request itself. The default knows no way to look.
    /// </summary>
    public virtual Task<ProviderLookup> FindAsync(PaintRequest request, PaintCall call, CancellationToken cancellationToken) =>
        Task.FromResult<ProviderLookup>(new ProviderLookup.Unknown());

    /// <summary>The upscaler that the operator set up at this engine, by the engine's own name of it; null where there is none.</summary>
    public virtual string? Upscaler => null;

    /// <summary>
    /// Makes a picture larger with <see cref="Upscaler"/>. Costs nothing and may be repeated. A slow engine answers with a run to
    /// <see cref="PollAsync">poll</see>. Only called where there is an upscaler.
    /// </summary>
    /// <param name="picture">The picture, inspected before it comes here.</param>
    /// <param name="width">The wanted width in pixels, in the picture's own shape.</param>
    /// <param name="height">The wanted height in pixels.</param>
    /// <param name="call">The circumstances; its reference names this run.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public virtual Task<ProviderAnswer> UpscaleAsync(InputImage picture, int width, int height, PaintCall call, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{Name} has no upscaler.");

    /// <summary>
    /// Asks the provider something that needs the key and costs nothing, so that an operator knows whether address and key are right. The
    /// default knows no such question.
    /// </summary>
    public virtual Task<KeyTest> TestAsync(PaintCall call, CancellationToken cancellationToken) => Task.FromResult<KeyTest>(new KeyTest.Untestable());

    /// <summary>
    /// Whether a message at the provider's webhook address is really the provider's. True or false where its signature can be checked; null
    /// where it carries none: such a message, too, only brings the next look forward.
    /// </summary>
    /// <param name="message">The message as it came.</param>
    /// <param name="secret">The secret that the operator set, or null.</param>
    /// <param name="now">The time, to refuse old messages that are sent again.</param>
    public virtual bool? IsGenuine(WebhookMessage message, string? secret, DateTimeOffset now) => null;
}

/// <summary>What a provider posted to its webhook address.</summary>
/// <param name="Headers">The headers by name, case ignored.</param>
/// <param name="Body">The body, byte for byte.</param>
public sealed record WebhookMessage(IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body);

// An engine whose answers a test writes down; it counts how often it was asked.
using System.Collections.Concurrent;
using Atelier.Providers;
using Atelier.Vips;

namespace Atelier.Tests.Generating;

internal sealed class ScriptedProvider(string name = "sketch") : ImageProvider
{
    private readonly ConcurrentQueue<Func<PaintRequest, CancellationToken, Task<ProviderAnswer>>> _starts = new();
    private readonly ConcurrentQueue<Func<ProviderAnswer>> _polls = new();

    public override string Name => name;

    /// <summary>The keys that were used for starts, in order.</summary>
    public ConcurrentQueue<string?> Keys { get; } = new();

    /// <summary>The predictions that were canceled.</summary>
    public ConcurrentQueue<string> Canceled { get; } = new();

    /// <summary>What a look-up answers.</summary>
    public ProviderLookup Lookup { get; set; } = new ProviderLookup.Unknown();

    /// <summary>How often it was looked up.</summary>
    public int Lookups { get; private set; }

    public ConcurrentQueue<PaintRequest> Started { get; } = new();

    public ConcurrentQueue<string> Polled { get; } = new();

    public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A small picture that is not blank; another seed gives other bytes.</summary>
    public static ProviderAnswer Picture(long seed)
    {
        var pixels = new byte[64 * 48 * 4];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = i % 4 == 3 ? (byte)255 : (byte)((i * 7) + seed);
        using var image = VipsImage.FromPixels(pixels, 64, 48);
        return new ProviderAnswer.Painted([new PaintedImage(image.EncodePng(), "image/png", seed)]);
    }

    public ScriptedProvider Start(ProviderAnswer answer) => Start((_, _) => Task.FromResult(answer));

    public ScriptedProvider Start(Func<PaintRequest, CancellationToken, Task<ProviderAnswer>> answer)
    {
        _starts.Enqueue(answer);
        return this;
    }

    public ScriptedProvider Poll(ProviderAnswer answer) => Poll(() => answer);

    public ScriptedProvider Poll(Func<ProviderAnswer> answer)
    {
        _polls.Enqueue(answer);
        return this;
    }

    public override Task<ProviderAnswer> StartAsync(PaintRequest request, PaintCall call, CancellationToken cancellationToken)
    {
        Started.Enqueue(request);
        Keys.Enqueue(call.Key?.Label);
        Asked.TrySetResult();
        return _starts.TryDequeue(out var answer) ? answer(request, cancellationToken) : Task.FromResult(Picture(request.Seed));
    }

    public override Task<ProviderAnswer> PollAsync(string externalId, PaintCall call, CancellationToken cancellationToken)
    {
        Polled.Enqueue(externalId);
        return Task.FromResult(_polls.TryDequeue(out var answer) ? answer() : Picture(0));
    }

    public override Task<ProviderLookup> FindAsync(PaintRequest request, PaintCall call, CancellationToken cancellationToken)
    {
        Lookups++;
        return Task.FromResult(Lookup);
    }

    public override Task<bool> CancelAsync(string externalId, PaintCall call, CancellationToken cancellationToken)
    {
        Canceled.Enqueue(externalId);
        return Task.FromResult(true);
    }
}

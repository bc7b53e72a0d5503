// Why a generation waits, told from the state of the queue and the health of providers. Pure but for asking them; nothing is kept.
using Atelier.Catalogue;
using Atelier.Durable;

namespace Atelier.Generating;

/// <summary>Why a generation does not begin now: a closed set.</summary>
public abstract record WaitReason
{
    private WaitReason() { }

    /// <summary>Until when, where time alone ends it.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Its owner has paused.</summary>
    public sealed record Paused : WaitReason;

    /// <summary>An attempt failed; the next comes after a pause.</summary>
    public sealed record Retrying : WaitReason;

    /// <summary>A limit of its provider: it, or its lane, is parked.</summary>
    /// <param name="Provider">The provider's title.</param>
    public sealed record Parked(string Provider) : WaitReason;

    /// <summary>Its provider cannot be asked: an open circuit, or no key that may be used.</summary>
    /// <param name="Why">Why, as a sentence without its full stop.</param>
    public sealed record Unreachable(string Why) : WaitReason;

    /// <summary>The operator has paused its lane.</summary>
    /// <param name="Provider">The provider's title.</param>
    public sealed record LanePaused(string Provider) : WaitReason;

    /// <summary>No worker runs.</summary>
    public sealed record NoWorker : WaitReason;

    /// <summary>Others of the same owner come first.</summary>
    /// <param name="Ahead">How many.</param>
    /// <param name="Places">How many may be painted at once; null for no limit.</param>
    public sealed record OwnTurn(int Ahead, int? Places) : WaitReason;

    /// <summary>Its provider has as much to do as its lane allows.</summary>
    /// <param name="Provider">The provider's title.</param>
    /// <param name="Limit">How many at once.</param>
    public sealed record LaneFull(string Provider, int Limit) : WaitReason;

    /// <summary>Its lane lets so many begin in a time, and those have begun.</summary>
    /// <param name="Provider">The provider's title.</param>
    public sealed record RateLimit(string Provider) : WaitReason;

    /// <summary>Others stand before it in the lane.</summary>
    /// <param name="Ahead">How many; 0 when it is the next.</param>
    public sealed record InLine(int Ahead) : WaitReason;
}

/// <summary>Finds the reasons.</summary>
public sealed class WaitReasons(ProviderRouter router, ModelCatalogue catalogue, TimeProvider time)
{
    /// <summary>Why a queued generation waits.</summary>
    /// <param name="generation">The generation.</param>
    /// <param name="job">Its job; one of <paramref name="lane"/>.</param>
    /// <param name="lane">The owner's jobs in that lane.</param>
    /// <param name="line">All of the owner's jobs.</param>
    /// <param name="position">How many jobs stand before it in the lane; null where it waits for a place of its owner.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<WaitReason> OfAsync(
        Generation generation, Job job, LaneLine lane, TenantLine line, int? position, CancellationToken cancellationToken = default)
    {
        var provider = TitleOf(lane.Lane.Name);
        if (line.IsPaused && job.State is JobState.Waiting or JobState.Scheduled)
            return new WaitReason.Paused();
        if (job.State == JobState.Retrying)
            return new WaitReason.Retrying { Until = job.RunAt };
        if (job.State == JobState.Parked)
            return new WaitReason.Parked(provider) { Until = job.RunAt };
        if (lane.Lane.Parked.FirstOrDefault(parked => parked.Key.Length == 0 || parked.Key == job.LaneKey) is { } parking)
            return new WaitReason.Parked(provider) { Until = parking.Until };
        if (lane.Lane.Mode != LaneMode.Open)
            return new WaitReason.LanePaused(provider);
        if (catalogue.Find(generation.Model) is { } model && Unreachable(await router.ForeseeAsync(generation, model, cancellationToken)) is { } unreachable)
            return unreachable;
        if (line.Workers == 0)
            return new WaitReason.NoWorker();
        return job.State == JobState.Waiting ? OwnTurn(job, lane) : InLane(lane, provider, position);
    }

    private static WaitReason.Unreachable? Unreachable(Route route) => route switch
    {
        Route.Wait wait => new WaitReason.Unreachable(wait.Reason.TrimEnd('.')) { Until = wait.Until },
        Route.Nowhere nowhere => new WaitReason.Unreachable(nowhere.Message.TrimEnd('.')),
        _ => null,
    };

    private static WaitReason.OwnTurn OwnTurn(Job job, LaneLine lane) => new(Ahead(job, lane), lane.Places);

    /// <summary>How many jobs of the same owner come before a waiting one in its lane.</summary>
    public static int Ahead(Job job, LaneLine lane)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(lane);
        return lane.InHandCount + Math.Max(0, lane.Waiting.ToList().FindIndex(other => other.Id == job.Id));
    }

    private WaitReason InLane(LaneLine lane, string provider, int? position) =>
        lane.Lane is { Limit: { } limit, InFlight: var busy } && busy >= limit ? new WaitReason.LaneFull(provider, limit)
        : lane.OpensIn is { } wait ? new WaitReason.RateLimit(provider) { Until = time.GetUtcNow() + wait }
        : new WaitReason.InLine(position ?? 0);

    private string TitleOf(string lane) => router.Find(lane)?.Adapter.Title ?? lane;
}

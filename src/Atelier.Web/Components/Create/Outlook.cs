// What the form would come to if it were sent now: cost, time, wait, and what its wildcards amount to. Asked of the same rules as sending it.
using Atelier.Catalogue;
using Atelier.Credits;
using Atelier.Durable;
using Atelier.Generating;
using Atelier.Submitting;
using Atelier.Web.Components.Layout;
using Atelier.Web.Components.Queue;
using Atelier.Web.Configuration;

namespace Atelier.Web.Components.Create;

/// <summary>What a form would come to.</summary>
/// <param name="Cost">What it costs, in words.</param>
/// <param name="Seconds">How long painting takes, in seconds.</param>
/// <param name="Wait">What has to be waited for first, in words; null for nothing.</param>
/// <param name="Combinations">How many prompts its wildcards make; 1 where there are none.</param>
/// <param name="Examples">The first of them.</param>
/// <param name="PromptLength">How long the prompt is, in characters.</param>
/// <param name="PromptLimit">How long it may be for the model.</param>
public sealed record Outlook(string Cost, double Seconds, string? Wait, long Combinations, IReadOnlyList<string> Examples, int PromptLength, int PromptLimit)
{
    /// <summary>What it costs in credits; null where pictures cost none.</summary>
    public long? Credits { get; init; }

    /// <summary>Whether that is more than the reader has.</summary>
    public bool IsTooDear { get; init; }
}

/// <summary>Makes outlooks.</summary>
internal sealed class Outlooks(
    ModelCatalogue catalogue, Estimation estimation, DurationEstimates durations, JobQueue queue, QueueReader reader, SubmissionLimits limits,
    PriceList prices, Ledger ledger, AtelierSettings settings, TimeProvider time)
{
    private const int MostExamples = 3, ExampleLength = 80;

    /// <summary>What a form would come to for its author.</summary>
    public async Task<Outlook> OfAsync(CreateForm form, Submitter submitter, CancellationToken cancellationToken)
    {
        var model = catalogue.Find(form.Model) ?? catalogue.Default;
        var (request, _) = form.ToRequest([], mask: null, submitter.MaxPriority);
        // Pictures do not change the cost, and a prompt that is still empty is no mistake yet.
        var asked = request with { InputImages = [], Strength = null, Prompt = string.IsNullOrWhiteSpace(request.Prompt) ? "…" : request.Prompt };
        var expected = await estimation.OfAsync(asked, submitter, cancellationToken) as Estimate.Expected;
        var count = expected?.Count ?? (int.TryParse(form.Count, out var number) ? Math.Clamp(number, 1, limits.MaxCount) : 1);
        var quality = SizePlan.Qualities.ContainsKey(form.Quality) ? form.Quality : SizePlan.StandardQuality;
        var each = expected?.CostPerImage ?? model.PriceOf(quality);
        long? credits = prices.Enabled ? expected is null ? prices.PriceOf(model, quality, count) : expected.CreditsPerImage * count : null;
        var seconds = expected?.Seconds ?? await durations.SecondsAsync(model.Id, cancellationToken);
        var combinations = PromptExpansion.Count(form.Prompt);
        return new Outlook(
            Wording.Price(each * count),
            seconds * Math.Ceiling(count / (double)Math.Max(1, settings.Worker.Concurrency)),
            await WaitAsync(expected, model, submitter.Owner, cancellationToken),
            combinations,
            combinations > 1 ? [.. PromptExpansion.First(form.Prompt, MostExamples).Select(example => Wording.Brief(example, ExampleLength))] : [],
            form.Prompt.Length,
            Math.Min(limits.MaxPrompt, model.Parameters.MaxPrompt))
        {
            Credits = credits,
            IsTooDear = credits is not null && (await ledger.BalanceAsync(submitter.Owner, cancellationToken)).Available < credits,
        };
    }

    private async Task<string?> WaitAsync(Estimate.Expected? expected, Model model, string owner, CancellationToken cancellationToken)
    {
        var line = await queue.Tenants.LineAsync(owner, limit: 1, cancellationToken);
        if (line.IsPaused)
            return "waits: you have paused";
        if (expected is { WaitsUntil: { } until })
            return $"starts in {Wording.Duration((until - time.GetUtcNow()).TotalSeconds)}";
        var lane = line.Lanes.FirstOrDefault(lane => lane.Lane.Name == model.Provider);
        return await reader.WaitAsync(lane, model.Id, cancellationToken) is > 0 and var wait ? $"starts in about {Wording.Duration(wait)}" : null;
    }
}

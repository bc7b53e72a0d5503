// Tells beforehand what a request would come to: who would paint it, in which size, for how much, how long. Records nothing.
using Atelier.Catalogue;
using Atelier.Generating;

namespace Atelier.Submitting;

/// <summary>What a request would come to: a closed set.</summary>
public abstract record Estimate
{
    private Estimate() { }

    /// <summary>It would be taken.</summary>
    public sealed record Expected : Estimate
    {
        /// <summary>The model that would paint it now: the one asked for, or one that stands in for it.</summary>
        public required Model Model { get; init; }

        /// <summary>The model that it would be recorded with.</summary>
        public required Model Recorded { get; init; }

        /// <summary>How many pictures.</summary>
        public required int Count { get; init; }

        /// <summary>What the model paints and what is delivered.</summary>
        public required PlannedSize Size { get; init; }

        /// <summary>What one picture is expected to cost, in US dollars.</summary>
        public required decimal CostPerImage { get; init; }

        /// <summary>What one picture costs its owner, in credits; 0 where pictures cost none.</summary>
        public required long CreditsPerImage { get; init; }

        /// <summary>How long one picture is expected to take once it has its turn, in seconds.</summary>
        public required double Seconds { get; init; }

        /// <summary>When the model can begin, where it cannot now.</summary>
        public DateTimeOffset? WaitsUntil { get; init; }

        /// <summary>What of the request could not be honoured, and why it would have to wait, in sentences.</summary>
        public required IReadOnlyList<string> Warnings { get; init; }
    }

    /// <summary>It would be refused.</summary>
    /// <param name="Errors">Everything that is wrong.</param>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : Estimate;
}

/// <summary>Makes estimates with the same checks as a submission.</summary>
public sealed class Estimation(Submission submission, ProviderRouter router, DurationEstimates durations)
{
    /// <summary>What a request would come to at this moment.</summary>
    public async Task<Estimate> OfAsync(GenerationRequest request, Submitter submitter, CancellationToken cancellationToken = default)
    {
        var (planned, recorded, errors) = await submission.PlanAsync(request, submitter, cancellationToken);
        if (recorded is null)
            return new Estimate.Invalid(errors);
        var route = await router.ForeseeAsync(planned[0], recorded, cancellationToken);
        var model = route is Route.Elsewhere elsewhere ? elsewhere.Model : recorded;
        return new Estimate.Expected
        {
            Model = model,
            Recorded = recorded,
            Count = planned.Count,
            Size = EngineRequest.PlanFor(planned[0], model),
            CostPerImage = EngineRequest.CostOf(planned[0], model),
            CreditsPerImage = planned[0].Credits,
            Seconds = await durations.SecondsAsync(model.Id, cancellationToken),
            WaitsUntil = route is Route.Wait wait ? wait.Until : null,
            Warnings = [.. planned[0].Warnings, .. RemarksOn(route)],
        };
    }

    private static IEnumerable<string> RemarksOn(Route route) => route switch
    {
        Route.Wait wait => [$"{wait.Reason}."],
        Route.Nowhere nowhere => [nowhere.Message],
        _ => [],
    };
}

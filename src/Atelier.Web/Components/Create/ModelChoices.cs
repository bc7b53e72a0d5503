// Finds out for each model what the picker says about it: whether it can be used here, whether now, and how long it takes lately.
using Atelier.Catalogue;
using Atelier.Credits;
using Atelier.Gallery;
using Atelier.Generating;
using Atelier.Web.Components.Layout;

namespace Atelier.Web.Components.Create;

internal sealed class ModelChoices(ModelCatalogue catalogue, ProviderRouter router, DurationEstimates durations, PriceList prices, ModelSamples samples, TimeProvider time)
{
    /// <summary>The models on offer, those that can be used here first; how many are left out.</summary>
    /// <param name="chosen">The model that is offered whether it can be used or not.</param>
    /// <param name="all">Whether those that need something first are offered too.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<(IReadOnlyList<ModelChoice> Choices, int More)> OfAsync(Model chosen, bool all, CancellationToken cancellationToken)
    {
        var (here, elsewhere) = (new List<ModelChoice>(), new List<ModelChoice>());
        var more = 0;
        foreach (var model in catalogue.Models)
        {
            var missing = await router.WhyNotHereAsync(model, cancellationToken);
            if (missing is null)
                here.Add(new ModelChoice(model, await durations.SecondsAsync(model.Id, cancellationToken), null, await WhyNotNowAsync(model, cancellationToken)) { Credits = CreditsOf(model) });
            else if (all || model.Id == chosen.Id)
                elsewhere.Add(new ModelChoice(model, model.TypicalSeconds, missing, null) { Credits = CreditsOf(model) });
            else
                more++;
        }
        var painted = await samples.AllAsync(cancellationToken);
        return ([.. here.Concat(elsewhere).Select(choice => choice with { Sample = painted.GetValueOrDefault(choice.Model.Id) })], more);
    }

    private long? CreditsOf(Model model) => prices.Enabled ? prices.PriceOf(model, SizePlan.StandardQuality) : null;

    private async Task<string?> WhyNotNowAsync(Model model, CancellationToken cancellationToken) => await router.LookAsync(model, cancellationToken) switch
    {
        Route.Wait wait => $"{wait.Reason.TrimEnd('.')}, in {Wording.Duration((wait.Until - time.GetUtcNow()).TotalSeconds)}",
        Route.Nowhere nowhere => nowhere.Message,
        _ => null,
    };
}

// Shows the models and takes what administrators decide about them. Each decision is the product's own; nothing is kept here.
using System.Globalization;
using Atelier.Catalogue;
using Atelier.Gallery;
using Atelier.Generating;
using Atelier.Operating;
using Atelier.Web.Endpoints;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Admin;

internal sealed class ModelHandlers(PageFrames frames, ModelCatalogue catalogue, ProviderRouter router, ModelActs acts, ModelSamples samples)
{
    /// <summary>The page.</summary>
    public async Task<IResult> ShowAsync(HttpContext http)
    {
        var decisions = await acts.ReadAsync(http.RequestAborted);
        var models = new List<(Model, ModelDecision?, string?)>();
        foreach (var model in catalogue.Models)
            models.Add((model, decisions.GetValueOrDefault(model.Id), await router.WhyNotHereAsync(model, http.RequestAborted)));
        return new Page<ModelsPage>(new Dictionary<string, object?>
        {
            [nameof(ModelsPage.Samples)] = await samples.AllAsync(http.RequestAborted),
            [nameof(ModelsPage.Frame)] = await frames.OfAsync(http),
            // Those that can be used come first; the rest are many where few providers are set up.
            [nameof(ModelsPage.Models)] = models.OrderBy(model => model.Item3 is not null && model.Item2?.Enabled != false).ToList(),
        });
    }

    /// <summary>Takes a decision.</summary>
    public async Task<IResult> ChangeAsync(string id, HttpContext http)
    {
        if (catalogue.Find(id) is not { } model)
            return await Answers.NotFoundAsync(frames, http);
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        await acts.ChangeAsync(CurrentUser.CallerOf(http).Id, model.Id, before => new ModelDecision(
            form["enabled"].ToString() switch { "on" => true, "off" => false, _ => before.Enabled },
            form.ContainsKey("credits") ? CreditsOf(form["credits"]) : before.Credits), http.RequestAborted);
        return Answers.Back(http, form["return"], AdminLinks.Models);
    }

    // An empty field leaves the price to the catalogue.
    private static long? CreditsOf(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var credits) && credits <= OperatorEndpoints.MostCredits ? credits : null;
}

// Shows the create page and takes its form. A form that is refused comes back as it was typed; one that is accepted sends the browser on.
using Atelier.Catalogue;
using Atelier.Generating;
using Atelier.Submitting;
using Atelier.Web.Components.Create;
using Atelier.Web.Components.Gallery;
using Atelier.Web.Components.Layout;
using Atelier.Web.Configuration;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Pages;

internal sealed class CreateHandlers(
    PageFrames frames, GenerationStore generations, GenerationViews views, ModelCatalogue catalogue, DurationEstimates estimates,
    Submission submission, ProviderRouter router, AtelierSettings settings)
{
    private const int MostListed = 32, MostBatches = 8;

    /// <summary>The page, filled in from its address.</summary>
    public async Task<IResult> ShowAsync(HttpContext http)
    {
        var form = new CreateForm { Model = catalogue.Default.Id };
        if (await SeenAsync(http, http.Request.Query["from"].ToString()) is { } like)
            form = CreateForm.Like(like);
        return await ShowAsync(http, form.With(http.Request.Query.Where(field => field.Key != "key")), StatusCodes.Status200OK);
    }

    /// <summary>Takes the form.</summary>
    public async Task<IResult> SubmitAsync(HttpContext http)
    {
        var fields = await http.Request.ReadFormAsync(http.RequestAborted);
        var form = new CreateForm().With(fields);
        if (form.Key.Length is 0 or > Submission.MaxIdempotencyKey)
            form = form with { Key = new CreateForm().Key };
        var (upload, problem) = await UploadAsync(fields.Files["image"], http.RequestAborted);
        // Whatever it was made from may be gone by now; that keeps nobody from painting.
        if (form.Parent.Length > 0 && (!Parent.Kinds.Contains(form.ParentKind) || await SeenAsync(http, form.Parent) is null))
            form = form with { Parent = "" };
        var (request, errors) = form.ToRequest(upload);
        if (problem is not null)
            errors = [.. errors, problem];
        var result = errors.Count > 0 ? new SubmissionResult.Invalid(errors) : await SubmitAsync(http, request, form.Key);
        return result switch
        {
            SubmissionResult.Accepted accepted => Answers.SeeOther(http, AddressAfter(form, accepted.Generations[0])),
            SubmissionResult.Invalid invalid => await RefuseAsync(http, form, invalid.Errors),
            SubmissionResult.QueueFull full => await RefuseAsync(http, form, [new FieldError(
                "prompt", null, $"prompt has to wait: {Wording.Number(full.Unfinished)} of your pictures are unfinished, and {Wording.Number(full.Max)} are the most.")]),
            _ => throw new InvalidOperationException($"Unknown result {result.GetType().Name}."),
        };
    }

    private async Task<SubmissionResult> SubmitAsync(HttpContext http, GenerationRequest request, string key)
    {
        var result = await submission.SubmitAsync(request, CurrentUser.Of(http), $"form-{key}", http.RequestAborted);
        // Somebody went back and changed the form: that is a new wish, not the old one again.
        return result is SubmissionResult.KeyReused
            ? await submission.SubmitAsync(request, CurrentUser.Of(http), idempotencyKey: null, http.RequestAborted)
            : result;
    }

    // The address fills the form again, so that without script, too, the next picture begins where this one did.
    private static string AddressAfter(CreateForm form, Generation first)
    {
        var address = $"{Links.Filled(first.Id)}&count={Uri.EscapeDataString(form.Count)}";
        if (form.Seed.Length > 0)
            address += $"&seed={Uri.EscapeDataString(form.Seed)}";
        if (form.Reference.Length > 0)
            address += $"&reference={Uri.EscapeDataString(form.Reference)}";
        return address;
    }

    private Task<IResult> RefuseAsync(HttpContext http, CreateForm form, IReadOnlyList<FieldError> errors) =>
        ShowAsync(http, form.Refused(errors), StatusCodes.Status422UnprocessableEntity);

    private async Task<IResult> ShowAsync(HttpContext http, CreateForm form, int status)
    {
        var frame = await frames.OfAsync(http);
        var model = catalogue.Find(form.Model) ?? catalogue.Default;
        var reference = await SeenAsync(http, form.Reference);
        return new Page<CreatePage>(new Dictionary<string, object?>
        {
            [nameof(CreatePage.Frame)] = frame with { Path = status == StatusCodes.Status200OK ? frame.Path : Links.Create },
            [nameof(CreatePage.Form)] = reference is null ? form with { Reference = "" } : form,
            [nameof(CreatePage.Catalogue)] = catalogue,
            [nameof(CreatePage.Models)] = await HereAsync(http.RequestAborted),
            [nameof(CreatePage.Estimate)] = await EstimateAsync(model, form.Count, http.RequestAborted),
            [nameof(CreatePage.Batches)] = await LatestAsync(CurrentUser.Of(http).Owner, http.RequestAborted),
            [nameof(CreatePage.Reference)] = reference is null ? null : await views.OfAsync(reference, http.RequestAborted),
        }, status);
    }

    private async Task<IReadOnlyList<Model>> HereAsync(CancellationToken cancellationToken)
    {
        var here = new List<Model>();
        foreach (var model in catalogue.Models)
        {
            if (await router.WhyNotHereAsync(model, cancellationToken) is null)
                here.Add(model);
        }
        return here;
    }

    private async Task<Generation?> SeenAsync(HttpContext http, string id) =>
        id.Length == 32 && await generations.FindAsync(id, http.RequestAborted) is { } generation && CurrentUser.CallerOf(http).MaySee(generation) ? generation : null;

    private async Task<IReadOnlyList<IReadOnlyList<GenerationView>>> LatestAsync(string owner, CancellationToken cancellationToken)
    {
        var latest = await generations.ListAsync(new GenerationFilter { Owner = owner }, limit: MostListed, cancellationToken: cancellationToken);
        var batches = latest.GroupBy(generation => generation.BatchId, StringComparer.Ordinal).ToList();
        // The list may end in the middle of its last batch.
        if (latest.Count == MostListed && batches.Count > 1)
            batches.RemoveAt(batches.Count - 1);
        var shown = new List<IReadOnlyList<GenerationView>>();
        foreach (var batch in batches.Take(MostBatches))
            shown.Add(await views.OfAsync([.. batch.OrderBy(generation => generation.BatchIndex)], cancellationToken));
        return shown;
    }

    private async Task<string> EstimateAsync(Model model, string count, CancellationToken cancellationToken)
    {
        var images = int.TryParse(count, out var number) ? Math.Clamp(number, 1, 16) : 1;
        var rounds = Math.Ceiling(images / (double)Math.Max(1, settings.Worker.Concurrency));
        var seconds = await estimates.SecondsAsync(model.Id, cancellationToken) * rounds;
        return $"about {Wording.Duration(seconds)}, {Wording.Price(model.PricePerImage * images)}";
    }

    private async Task<(ReadOnlyMemory<byte>? Bytes, FieldError? Problem)> UploadAsync(IFormFile? file, CancellationToken cancellationToken)
    {
        if (file is null || file.Length == 0)
            return (null, null);
        if (file.Length > settings.Limits.MaxUploadBytes)
            return (null, new FieldError("input_images", null, $"input_images may have at most {Wording.Bytes(settings.Limits.MaxUploadBytes)}."));
        using var buffer = new MemoryStream((int)file.Length);
        await file.CopyToAsync(buffer, cancellationToken);
        return (buffer.ToArray(), null);
    }
}

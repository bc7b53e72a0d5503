// Shows the create page and takes its form. A form that is refused comes back as it was typed; one that is accepted sends the browser on.
using Atelier.Catalogue;
using Atelier.Generating;
using Atelier.Imaging;
using Atelier.Submitting;
using Atelier.Web.Components.Create;
using Atelier.Web.Components.Credits;
using Atelier.Web.Components.Gallery;
using Atelier.Web.Components.Layout;
using Atelier.Web.Configuration;
using Atelier.Web.Endpoints;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Pages;

internal sealed class CreateHandlers(
    PageFrames frames, GenerationStore generations, GenerationViews views, Batches batches, ModelCatalogue catalogue, ModelChoices models, Outlooks outlooks,
    Submission submission, GenerationCommands commands, OwnStyles styles, ImageLimits imageLimits, AtelierSettings settings)
{
    /// <summary>The cookie in which a browser remembers whether its reader last made pictures public.</summary>
    public const string VisibilityCookie = "visibility";

    private const int MostFiles = 16;

    /// <summary>The page, filled in from its address; or what was made before what it shows.</summary>
    public async Task<IResult> ShowAsync(HttpContext http)
    {
        if (http.Request.Query["before"].ToString() is var before && GenerationIds.IsLegal(before))
            return await ShowEarlierAsync(http, before);
        var form = new CreateForm { Model = catalogue.Default.Id, Visibility = http.Request.Cookies[VisibilityCookie] == "public" ? "public" : "private" };
        if (await SeenAsync(http, http.Request.Query["from"].ToString()) is { } like)
            form = CreateForm.Like(like);
        return await ShowAsync(http, form.With(http.Request.Query.Where(field => field.Key != "key")), StatusCodes.Status200OK);
    }

    /// <summary>Takes the form.</summary>
    public async Task<IResult> SubmitAsync(HttpContext http)
    {
        var fields = await http.Request.ReadFormAsync(http.RequestAborted);
        var form = FormOf(fields);
        var (uploads, problem) = await UploadsAsync("input_images", fields.Files.GetFiles("image"), http.RequestAborted);
        var (masks, maskProblem) = await UploadsAsync("mask", fields.Files.GetFiles("mask"), http.RequestAborted);
        // Whatever it was made from may be gone by now; that keeps nobody from painting.
        if (form.Parent.Length > 0 && (!Parent.Kinds.Contains(form.ParentKind) || await SeenAsync(http, form.Parent) is null))
            form = form with { Parent = "" };
        var (request, errors) = form.ToRequest(uploads, masks.Count > 0 ? masks[0] : (ReadOnlyMemory<byte>?)null, CurrentUser.Of(http).MaxPriority);
        errors = [.. errors, .. new[] { problem, maskProblem }.OfType<FieldError>()];
        var result = errors.Count > 0 ? new SubmissionResult.Invalid(errors) : await SubmitAsync(http, request, form.Key);
        switch (result)
        {
            case SubmissionResult.Accepted accepted:
                await PutFirstAsync(http, form, accepted);
                Remember(http, form.Visibility);
                return Answers.SeeOther(http, AddressAfter(form, accepted.Generations[0]));
            case SubmissionResult.Invalid invalid:
                return await RefuseAsync(http, form, invalid.Errors);
            case SubmissionResult.QueueFull full:
                return await RefuseAsync(http, form, [new FieldError(
                    "prompt", null, $"prompt has to wait: {Wording.Number(full.Unfinished)} of your pictures are unfinished, and {Wording.Number(full.Max)} are the most.")]);
            case SubmissionResult.NotEnoughCredits poor:
                return await RefuseAsync(http, form, [new FieldError(
                    "prompt", null, $"prompt needs {CreditWording.Count(poor.Price)}, and you have {Wording.Number(poor.Available)}.")]);
            default:
                throw new InvalidOperationException($"Unknown result {result.GetType().Name}.");
        }
    }

    /// <summary>Fills the form with what an uploaded picture tells of its making. The picture is inspected like every other and kept nowhere.</summary>
    public async Task<IResult> ReadSettingsAsync(HttpContext http)
    {
        var fields = await http.Request.ReadFormAsync(http.RequestAborted);
        var form = FormOf(fields);
        var (uploads, problem) = await UploadsAsync("input_images", [.. fields.Files.GetFiles("image").Take(1)], http.RequestAborted);
        if (problem is not null || uploads.Count == 0)
            return await RefuseAsync(http, form, [problem ?? new FieldError("input_images", null, "input_images needs a picture to read settings from.")]);
        switch (ImageInspector.Inspect(uploads[0].Span, imageLimits))
        {
            case Inspection.Rejected rejected:
                return await RefuseAsync(http, form, [new FieldError("input_images", null, $"input_images cannot be used: {rejected.Message}")]);
            case Inspection.Accepted accepted:
                var format = accepted.Facts.Format;
                accepted.Dispose();
                return EmbeddedSettings.Read(uploads[0].Span, format) is { } told
                    ? await ShowAsync(http, form.With(told, catalogue), StatusCodes.Status200OK)
                    : await RefuseAsync(http, form, [new FieldError("input_images", null, "input_images tells nothing of how it was made.")]);
            case var unknown:
                throw new InvalidOperationException($"Unknown inspection {unknown.GetType().Name}.");
        }
    }

    /// <summary>What of the form changes with its other fields, as fragments: hints, cost and wait, what the model takes.</summary>
    public async Task<IResult> OutlookAsync(HttpContext http, PageRenderer renderer)
    {
        var form = FormOf(await http.Request.ReadFormAsync(http.RequestAborted));
        var html = await renderer.RenderAsync<FormFragments>(new Dictionary<string, object?>
        {
            [nameof(FormFragments.Circumstances)] = frames.CircumstancesOf(http),
            [nameof(FormFragments.Form)] = form,
            [nameof(FormFragments.Model)] = catalogue.Find(form.Model) ?? catalogue.Default,
            [nameof(FormFragments.References)] = await ReferencesAsync(http, form),
            [nameof(FormFragments.Outlook)] = await outlooks.OfAsync(form, CurrentUser.Of(http), http.RequestAborted),
        });
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Text(html, "text/html; charset=utf-8");
    }

    /// <summary>The reader's own latest prompts, the latest first, each once.</summary>
    public async Task<IResult> PromptsAsync(HttpContext http)
    {
        var latest = await generations.ListAsync(
            new GenerationFilter { Owner = CurrentUser.Of(http).Owner }, limit: GenerationStore.MaxPage, cancellationToken: http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(latest.Select(generation => generation.PromptTemplate ?? generation.Prompt).Distinct(StringComparer.Ordinal).Take(50).ToArray());
    }

    private static CreateForm FormOf(IFormCollection fields)
    {
        var form = new CreateForm().With(fields);
        return form.Key.Length is 0 or > Submission.MaxIdempotencyKey ? form with { Key = new CreateForm().Key } : form;
    }

    private async Task<SubmissionResult> SubmitAsync(HttpContext http, GenerationRequest request, string key)
    {
        var result = await submission.SubmitAsync(request, CurrentUser.Of(http), $"form-{key}", http.RequestAborted);
        // Somebody went back and changed the form: that is a new wish, not the old one again.
        return result is SubmissionResult.KeyReused
            ? await submission.SubmitAsync(request, CurrentUser.Of(http), idempotencyKey: null, http.RequestAborted)
            : result;
    }

    // The last one first, so that they stand in their order in front of the others. What is lost between two of these is the place, not the picture.
    private async Task PutFirstAsync(HttpContext http, CreateForm form, SubmissionResult.Accepted accepted)
    {
        if (form.Front.Length == 0 || accepted.Replayed)
            return;
        foreach (var generation in accepted.Generations.Reverse())
            await commands.FrontAsync(generation.Id, generation.Owner, http.RequestAborted);
    }

    private static void Remember(HttpContext http, string visibility) => http.Response.Cookies.Append(VisibilityCookie, visibility, new CookieOptions
    {
        MaxAge = TimeSpan.FromDays(365), SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps, HttpOnly = true, IsEssential = true,
    });

    // The address fills the form again, so that without script, too, the next picture begins where this one did.
    private static string AddressAfter(CreateForm form, Generation first)
    {
        var address = $"{Links.Filled(first.Id)}&count={Uri.EscapeDataString(form.Count)}";
        if (form.Seed.Length > 0)
            address += $"&seed={Uri.EscapeDataString(form.Seed)}";
        return address + string.Concat(form.References.Select(reference => $"&reference={Uri.EscapeDataString(reference)}"));
    }

    private Task<IResult> RefuseAsync(HttpContext http, CreateForm form, IReadOnlyList<FieldError> errors) =>
        ShowAsync(http, form.Refused(errors), StatusCodes.Status422UnprocessableEntity);

    private async Task<IResult> ShowAsync(HttpContext http, CreateForm form, int status)
    {
        var frame = await frames.OfAsync(http);
        var user = CurrentUser.Of(http);
        var references = await ReferencesAsync(http, form);
        var model = catalogue.Find(form.Model) ?? catalogue.Default;
        var (choices, more) = await models.OfAsync(model, all: http.Request.Query["models"] == "all", http.RequestAborted);
        return new Page<CreatePage>(new Dictionary<string, object?>
        {
            [nameof(CreatePage.Frame)] = frame with { Path = HttpMethods.IsPost(http.Request.Method) ? Links.Create : frame.Path },
            [nameof(CreatePage.Form)] = form with { References = [.. references.Select(reference => reference.Id)] },
            [nameof(CreatePage.Catalogue)] = catalogue,
            [nameof(CreatePage.OwnStyles)] = await styles.ListAsync(user.Owner, http.RequestAborted),
            [nameof(CreatePage.Choices)] = choices,
            [nameof(CreatePage.MoreModels)] = more,
            [nameof(CreatePage.Outlook)] = await outlooks.OfAsync(form, user, http.RequestAborted),
            [nameof(CreatePage.Batches)] = await batches.OfAsync(user.Owner, before: null, http.RequestAborted),
            [nameof(CreatePage.References)] = references,
        }, status);
    }

    private async Task<IResult> ShowEarlierAsync(HttpContext http, string before) => new Page<EarlierPage>(new Dictionary<string, object?>
    {
        [nameof(EarlierPage.Frame)] = await frames.OfAsync(http),
        [nameof(EarlierPage.Batches)] = await batches.OfAsync(CurrentUser.Of(http).Owner, before, http.RequestAborted),
    });

    private async Task<IReadOnlyList<GenerationView>> ReferencesAsync(HttpContext http, CreateForm form)
    {
        var references = new List<GenerationView>();
        foreach (var id in form.References.Take(MostFiles))
        {
            if (await SeenAsync(http, id) is { Picture: not null } generation)
                references.Add(await views.OfAsync(generation, http.RequestAborted));
        }
        return references;
    }

    private async Task<Generation?> SeenAsync(HttpContext http, string id) =>
        id.Length == 32 && await generations.FindAsync(id, http.RequestAborted) is { } generation && CurrentUser.CallerOf(http).MaySee(generation) ? generation : null;

    private async Task<(IReadOnlyList<ReadOnlyMemory<byte>> Files, FieldError? Problem)> UploadsAsync(
        string field, IReadOnlyList<IFormFile> files, CancellationToken cancellationToken)
    {
        var read = new List<ReadOnlyMemory<byte>>();
        foreach (var file in files.Where(file => file.Length > 0))
        {
            if (file.Length > settings.Limits.MaxUploadBytes)
                return ([], new FieldError(field, null, $"{field} may have at most {Wording.Bytes(settings.Limits.MaxUploadBytes)}."));
            if (read.Count == MostFiles)
                return ([], new FieldError(field, null, $"{field} may be at most {MostFiles}."));
            using var buffer = new MemoryStream((int)file.Length);
            await file.CopyToAsync(buffer, cancellationToken);
            read.Add(buffer.ToArray());
        }
        return (read, null);
    }
}

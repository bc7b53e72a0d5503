// Shows one generation and carries out what its owner does with it. Each command is the product's own; nothing is kept here.
using Atelier.Durable;
using Atelier.Generating;
using Atelier.Web.Components.Gallery;
using Atelier.Web.Components.Layout;
using Atelier.Web.Endpoints;
using Atelier.Web.Configuration;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Pages;

internal sealed class ImageHandlers(
    PageFrames frames, GenerationStore generations, GenerationViews views, GenerationCommands commands, Neighbours neighbours,
    DeletedGenerations deleted, PictureFiles files, PictureAroundReader around, Viewers viewers, AtelierSettings settings, JobQueue queue, TimeProvider time)
{
    /// <summary>The page of one generation.</summary>
    public async Task<IResult> ShowAsync(string id, HttpContext http)
    {
        var frame = await frames.OfAsync(http);
        if (await SeenAsync(id, http) is not { } generation)
            return await Answers.NotFoundAsync(frames, http);
        await viewers.CountAsync(generation, http);
        var context = Context.Of(http);
        var (newer, older) = await neighbours.OfAsync(generation, context, CurrentUser.CallerOf(http).Id, http.RequestAborted);
        return new Page<ImagePage>(new Dictionary<string, object?>
        {
            [nameof(ImagePage.Frame)] = frame,
            [nameof(ImagePage.View)] = await views.OfAsync(generation, http.RequestAborted),
            [nameof(ImagePage.Around)] = await around.OfAsync(generation, CurrentUser.CallerOf(http), http.RequestAborted),
            [nameof(ImagePage.Site)] = (settings.Server.PublicUrl?.ToString() ?? $"{http.Request.Scheme}://{http.Request.Host}").TrimEnd('/'),
            [nameof(ImagePage.Context)] = context,
            [nameof(ImagePage.Newer)] = newer,
            [nameof(ImagePage.Older)] = older,
        });
    }

    /// <summary>The latest preview of an unfinished picture.</summary>
    public async Task<IResult> PreviewAsync(string id, HttpContext http)
    {
        var job = await SeenAsync(id, http) is { IsFinished: false, JobId: { } known } ? known : (long?)null;
        var progress = job is null ? null : await queue.ReadProgressAsync(new JobId(job.Value), http.RequestAborted);
        if (progress?.PreviewType is not { } type)
            return TypedResults.NotFound();
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Bytes(progress.Preview, type);
    }

    /// <summary>Cancels it.</summary>
    public async Task<IResult> CancelAsync(string id, HttpContext http) =>
        await AnswerAsync(await commands.CancelAsync(id, CurrentUser.Of(http).Owner, http.RequestAborted), http);

    /// <summary>Tries it again.</summary>
    public async Task<IResult> RetryAsync(string id, HttpContext http) =>
        await AnswerAsync(await commands.RetryAsync(id, CurrentUser.Of(http).Owner, http.RequestAborted), http);

    /// <summary>Deletes it, and says how to have it back.</summary>
    public async Task<IResult> DeleteAsync(string id, HttpContext http)
    {
        var at = time.GetUtcNow();
        if (await commands.DeleteAsync(id, CurrentUser.Of(http).Owner, at, http.RequestAborted) == CommandResult.NotFound)
            return await Answers.NotFoundAsync(frames, http);
        if (deleted.CanBeUndone)
            new Notice(Deed.Deleted, 1, at).Show(http);
        var back = (await http.Request.ReadFormAsync(http.RequestAborted))["return"].ToString();
        // Its own page is gone; the list that one came from is named in that page's address.
        return Answers.Back(http, back.StartsWith(Links.Generation(id), StringComparison.Ordinal) ? Context.Of(back).Address : back, Links.Library);
    }

    /// <summary>Changes who may see it, or whether it is safe for work.</summary>
    public async Task<IResult> ChangeAsync(string id, HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var visibility = StatusNames.Visibilities.Contains(form["visibility"].ToString()) ? StatusNames.ParseVisibility(form["visibility"].ToString()) : (Visibility?)null;
        var nsfw = form["nsfw"].ToString() switch { "1" => true, "0" => false, _ => (bool?)null };
        return await AnswerAsync(await commands.ChangeAsync(id, CurrentUser.Of(http).Owner, new GenerationChange(visibility, nsfw), http.RequestAborted), http);
    }

    /// <summary>A small copy of a picture that its owner can still restore.</summary>
    public async Task<IResult> DeletedAsync(string id, HttpContext http)
    {
        if (await deleted.FindAsync(id, CurrentUser.Of(http).Owner, http.RequestAborted) is not { Picture: { } picture } generation)
            return TypedResults.NotFound();
        var answer = await files.ShowAsync(http.Response, generation, picture, PictureVariant.Thumbnail, http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return answer;
    }

    // Whatever was done or had already happened: the page that the reader comes back to shows how things stand.
    private async Task<IResult> AnswerAsync(CommandResult result, HttpContext http)
    {
        if (result == CommandResult.NotEnoughCredits)
            return Answers.Problem(frames, http, StatusCodes.Status402PaymentRequired, "There are not enough credits", "Nothing was changed. Pictures that are unfinished hold some: they come back if these fail or are canceled.");
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        return result == CommandResult.NotFound ? await Answers.NotFoundAsync(frames, http) : Answers.Back(http, form["return"]);
    }

    private async Task<Generation?> SeenAsync(string id, HttpContext http) =>
        await generations.FindAsync(id, http.RequestAborted) is { } generation && CurrentUser.CallerOf(http).MaySee(generation) ? generation : null;
}

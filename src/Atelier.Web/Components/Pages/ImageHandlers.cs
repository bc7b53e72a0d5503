// Shows one generation and carries out what its owner does with it. Each command is the product's own; nothing is kept here.
using Atelier.Durable;
using Atelier.Generating;
using Atelier.Web.Components.Gallery;
using Atelier.Web.Components.Layout;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Pages;

internal sealed class ImageHandlers(
    PageFrames frames, GenerationStore generations, GenerationViews views, GenerationCommands commands, Neighbours neighbours,
    JobQueue queue)
{
    /// <summary>The page of one generation.</summary>
    public async Task<IResult> ShowAsync(string id, HttpContext http)
    {
        var frame = await frames.OfAsync(http);
        if (await SeenAsync(id, http) is not { } generation)
            return await Answers.NotFoundAsync(frames, http);
        var (newer, older) = await neighbours.OfAsync(generation, http.RequestAborted);
        return new Page<ImagePage>(new Dictionary<string, object?>
        {
            [nameof(ImagePage.Frame)] = frame,
            [nameof(ImagePage.View)] = await views.OfAsync(generation, http.RequestAborted),
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

    /// <summary>Deletes it.</summary>
    public async Task<IResult> DeleteAsync(string id, HttpContext http)
    {
        var result = await commands.DeleteAsync(id, CurrentUser.Of(http).Owner, http.RequestAborted);
        return result == CommandResult.NotFound ? await Answers.NotFoundAsync(frames, http) : Answers.SeeOther(http, Links.Library);
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

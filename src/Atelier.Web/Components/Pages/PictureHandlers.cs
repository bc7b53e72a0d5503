// What a reader does with a picture that he sees: likes it, collects it, has more of its kind made. Each command is the product's own.
using Atelier.Gallery;
using Atelier.Generating;
using Atelier.Submitting;
using Atelier.Web.Components.Layout;
using Atelier.Web.Endpoints;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Pages;

internal sealed class PictureHandlers(
    PageFrames frames, GenerationStore generations, Likes likes, Viewers viewers, Collections collections, Submission submission, Descendants descendants, TimeProvider time)
{
    /// <summary>Likes it, or no longer.</summary>
    public async Task<IResult> LikeAsync(string id, HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        return GenerationIds.IsLegal(id)
            && await likes.SetAsync(id, CurrentUser.CallerOf(http).Id, http.Request.Query["liked"] == "1", http.RequestAborted) is not null
                ? Answers.Back(http, form["return"], Links.Generation(id))
                : await Answers.NotFoundAsync(frames, http);
    }

    /// <summary>Counts that somebody looks at it.</summary>
    public async Task<IResult> SeenAsync(string id, HttpContext http)
    {
        if (await generations.FindVisibleAsync(id, http, http.RequestAborted) is { } generation)
            await viewers.CountAsync(generation, http);
        return TypedResults.NoContent();
    }

    /// <summary>Puts it into one of the reader's collections.</summary>
    public async Task<IResult> CollectAsync(string id, HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (collection, owner) = (form["collection"].ToString(), CurrentUser.CallerOf(http).Id);
        if (!GenerationIds.IsLegal(id) || !GenerationIds.IsLegal(collection))
            return await Answers.NotFoundAsync(frames, http);
        switch (await collections.AddAsync(collection, owner, [id], http.RequestAborted))
        {
            case CollectionResult.NotFound:
                return await Answers.NotFoundAsync(frames, http);
            case CollectionResult.Full:
                return Answers.Problem(frames, http, StatusCodes.Status409Conflict, "That collection is full", "Begin another one for this picture.");
            default:
                new Notice(Deed.Collected, 1, time.GetUtcNow()).Show(http);
                return Answers.Back(http, form["return"], Links.Generation(id));
        }
    }

    /// <summary>Has more of its kind made.</summary>
    public Task<IResult> VaryAsync(string id, HttpContext http) => SubmitAsync(id, http, descendants.VariationsOf);

    /// <summary>Has it made again, larger.</summary>
    public Task<IResult> UpscaleAsync(string id, HttpContext http) =>
        SubmitAsync(id, http, generation => descendants.CanUpscale(generation) ? descendants.UpscaleOf(generation) : null);

    private async Task<IResult> SubmitAsync(string id, HttpContext http, Func<Generation, GenerationRequest?> wish)
    {
        if (await generations.FindVisibleAsync(id, http, http.RequestAborted) is not { } generation || wish(generation) is not { } request)
            return await Answers.NotFoundAsync(frames, http);
        return await submission.SubmitAsync(request, CurrentUser.Of(http), idempotencyKey: null, http.RequestAborted) switch
        {
            SubmissionResult.Accepted => Answers.SeeOther(http, Links.Create),
            SubmissionResult.Invalid invalid => Answers.Problem(frames, http, StatusCodes.Status422UnprocessableEntity, "That cannot be made",
                Wording.FieldSentence(invalid.Errors[0])),
            _ => Answers.Problem(frames, http, StatusCodes.Status429TooManyRequests, "Not now",
                "Too many of your pictures are unfinished, or your credits do not suffice. Nothing was begun."),
        };
    }
}

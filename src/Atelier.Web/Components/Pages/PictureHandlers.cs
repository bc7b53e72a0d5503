// What a reader does with a picture that he sees: looks at it, has more of its kind made. Each command is the product's own.
using Atelier.Generating;
using Atelier.Submitting;
using Atelier.Web.Components.Layout;
using Atelier.Web.Endpoints;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Pages;

internal sealed class PictureHandlers(
    PageFrames frames, GenerationStore generations, Viewers viewers, Submission submission, Descendants descendants)
{
    /// <summary>Counts that somebody looks at it.</summary>
    public async Task<IResult> SeenAsync(string id, HttpContext http)
    {
        if (await generations.FindVisibleAsync(id, http, http.RequestAborted) is { } generation)
            await viewers.CountAsync(generation, http);
        return TypedResults.NoContent();
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

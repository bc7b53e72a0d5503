// The words that prompts may not hold, or that mark a picture, over HTTP. A change holds in all processes within seconds.
using Atelier.Client;
using Atelier.Moderation;
using Atelier.Submitting;
using Atelier.Web.Configuration;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Atelier.Web.Endpoints;

internal static class PromptWordEndpoints
{
    private static readonly string[] Rules = ["block", "nsfw"];

    public static void Map(RouteGroupBuilder moderators)
    {
        var words = moderators.MapGroup("/prompt-words");
        words.MapGet("", ListAsync).WithName("listPromptWords").WithSummary("List the words that do something in prompts")
            .Produces<PromptWordList>().Refuses(400, 403);
        words.MapPut("/{word}", PutAsync).Allow(Access.Admin).WithName("putPromptWord").WithSummary("Put a word on the list, or change what it does")
            .WithDescription("Whole words are compared, without regard to case, accents and width; several words in a row count as one entry.")
            .Accepts<PromptWordChange>("application/json").Produces<PromptWordRecord>().Refuses(400, 403, 413, 415, 422);
        words.MapDelete("/{word}", RemoveAsync).Allow(Access.Admin).WithName("removePromptWord").WithSummary("Take a word off the list")
            .Produces(StatusCodes.Status204NoContent).Refuses(400, 403, 404);
    }

    public static PromptWordRecord Of(PromptWord word) => new(word.Word, PromptWords.NameOf(word.Rule), word.Note);

    private static async Task<Ok<PromptWordList>> ListAsync(PromptWords words, CancellationToken cancellationToken) =>
        TypedResults.Ok(new PromptWordList([.. (await words.ReadAsync(cancellationToken)).Words.Select(Of)]));

    private static async Task<IResult> PutAsync(
        string word, HttpContext http, PromptWords words, AtelierSettings settings, CancellationToken cancellationToken)
    {
        using var body = await RequestBody.ReadAsync(http.Request, settings.Limits, cancellationToken);
        if (body.Problem is { } problem)
            return problem;
        var errors = new List<FieldError>();
        var fields = new JsonFields(body.Root!.RootElement, ["rule", "note"], errors);
        var (rule, note) = (fields.Text("rule"), ModerationReader.Plain(fields, "note", PromptWords.MaxNote, errors) ?? "");
        if (!Rules.Contains(rule) && !errors.Exists(error => error.Field == "rule"))
            errors.Add(new FieldError("rule", rule is null ? null : Shown.Short(rule), "rule must be block or nsfw.", Rules));
        if (errors.Count > 0)
            return ProblemResult.InvalidFields(errors);
        return await words.PutAsync(CurrentUser.CallerOf(http).Id, word, rule == "block" ? WordRule.Block : WordRule.Nsfw, note, cancellationToken) is { } put
            ? TypedResults.Ok(Of(put))
            : ProblemResult.InvalidFields([new FieldError("word", Shown.Short(word), $"word must hold a letter or a digit, and at most {PromptWords.MaxWord} characters.")]);
    }

    private static async Task<IResult> RemoveAsync(string word, HttpContext http, PromptWords words, CancellationToken cancellationToken) =>
        await words.RemoveAsync(CurrentUser.CallerOf(http).Id, word, cancellationToken)
            ? TypedResults.NoContent()
            : ProblemResult.Of(ProblemKind.NotFound, $"'{Shown.Short(word)}' is not on the list.");
}

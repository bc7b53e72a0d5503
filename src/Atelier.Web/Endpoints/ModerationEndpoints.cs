// Reports, hiding, marking, bans, words and the audit log over HTTP. Every act is done, and written down, when the answer is sent.
using Atelier.Accounts;
using Atelier.Client;
using Atelier.Generating;
using Atelier.Moderation;
using Atelier.Submitting;
using Atelier.Web.Configuration;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Atelier.Web.Endpoints;

internal static class ModerationEndpoints
{
    private static readonly QueryParameter Limit = new("limit", "How many.") { Min = 1, Max = Reports.MaxPage, Default = 50 };

    private static readonly QueryParameters ListParameters = new(
        [Limit, new("state", "open, the oldest first (the default), or resolved, the latest first."), new("after", "The next_after of the page before.")]);

    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/generations/{id}/report", ReportPictureAsync).WithTags("Moderation").Allow(Access.Write).WithName("reportGeneration")
            .WithSummary("Report a picture to the moderators")
            .WithDescription("One open report for each reporter: filing again answers the first one (200).")
            .Accepts<ReportRequest>("application/json").Produces<ReportRecord>().Produces<ReportRecord>(StatusCodes.Status201Created)
            .Refuses(400, 403, 404, 413, 415, 422, 429);
        api.MapPost("/users/{username}/report", ReportAccountAsync).WithTags("Moderation").Allow(Access.Write).WithName("reportUser")
            .WithSummary("Report an account to the moderators")
            .Accepts<ReportRequest>("application/json").Produces<ReportRecord>().Produces<ReportRecord>(StatusCodes.Status201Created)
            .Refuses(400, 403, 404, 409, 413, 415, 422, 429);
        var group = api.MapGroup("").WithTags("Moderation").Allow(Access.Moderator);
        group.MapGet("/reports", ListAsync).WithName("listReports").WithSummary("List the reports").WithMetadata(ListParameters)
            .Produces<ReportPage>().Refuses(400, 403);
        group.MapPost("/reports/{id}/resolve", ResolveAsync).WithName("resolveReport").WithSummary("Decide a report")
            .WithDescription("Carries the decision out in the same transaction. All but dismiss close every open report about the same.")
            .Accepts<ReportResolution>("application/json").Produces<ReportRecord>().Refuses(400, 403, 404, 409, 413, 415, 422);
        MapPictures(group.MapGroup("/generations/{id}"));
        AuditEndpoints.Map(group);
        PromptWordEndpoints.Map(group);
    }

    private static void MapPictures(RouteGroupBuilder picture)
    {
        picture.MapPost("/hide", HideAsync).WithName("hideGeneration").WithSummary("Hide a picture from everybody but its owner")
            .Accepts<HideRequest>(isOptional: true, "application/json").Produces<GenerationRecord>().Refuses(400, 403, 404, 413, 415, 422);
        Act("unhide", "unhideGeneration", "Show a hidden picture again", (acts, id, actor, ends) => acts.UnhideAsync(id, actor, ends));
        Act("mark-nsfw", "markGenerationNsfw", "Mark a picture as not safe for work", (acts, id, actor, ends) => acts.MarkAsync(id, actor, nsfw: true, ends));
        Act("unmark-nsfw", "unmarkGenerationNsfw", "Take the mark away again", (acts, id, actor, ends) => acts.MarkAsync(id, actor, nsfw: false, ends));

        void Act(string word, string name, string summary, Func<PictureActs, string, string, CancellationToken, Task<ActResult>> act) =>
            picture.MapPost($"/{word}", async (string id, HttpContext http, PictureActs acts, GenerationStore generations, GenerationRecords records, CancellationToken ends) =>
                    await AnswerAsync(await act(acts, GenerationIds.IsLegal(id) ? id : "", CurrentUser.CallerOf(http).Id, ends), id, generations, records, ends))
                .WithName(name).WithSummary(summary).Produces<GenerationRecord>().Refuses(400, 403, 404);
    }

    private static async Task<IResult> ReportPictureAsync(
        string id, HttpContext http, GenerationStore generations, Reports reports, ModerationRecords records, AtelierSettings settings,
        CancellationToken cancellationToken)
    {
        if (await generations.FindVisibleAsync(id, http, cancellationToken) is null)
            return ProblemResult.NoGeneration(id);
        return await FileAsync(http, ReportSubject.Generation, id, reports, records, settings, cancellationToken);
    }

    private static async Task<IResult> ReportAccountAsync(
        string username, HttpContext http, AccountStore accounts, Reports reports, ModerationRecords records, AtelierSettings settings,
        CancellationToken cancellationToken)
    {
        if (await accounts.FindByUsernameAsync(username, cancellationToken) is not { } account)
            return StandingEndpoints.NoAccount(username);
        if (account.Id == CurrentUser.CallerOf(http).Id)
            return ProblemResult.Of(ProblemKind.WrongState, "Nobody reports oneself.");
        return await FileAsync(http, ReportSubject.Account, account.Id, reports, records, settings, cancellationToken);
    }

    private static async Task<IResult> FileAsync(
        HttpContext http, ReportSubject kind, string subject, Reports reports, ModerationRecords records, AtelierSettings settings,
        CancellationToken cancellationToken)
    {
        using var body = await RequestBody.ReadAsync(http.Request, settings.Limits, cancellationToken);
        if (body.Problem is { } problem)
            return problem;
        var errors = new List<FieldError>();
        var fields = new JsonFields(body.Root!.RootElement, ["reason", "words"], errors);
        var (reason, words) = (fields.Text("reason"), ModerationReader.Plain(fields, "words", Reports.MaxWords, errors) ?? "");
        if (!ReportNames.IsReason(reason) && !errors.Exists(error => error.Field == "reason"))
            errors.Add(ModerationReader.NoReason(reason));
        if (errors.Count > 0)
            return ProblemResult.InvalidFields(errors);
        var filing = await reports.FileAsync(CurrentUser.CallerOf(http).Id, kind, subject, reason!, words, cancellationToken);
        if (filing.Report is null)
            return ProblemResult.Of(ProblemKind.QueueFull, $"You have {Reports.MaxOpen} open reports; wait until moderators have looked at some.").After(TimeSpan.FromHours(1));
        var record = (await records.OfAsync([filing.Report], cancellationToken))[0];
        return filing.IsNew ? TypedResults.Created((string?)null, record) : TypedResults.Ok(record);
    }

    private static async Task<IResult> ListAsync(HttpContext http, Reports reports, ModerationRecords records, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http.Request.Query);
        var limit = query.WholeNumber(Limit);
        var state = query.Words("state", ["open", "resolved"]);
        var after = query.Parsed("after", text => GenerationIds.IsLegal(text) ? text : null, "must be the next_after of a page.");
        if (query.Errors.Count > 0)
            return ProblemResult.InvalidParameters(query.Errors);
        var open = state is not ["resolved"];
        var page = await reports.ListAsync(open, after, limit, cancellationToken);
        var more = page.Count == limit && (await reports.ListAsync(open, page[^1].Id, 1, cancellationToken)).Count > 0;
        return TypedResults.Ok(new ReportPage(await records.OfAsync(page, cancellationToken), more ? page[^1].Id : null));
    }

    private static async Task<IResult> ResolveAsync(
        string id, HttpContext http, Reports reports, ModerationRecords records, AtelierSettings settings, CancellationToken cancellationToken)
    {
        using var body = await RequestBody.ReadAsync(http.Request, settings.Limits, cancellationToken);
        if (body.Problem is { } problem)
            return problem;
        var errors = new List<FieldError>();
        var fields = new JsonFields(body.Root!.RootElement, ["decision", "note"], errors);
        var (name, note) = (fields.Text("decision"), ModerationReader.Plain(fields, "note", AccountActs.MaxReason, errors) ?? "");
        var decision = ReportNames.ParseDecision(name);
        if (decision is null && !errors.Exists(error => error.Field == "decision"))
            errors.Add(new FieldError("decision", name is null ? null : Shown.Short(name), $"decision must be one of {string.Join(", ", ReportNames.Decisions)}.", ReportNames.Decisions));
        if (errors.Count > 0)
            return ProblemResult.InvalidFields(errors);
        var legal = GenerationIds.IsLegal(id) ? id : "";
        return await reports.ResolveAsync(legal, CurrentUser.CallerOf(http).Account!, decision!.Value, note, cancellationToken) switch
        {
            ActResult.Done => TypedResults.Ok((await records.OfAsync([(await reports.FindAsync(legal, cancellationToken))!], cancellationToken))[0]),
            ActResult.NotNow => ProblemResult.Of(ProblemKind.WrongState, "The report is decided already, or that decision does not fit what it is about."),
            ActResult.NotAllowed => StandingEndpoints.NotThatOne(),
            _ => ProblemResult.Of(ProblemKind.NotFound, $"There is no report '{Shown.Short(id)}'."),
        };
    }

    private static async Task<IResult> HideAsync(
        string id, HttpContext http, PictureActs acts, GenerationStore generations, GenerationRecords records, AtelierSettings settings,
        CancellationToken cancellationToken)
    {
        var reason = "other";
        if (http.Request.ContentType is not null || http.Request.ContentLength > 0)
        {
            using var body = await RequestBody.ReadAsync(http.Request, settings.Limits, cancellationToken);
            if (body.Problem is { } problem)
                return problem;
            var errors = new List<FieldError>();
            reason = new JsonFields(body.Root!.RootElement, ["reason"], errors).Text("reason") ?? reason;
            if (errors.Count == 0 && !ReportNames.IsReason(reason))
                errors.Add(ModerationReader.NoReason(reason));
            if (errors.Count > 0)
                return ProblemResult.InvalidFields(errors);
        }
        return await AnswerAsync(
            await acts.HideAsync(GenerationIds.IsLegal(id) ? id : "", CurrentUser.CallerOf(http).Id, reason, cancellationToken), id, generations, records, cancellationToken);
    }

    private static async Task<IResult> AnswerAsync(
        ActResult result, string id, GenerationStore generations, GenerationRecords records, CancellationToken cancellationToken) =>
        result == ActResult.Done && await generations.FindAsync(id, cancellationToken) is { } generation
            ? TypedResults.Ok(await records.OfAsync(generation, cancellationToken))
            : ProblemResult.NoGeneration(id);
}

/// <summary>Reads what the bodies of moderators have in common.</summary>
internal static class ModerationReader
{
    public static FieldError NoReason(string? reason) => new(
        "reason", reason is null ? null : Shown.Short(reason), "reason must be one of the list.", [.. ReportNames.Reasons.Select(known => known.Name)]);

    /// <summary>A text of people; null where it is absent.</summary>
    public static string? Plain(JsonFields fields, string name, int max, List<FieldError> errors)
    {
        var text = fields.Text(name);
        if (text is null || IsPlain(text, max))
            return text;
        errors.Add(new FieldError(name, Shown.Short(text), $"{name} must be plain text of at most {max} characters."));
        return null;
    }

    /// <summary>Whether a text is short enough and holds nothing but text.</summary>
    public static bool IsPlain(string text, int max) => text.Length <= max && !text.Any(letter => char.IsControl(letter) && letter is not ('\n' or '\r' or '\t'));
}

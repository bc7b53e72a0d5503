// Shows collections and carries out what their owners do with them. Keeps nothing.
using System.Globalization;
using System.Text;
using Atelier.Gallery;
using Atelier.Web.Components.Layout;
using Atelier.Web.Endpoints;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Pages;

internal sealed class CollectionHandlers(PageFrames frames, Collections collections)
{
    /// <summary>The reader's own collections.</summary>
    public Task<IResult> ListAsync(HttpContext http) => ListAsync(http, problem: null);

    /// <summary>Begins a collection.</summary>
    public async Task<IResult> CreateAsync(HttpContext http)
    {
        var (name, description, isPublic, problem) = await ReadAsync(http);
        if (problem is not null)
            return await ListAsync(http, problem);
        var created = await collections.CreateAsync(CurrentUser.CallerOf(http).Id, name, description, isPublic, http.RequestAborted);
        return created is null
            ? await ListAsync(http, $"There are {Wording.Number(Collections.MaxPerAccount)} collections already, which is as many as there may be.")
            : Answers.SeeOther(http, Links.Collection(created.Id));
    }

    /// <summary>One collection.</summary>
    public Task<IResult> ShowAsync(string id, HttpContext http) => ShowAsync(id, http, problem: null);

    /// <summary>Changes its name, description and who may see it.</summary>
    public async Task<IResult> ChangeAsync(string id, HttpContext http)
    {
        var (name, description, isPublic, problem) = await ReadAsync(http);
        return problem is not null
            ? await ShowAsync(id, http, problem)
            : await AnswerAsync(await collections.ChangeAsync(id, CurrentUser.CallerOf(http).Id, name, description, isPublic, http.RequestAborted), Links.Collection(id), http);
    }

    /// <summary>Deletes it; the pictures stay.</summary>
    public async Task<IResult> DeleteAsync(string id, HttpContext http) =>
        await AnswerAsync(await collections.DeleteAsync(id, CurrentUser.CallerOf(http).Id, http.RequestAborted), Links.Collections, http);

    /// <summary>Puts a picture into the collection that the form names, or into a new one.</summary>
    public async Task<IResult> AddAsync(string id, HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var owner = CurrentUser.CallerOf(http).Id;
        var collection = form["collection"].ToString();
        if (collection.Length == 0 && Plain(form["name"], Collections.MaxName) is { Length: > 0 } name)
            collection = (await collections.CreateAsync(owner, name, "", isPublic: false, http.RequestAborted))?.Id ?? "";
        var result = await collections.AddAsync(collection, owner, [id], http.RequestAborted);
        return result == CollectionResult.Full
            ? Answers.Problem(frames, http, StatusCodes.Status409Conflict, "The collection is full", $"It holds {Wording.Number(Collections.MaxSize)} pictures, which is as many as it can.")
            : await AnswerAsync(result, form["return"].ToString() is { Length: > 0 } back ? back : Links.Collection(collection), http);
    }

    /// <summary>Takes a picture out.</summary>
    public async Task<IResult> RemoveAsync(string id, string generation, HttpContext http) => await AnswerAsync(
        await collections.RemoveAsync(id, CurrentUser.CallerOf(http).Id, generation, http.RequestAborted),
        await BackToAsync(http, "") is { Length: > 0 } back ? back : Links.Collection(id), http);

    /// <summary>Moves a collection past its neighbour.</summary>
    public async Task<IResult> ShiftAsync(string id, HttpContext http) => await AnswerAsync(
        await collections.ShiftAsync(id, CurrentUser.CallerOf(http).Id, http.Request.Query["earlier"] == "1", http.RequestAborted), await BackToAsync(http, $"#collection-{id}"), http);

    /// <summary>Moves a picture past its neighbour.</summary>
    public async Task<IResult> ShiftItemAsync(string id, string generation, HttpContext http) => await AnswerAsync(
        await collections.ShiftAsync(id, CurrentUser.CallerOf(http).Id, generation, http.Request.Query["earlier"] == "1", http.RequestAborted), await BackToAsync(http, $"#item-{generation}"), http);

    // The browser goes on from what was moved, wherever it is now.
    private static async Task<string> BackToAsync(HttpContext http, string item) => (await http.Request.ReadFormAsync(http.RequestAborted))["return"] + item;

    private static CollectionPlace? PlaceOf(HttpContext http) =>
        http.Request.Query["after"].ToString().Split('-') is [var position, var last]
            && long.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out var place) && GenerationIds.IsLegal(last) ? new CollectionPlace(place, last) : null;

    private async Task<IResult> ListAsync(HttpContext http, string? problem)
    {
        var frame = await frames.OfAsync(http);
        var reader = CurrentUser.CallerOf(http);
        var listed = await collections.ListAsync(reader.Id, reader.Id, PlaceOf(http), 61, http.RequestAborted);
        return new Page<CollectionsPage>(new Dictionary<string, object?>
        {
            [nameof(CollectionsPage.Frame)] = frame,
            [nameof(CollectionsPage.Items)] = listed.Take(60).ToList(),
            [nameof(CollectionsPage.Next)] = listed.Count > 60 ? $"{listed[59].Position}-{listed[59].Id}" : null,
            [nameof(CollectionsPage.Problem)] = problem,
        }, problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private async Task<IResult> ShowAsync(string id, HttpContext http, string? problem)
    {
        var frame = await frames.OfAsync(http);
        var reader = CurrentUser.CallerOf(http);
        if (!GenerationIds.IsLegal(id) || await collections.FindAsync(id, reader.Id, http.RequestAborted) is not { } collection)
            return await Answers.NotFoundAsync(frames, http);
        var page = await collections.PicturesAsync(id, reader.Id, PlaceOf(http), ExploreHandlers.PageSize, http.RequestAborted);
        return new Page<CollectionPage>(new Dictionary<string, object?>
        {
            [nameof(CollectionPage.Frame)] = frame,
            [nameof(CollectionPage.Item)] = collection,
            [nameof(CollectionPage.Found)] = page,
            [nameof(CollectionPage.IsArranging)] = reader.Id == collection.Owner && http.Request.Query["arrange"] == "1",
            [nameof(CollectionPage.Problem)] = problem,
        }, problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private async Task<IResult> AnswerAsync(CollectionResult result, string path, HttpContext http) =>
        result == CollectionResult.Done ? Answers.Back(http, path, Links.Collections) : await Answers.NotFoundAsync(frames, http);

    private static async Task<(string Name, string Description, bool IsPublic, string? Problem)> ReadAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (name, description) = (Plain(form["name"], Collections.MaxName), Plain(form["description"], Collections.MaxDescription));
        var problem = name is null or "" ? $"A collection has a name of at most {Collections.MaxName} characters."
            : description is null ? $"A description has at most {Wording.Number(Collections.MaxDescription)} characters."
            : null;
        return (name ?? "", description ?? "", form["public"] == "1", problem);
    }

    // Null where it is too long or holds what no database takes.
    private static string? Plain(string? text, int longest)
    {
        var trimmed = (text ?? "").Trim().ReplaceLineEndings("\n");
        return trimmed.Length <= longest && !trimmed.EnumerateRunes().Any(rune => rune == Rune.ReplacementChar || (Rune.IsControl(rune) && rune.Value != '\n'))
            ? trimmed
            : null;
    }
}

// Does one thing to many selected generations. Each is its own transaction: after a crash some are done, and doing it again does the rest.
using Atelier.Gallery;
using Atelier.Generating;
using Atelier.Web.Components.Layout;
using Atelier.Web.Endpoints;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Pages;

internal sealed class SelectionHandlers(
    PageFrames frames, GenerationCommands commands, DeletedGenerations deleted, Collections collections, PictureArchive archive, TimeProvider time)
{
    /// <summary>The most that is done at once.</summary>
    public const int Most = DeletedGenerations.MostRestored;

    /// <summary>Publishes, hides, marks, deletes or restores what is selected, and says so on the page that follows.</summary>
    public async Task<IResult> ChangeAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (ids, owner, at) = (IdsOf(form), CurrentUser.Of(http).Owner, time.GetUtcNow());
        if (ids.Count > Most)
            return TooMany(http);
        var result = form["act"].ToString() switch
        {
            "delete" => (Deed.Deleted, await EachAsync(ids, id => commands.DeleteAsync(id, owner, at, http.RequestAborted))),
            "restore" => (Deed.Restored, await deleted.RestoreAsync(ids, owner, http.RequestAborted)),
            "publish" => (Deed.Published, await EachAsync(ids, id => commands.ChangeAsync(id, owner, new GenerationChange(Visibility.Public), http.RequestAborted))),
            "hide" => (Deed.Hidden, await EachAsync(ids, id => commands.ChangeAsync(id, owner, new GenerationChange(Visibility.Private), http.RequestAborted))),
            "mark" => (Deed.Marked, await EachAsync(ids, id => commands.ChangeAsync(id, owner, new GenerationChange(Nsfw: true), http.RequestAborted))),
            "collect" => (Deed.Collected, await CollectAsync(form["collection"].ToString(), owner, ids, http.RequestAborted)),
            _ => ((Deed Deed, int Count)?)null,
        };
        if (result is { Count: > 0 } done)
            new Notice(done.Deed, done.Count, at).Show(http);
        return Answers.Back(http, form["return"], Links.Library);
    }

    /// <summary>Takes back what one click deleted.</summary>
    public async Task<IResult> RestoreAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var count = Notice.MomentOf(form["at"]) is { } at ? await deleted.RestoreAsync(at, CurrentUser.Of(http).Owner, http.RequestAborted) : 0;
        if (count > 0)
            new Notice(Deed.Restored, count, time.GetUtcNow()).Show(http);
        return Answers.Back(http, form["return"], Links.Library);
    }

    /// <summary>The selected pictures in one file, written while it is sent.</summary>
    public async Task<IResult> ZipAsync(HttpContext http)
    {
        var ids = IdsOf(await http.Request.ReadFormAsync(http.RequestAborted));
        if (ids.Count > Most)
            return TooMany(http);
        var pictures = await archive.FindAsync(ids, CurrentUser.Of(http).Owner, http.RequestAborted);
        return pictures.Count == 0
            ? Answers.Problem(frames, http, StatusCodes.Status404NotFound, "There is nothing to download", "None of what is selected has a picture.")
            : archive.Send(pictures, http.Response);
    }

    private async Task<int> CollectAsync(string collection, string owner, List<string> ids, CancellationToken cancellationToken) =>
        GenerationIds.IsLegal(collection) && await collections.AddAsync(collection, owner, ids, cancellationToken) == CollectionResult.Done ? ids.Count : 0;

    private static async Task<int> EachAsync(IReadOnlyList<string> ids, Func<string, Task<CommandResult>> command)
    {
        var done = 0;
        foreach (var id in ids)
        {
            if (await command(id) is CommandResult.Done or CommandResult.Requested)
                done++;
        }
        return done;
    }

    private static List<string> IdsOf(IFormCollection form) =>
        [.. form["id"].OfType<string>().Where(GenerationIds.IsLegal).Distinct(StringComparer.Ordinal)];

    private IResult TooMany(HttpContext http) => Answers.Problem(
        frames, http, StatusCodes.Status400BadRequest, "That is too much at once", $"At most {Wording.Number(Most)} pictures can be selected. Nothing was done.");
}

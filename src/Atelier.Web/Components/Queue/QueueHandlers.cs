// What readers do with their own queue: pause, resume, clear and take that back, put first, cancel what belongs together. Each command is the
// product's own; every open page hears of it.
using Atelier.Generating;
using Atelier.Web.Components.Layout;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Atelier.Web.Components.Queue;

internal sealed class QueueHandlers(OwnQueue queue, GenerationCommands commands, PageFrames frames)
{
    /// <summary>Maps the commands.</summary>
    public void Map(RouteGroupBuilder pages)
    {
        Command(pages, Links.PauseQueue, queue.PauseAsync).Allow(Access.Write);
        Command(pages, Links.ResumeQueue, queue.ResumeAsync).Allow(Access.Write);
        Command(pages, Links.ClearQueue, queue.ClearAsync).Allow(Access.Write);
        Command(pages, Links.UndoClear, queue.UndoClearAsync).Allow(Access.Write);
        pages.MapPost("/g/{id}/front", FrontAsync).Allow(Access.Write);
        pages.MapPost("/batches/{id}/cancel", CancelBatchAsync).Allow(Access.Write);
    }

    private static RouteHandlerBuilder Command(RouteGroupBuilder pages, string path, Func<string, CancellationToken, Task> command) =>
        pages.MapPost(path, async (HttpContext http) =>
        {
            await command(CurrentUser.Of(http).Owner, http.RequestAborted);
            return await BackAsync(http);
        });

    private async Task<IResult> FrontAsync(string id, HttpContext http) =>
        await commands.FrontAsync(id, CurrentUser.Of(http).Owner, http.RequestAborted) == CommandResult.NotFound
            ? await Answers.NotFoundAsync(frames, http)
            : await BackAsync(http);

    private async Task<IResult> CancelBatchAsync(string id, HttpContext http) =>
        await commands.CancelBatchAsync(id, CurrentUser.Of(http).Owner, http.RequestAborted) is null
            ? await Answers.NotFoundAsync(frames, http)
            : await BackAsync(http);

    private static async Task<IResult> BackAsync(HttpContext http) =>
        Answers.Back(http, (await http.Request.ReadFormAsync(http.RequestAborted))["return"]);
}

// Where providers tell that a prediction is done. Whatever they say, it only brings the next look forward: the picture is taken from the provider itself.
using Atelier.Durable;
using Atelier.Generating;
using Atelier.Providers;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Atelier.Web.Endpoints;

internal static class WebhookEndpoint
{
    private const int MaxBody = 8 * 1024 * 1024;

    // Not for callers of the API, so not in its description.
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost(WebhookAddress.Path + "/{generation}/{reference}/{token}", ReceiveAsync).ExcludeFromDescription().Allow(Access.Everyone);

    private static async Task<IResult> ReceiveAsync(
        HttpContext http, string generation, string reference, string token, WebhookAddress addresses, GenerationStore generations,
        ProviderRouter router, JobQueue queue, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!addresses.IsOurs(generation, reference, token))
            return Results.NotFound();
        if (await BodyAsync(http.Request, cancellationToken) is not { } body)
            return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
        // A generation that has ended or gone has nothing to be told; the provider need not try again.
        if (await generations.FindAsync(generation, cancellationToken) is not { IsFinished: false, Provider: { } name, JobId: { } job } || router.Find(name) is not { } setup)
            return Results.NoContent();
        var headers = http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        if (setup.Provider.IsGenuine(new WebhookMessage(headers, body), setup.WebhookSecret, time.GetUtcNow()) == false)
            return Results.Unauthorized();
        await queue.WakeAsync(new JobId(job), cancellationToken);
        return Results.NoContent();
    }

    private static async Task<byte[]?> BodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        var block = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(block, cancellationToken)) > 0)
        {
            if (body.Length + read > MaxBody)
                return null;
            body.Write(block, 0, read);
        }
        return body.ToArray();
    }
}

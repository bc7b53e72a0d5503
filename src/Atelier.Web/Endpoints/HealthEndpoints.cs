// Whether this process lives, and whether it can do its work. Nothing here needs a user.
using Atelier.Client;
using Atelier.Durable;
using Atelier.Web.Configuration;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Atelier.Web.Endpoints;

/// <summary>The addresses that supervisors and load balancers ask.</summary>
public static class HealthEndpoints
{
    internal const string Alive = "/healthz", Ready = "/readyz";
    private const string Ok = "ok";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Maps <c>/healthz</c> (the process lives) and <c>/readyz</c> (database, schema and storage are usable).</summary>
    public static IEndpointRouteBuilder MapAtelierHealth(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var group = endpoints.MapGroup("").WithTags("Health").Allow(Access.Everyone);
        group.MapGet(Alive, () => TypedResults.Ok(new HealthRecord(Ok, new Dictionary<string, string>())))
            .WithName("alive").WithSummary("Whether the process lives").Produces<HealthRecord>();
        group.MapGet(Ready, ReadyAsync).WithName("ready").WithSummary("Whether database, schema and storage are usable")
            .Produces<HealthRecord>().Produces<HealthRecord>(StatusCodes.Status503ServiceUnavailable);
        return endpoints;
    }

    private static async Task<JsonHttpResult<HealthRecord>> ReadyAsync(
        Database database, AtelierSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var checks = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["database"] = await CheckAsync(() => CheckSchemaAsync(database, either.Token), "does not answer", cancellationToken),
            ["storage"] = await CheckAsync(() => CheckStorageAsync(settings.Storage.Folder, either.Token), "cannot be written", cancellationToken),
        };
        var ready = checks.Values.All(check => check == Ok);
        return TypedResults.Json(new HealthRecord(ready ? Ok : "unavailable", checks),
            statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    // Details stay inside: whoever asks may be anybody.
    private static async Task<string> CheckAsync(Func<Task<string>> check, string failure, CancellationToken cancellationToken)
    {
        try
        {
            return await check();
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return failure;
        }
    }

    private static async Task<string> CheckSchemaAsync(Database database, CancellationToken cancellationToken) =>
        (await Migrator.PendingAsync(database, AtelierServices.Migrations, cancellationToken)).Count == 0 ? Ok : "waits for its migrations";

    private static async Task<string> CheckStorageAsync(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var probe = Path.Combine(folder, $".ready-{Guid.NewGuid():N}");
        await using var file = new FileStream(probe, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        });
        await file.WriteAsync(new byte[1], cancellationToken);
        return Ok;
    }
}

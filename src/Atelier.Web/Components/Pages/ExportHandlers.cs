// Gives a person everything that is kept of it, as one ZIP file that is made while it is sent: nothing is left behind on disk.
using System.IO.Compression;
using System.Text.Json;
using Atelier.Accounts;
using Atelier.Client;
using Atelier.Generating;
using Atelier.Storage;
using Atelier.Vips;
using Atelier.Web.Endpoints;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Atelier.Web.Components.Pages;

internal sealed class ExportHandlers(GenerationStore generations, GenerationRecords records, BlobStore blobs, PersonalKeys keys, Passkeys passkeys, SessionStore sessions)
{
    private const int PageSize = 100;

    /// <summary>Sends the file.</summary>
    public async Task<IResult> ExportAsync(HttpContext http)
    {
        var (account, ends) = (CurrentUser.CallerOf(http).Account!, http.RequestAborted);
        var response = http.Response;
        // The archive writes its small headers without waiting asynchronously, whatever is asked of it.
        if (http.Features.Get<IHttpBodyControlFeature>() is { } body)
            body.AllowSynchronousIO = true;
        response.ContentType = "application/zip";
        response.Headers.ContentDisposition = $"attachment; filename=\"atelier-{account.Username}.zip\"";
        response.Headers.CacheControl = "no-store";
        await using (var zip = await ZipArchive.CreateAsync(response.Body, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, ends))
        {
            await WriteAsync(zip, "account.json", await DescribeAsync(account, ends), ends);
            if (account.Avatar is { } avatar)
                await CopyAsync(zip, "avatar.webp", avatar, ends);
            await WriteRecordsAsync(zip, account.Id, ends);
            await foreach (var generation in OfAsync(account.Id, ends))
            {
                if (generation.Picture is { } picture)
                    await CopyAsync(zip, $"pictures/{generation.Id}.{ExtensionOf(picture.OriginalType)}", picture.OriginalKey, ends);
            }
        }
        return Results.Empty;
    }

    private async Task<object> DescribeAsync(Account account, CancellationToken cancellationToken) => new
    {
        account.Id, account.Email, account.EmailConfirmed, account.Username, account.FullName, account.Bio, account.Website, Role = RoleNames.Of(account.Role),
        account.ShowsNsfw, account.CreatedAt,
        ApiKeys = (await keys.ListAsync(account.Id, cancellationToken)).Select(key => new { key.Name, key.Hint, Scopes = ScopeNames.Of(key.Scopes), key.CreatedAt, key.UsedAt, key.ExpiresAt }),
        Passkeys = (await passkeys.ListAsync(account.Id, cancellationToken)).Select(passkey => new { passkey.Name, passkey.CreatedAt, passkey.UsedAt }),
        Sessions = (await sessions.ListAsync(account.Id, cancellationToken)).Select(session => new { session.Client, session.Address, session.CreatedAt, session.SeenAt }),
    };

    private async Task WriteRecordsAsync(ZipArchive zip, string owner, CancellationToken cancellationToken)
    {
        await using var stream = await zip.CreateEntry("generations.jsonl").OpenAsync(cancellationToken);
        await foreach (var generation in OfAsync(owner, cancellationToken))
        {
            await JsonSerializer.SerializeAsync(stream, await records.OfAsync(generation, cancellationToken), AtelierJson.Options, cancellationToken);
            await stream.WriteAsync("\n"u8.ToArray(), cancellationToken);
        }
    }

    private async IAsyncEnumerable<Generation> OfAsync(string owner, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? before = null;
        while (await generations.ListAsync(new GenerationFilter { Owner = owner }, before, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var generation in page)
                yield return generation;
            before = page[^1].Id;
        }
    }

    // What was deleted since it was listed is left out.
    private async Task CopyAsync(ZipArchive zip, string name, string key, CancellationToken cancellationToken)
    {
        await using var content = await blobs.OpenAsync(BlobKey.Parse(key), cancellationToken);
        if (content is null)
            return;
        // Pictures are packed as tightly as they can be already.
        await using var stream = await zip.CreateEntry(name, CompressionLevel.NoCompression).OpenAsync(cancellationToken);
        await content.Stream.CopyToAsync(stream, cancellationToken);
    }

    private static async Task WriteAsync(ZipArchive zip, string name, object content, CancellationToken cancellationToken)
    {
        await using var stream = await zip.CreateEntry(name).OpenAsync(cancellationToken);
        await JsonSerializer.SerializeAsync(stream, content, AtelierJson.Options, cancellationToken);
    }

    private static string ExtensionOf(string type) => Enum.GetValues<ImageFormat>().First(format => format.ContentType() == type).Extension();
}

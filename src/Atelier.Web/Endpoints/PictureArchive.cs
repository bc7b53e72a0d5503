// Several pictures as one zip file, written straight into the answer: no temporary file, one picture in memory at a time. A broken connection leaves nothing.
using System.Globalization;
using System.IO.Compression;
using Atelier.Generating;
using Atelier.Vips;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Atelier.Web.Endpoints;

/// <summary>Makes zip files of pictures.</summary>
internal sealed partial class PictureArchive(GenerationStore generations, PictureDownload downloads, TimeProvider time, ILogger<PictureArchive> log)
{
    /// <summary>Those of an owner's generations that have a picture.</summary>
    public async Task<IReadOnlyList<Generation>> FindAsync(IReadOnlyList<string> ids, string owner, CancellationToken cancellationToken)
    {
        var found = new List<Generation>(ids.Count);
        foreach (var id in ids)
        {
            if (await generations.FindAsync(id, cancellationToken) is { Picture: not null } generation && generation.Owner == owner)
                found.Add(generation);
        }
        return found;
    }

    /// <summary>Sends them, each with its making inside, under a name by which people know it again.</summary>
    public IResult Send(IReadOnlyList<Generation> pictures, HttpResponse response)
    {
        response.ContentType = "application/zip";
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment")
        {
            FileName = $"atelier-{time.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}-{pictures.Count}-pictures.zip",
        }.ToString();
        return TypedResults.Stream(body => WriteAsync(pictures, body, response.HttpContext.RequestAborted), "application/zip");
    }

    private async Task WriteAsync(IReadOnlyList<Generation> pictures, Stream body, CancellationToken cancellationToken)
    {
        // The archive writes what follows an entry synchronously, which an answer does not take.
        await using var forward = new ForwardStream(body);
        await using var zip = await ZipArchive.CreateAsync(forward, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var generation in pictures)
        {
            if (await downloads.ReadAsync(generation, cancellationToken) is not { } bytes || ImageFormats.Sniff(bytes.Span) is not { } format)
            {
                LogMissing(generation.Id);
                continue;
            }
            var name = DownloadName.Of(generation, format);
            // Pictures do not get smaller by being packed again.
            var entry = zip.CreateEntry(taken.Add(name) ? name : $"{generation.Id}.{format.Extension()}", CompressionLevel.NoCompression);
            entry.LastWriteTime = generation.CreatedAt;
            await using var content = await entry.OpenAsync(cancellationToken);
            await content.WriteAsync(bytes, cancellationToken);
        }
    }

    [LoggerMessage(4011, LogLevel.Error, "The picture of generation {Id} is not in the store and is missing in a zip file")]
    private partial void LogMissing(string id);
}

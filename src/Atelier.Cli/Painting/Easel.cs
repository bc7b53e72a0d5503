// Takes finished pictures out of storage into files, and says for each what it is: in words, or as one JSON object.

using System.Text.Json;
using Atelier.Cli.Commands;
using Atelier.Cli.Output;
using Atelier.Generating;
using Atelier.Vips;

namespace Atelier.Cli.Painting;

internal sealed class Easel(PictureDownload download, OutputPlan plan, Terminal terminal, bool json)
{
    public async Task<ExitCode> HandOverAsync(IReadOnlyList<Generation> generations, CancellationToken cancellationToken)
    {
        var complete = true;
        foreach (var generation in generations) complete &= await HandOverAsync(generation, cancellationToken);
        return complete ? ExitCode.Ok : ExitCode.Failed;
    }

    // Whether there is a file now.
    private async Task<bool> HandOverAsync(Generation generation, CancellationToken cancellationToken)
    {
        if (generation.Picture is not { } picture) return Complain(generation, generation.Error ?? new GenerationError("canceled", "It was canceled.", Retryable: true));
        if (await download.ReadAsync(generation, cancellationToken) is not { } bytes)
            return Complain(generation, new GenerationError("blob_missing", $"The picture {picture.FullKey} is not in the storage.", Retryable: false));

        var format = ImageFormats.Sniff(bytes.Span) ?? throw new InvalidDataException($"The picture {picture.FullKey} is damaged in the storage.");
        var path = plan.PathOf(generation.BatchIndex, generation.Id, format);
        await plan.WriteAsync(path, bytes, cancellationToken);
        var took = (generation.FinishedAt ?? generation.CreatedAt) - generation.CreatedAt;
        terminal.Out.WriteLine(json ? Json(generation, picture, path, took) : $"{path}  {picture.Width}×{picture.Height}, seed {generation.Seed}, {Duration.Show(took)}");
        foreach (var warning in generation.Warnings.Where(_ => !json)) terminal.Say($"  note: {warning}");
        return true;
    }

    private bool Complain(Generation generation, GenerationError error)
    {
        if (json) terminal.Out.WriteLine(JsonSerializer.Serialize(new { generation.Id, batch = generation.BatchId, status = StatusNames.Of(generation.Status), error }, JsonLines.Format));
        else terminal.Fail(ExitCode.Failed, $"{error.Message} ({error.Code})", error.Retryable ? "trying again may help" : null);
        return false;
    }

    private static string Json(Generation generation, Picture picture, string path, TimeSpan took) => JsonSerializer.Serialize(new
    {
        file = path,
        generation.Id,
        batch = generation.BatchId,
        status = StatusNames.Of(generation.Status),
        generation.Prompt,
        generation.Model,
        generation.Seed,
        picture.Width,
        picture.Height,
        picture.ContentType,
        bytes = new FileInfo(path).Length,
        sha256 = picture.FullKey,
        blurhash = picture.BlurHash,
        seconds = Math.Round(took.TotalSeconds, 3),
        warnings = generation.Warnings,
    }, JsonLines.Format);
}

// Shows the dead letters and queues them again or forgets them. Each is a transaction of its own: after a crash the rest is still here.
using System.Globalization;
using Atelier.Durable;
using Atelier.Operating;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Admin;

internal sealed class DeadLetterHandlers(PageFrames frames, JobQueue queue, OperatorActs acts)
{
    private const int PageSize = 50;

    /// <summary>The page of dead letters that the address names.</summary>
    public async Task<IResult> ShowAsync(HttpContext http)
    {
        var query = DeadLetterQuery.Of(http.Request.Query);
        var letters = await ReadAsync(query, http.RequestAborted);
        return new Page<DeadLettersPage>(new Dictionary<string, object?>
        {
            [nameof(DeadLettersPage.Frame)] = await frames.OfAsync(http),
            [nameof(DeadLettersPage.Query)] = query,
            [nameof(DeadLettersPage.Letters)] = letters.Select(QueueRecords.Of).ToList(),
            [nameof(DeadLettersPage.Next)] = letters.Count == PageSize ? query with { After = letters[^1].Job.Id.Value } : null,
        });
    }

    /// <summary>Queues the chosen ones again, or forgets them.</summary>
    public async Task<IResult> ActAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var ids = form["id"].Select(NumberOf).OfType<long>().Distinct().Take(PageSize).Select(id => new JobId(id)).ToList();
        if (form["all"] == "1")
            ids = [.. (await ReadAsync(DeadLetterQuery.OfAddress(form["return"]), http.RequestAborted)).Select(letter => letter.Job.Id)];
        var actor = CurrentUser.CallerOf(http).Id;
        foreach (var id in ids)
        {
            if (form["act"] == "requeue")
                await acts.RequeueAsync(actor, id, edit: null, http.RequestAborted);
            else if (form["act"] == "discard")
                await acts.DiscardAsync(actor, id, http.RequestAborted);
        }
        return Answers.Back(http, form["return"], AdminLinks.DeadLetters);
    }

    private Task<IReadOnlyList<DeadLetter>> ReadAsync(DeadLetterQuery query, CancellationToken cancellationToken) => queue.DeadLettersAsync(
        new DeadLetterFilter(Lane: query.Lane.Length == 0 ? null : query.Lane, ErrorCode: query.Error.Length == 0 ? null : query.Error),
        query.After is { } after ? new JobId(after) : null, PageSize, cancellationToken);

    internal static long? NumberOf(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>Which dead letters a page shows: all of its state is in the address.</summary>
/// <param name="Lane">Only of this lane; empty for all.</param>
/// <param name="Error">Only with this last error; empty for all.</param>
/// <param name="After">Only behind this job.</param>
public sealed record DeadLetterQuery(string Lane, string Error, long? After)
{
    /// <summary>Whether nothing narrows what is shown.</summary>
    public bool IsPlain => Lane.Length == 0 && Error.Length == 0;

    /// <summary>Reads an address.</summary>
    public static DeadLetterQuery Of(IQueryCollection query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return new DeadLetterQuery(Text(query["lane"]), Text(query["error"]), DeadLetterHandlers.NumberOf(query["after"]));
    }

    /// <summary>Reads an address of this page that a form came from.</summary>
    public static DeadLetterQuery OfAddress(string? address)
    {
        var at = address?.IndexOf('?', StringComparison.Ordinal) ?? -1;
        return Of(new QueryCollection(at < 0 ? [] : Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(address![at..])));
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var parts = new[] { ("lane", Lane), ("error", Error), ("after", After?.ToString(CultureInfo.InvariantCulture) ?? "") }
            .Where(part => part.Item2.Length > 0).Select(part => $"{part.Item1}={Uri.EscapeDataString(part.Item2)}").ToList();
        return parts.Count == 0 ? AdminLinks.DeadLetters : $"{AdminLinks.DeadLetters}?{string.Join('&', parts)}";
    }

    private static string Text(string? text) => (text ?? "").Trim() is { Length: <= 200 } trimmed && !trimmed.Any(char.IsControl) ? trimmed : "";
}

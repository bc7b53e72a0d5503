// Shows the dashboard, the settings and the audit log. Reads only.
using Atelier.Generating;
using Atelier.Moderation;
using Atelier.Operating;
using Atelier.Web.Configuration;
using Atelier.Web.Endpoints;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Admin;

internal sealed class AdminHandlers(
    PageFrames frames, Dashboard dashboard, Alerts alerts, ProviderRouter router, AuditLog audit, ModerationRecords records, AtelierSettings settings)
{
    private const int AuditPageSize = 50;

    /// <summary>The dashboard.</summary>
    public async Task<IResult> DashboardAsync(HttpContext http)
    {
        var frame = await frames.OfAsync(http);
        var numbers = await dashboard.ReadAsync(DashboardRange.Of(http.Request.Query["range"]), http.RequestAborted);
        return new Page<DashboardPage>(new Dictionary<string, object?>
        {
            [nameof(DashboardPage.Frame)] = frame,
            [nameof(DashboardPage.Numbers)] = numbers,
            [nameof(DashboardPage.Charts)] = DashboardCharts.Of(numbers, frame.Circumstances, router.All.Select(setup => setup.Name).ToHashSet(StringComparer.Ordinal)),
            [nameof(DashboardPage.Alerts)] = await alerts.ReadAsync(cancellationToken: http.RequestAborted),
        });
    }

    /// <summary>The settings in force.</summary>
    public async Task<IResult> SettingsAsync(HttpContext http) => new Page<SettingsPage>(new Dictionary<string, object?>
    {
        [nameof(SettingsPage.Frame)] = await frames.OfAsync(http),
        [nameof(SettingsPage.Report)] = settings.Report,
    });

    /// <summary>The audit log.</summary>
    public async Task<IResult> AuditAsync(HttpContext http)
    {
        var query = AuditQuery.Of(http.Request.Query);
        var filter = new AuditFilter(
            await records.IdOfAsync(query.Actor, http.RequestAborted), query.Action.Length == 0 ? null : query.Action, await records.IdOfAsync(query.Subject, http.RequestAborted));
        var listed = await audit.ListAsync(filter, AuditEndpoints.NumberOf(query.Before), AuditPageSize + 1, http.RequestAborted);
        return new Page<AuditPage>(new Dictionary<string, object?>
        {
            [nameof(AuditPage.Frame)] = await frames.OfAsync(http),
            [nameof(AuditPage.Query)] = query,
            [nameof(AuditPage.Entries)] = await records.OfAsync([.. listed.Take(AuditPageSize)], http.RequestAborted),
            [nameof(AuditPage.Next)] = listed.Count > AuditPageSize ? query with { Before = $"{listed[AuditPageSize - 1].Id}" } : null,
        });
    }
}

/// <summary>Which part of the audit log a page shows: all of its state is in the address.</summary>
/// <param name="Actor">Only of this user.</param>
/// <param name="Action">Only these acts.</param>
/// <param name="Subject">Only to this one.</param>
/// <param name="Before">Only before this entry.</param>
public sealed record AuditQuery(string Actor, string Action, string Subject, string? Before)
{
    /// <summary>Reads an address.</summary>
    public static AuditQuery Of(IQueryCollection query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return new AuditQuery(Text(query["actor"]), Text(query["action"]), Text(query["subject"]), query["before"].ToString() is { Length: > 0 } before ? before : null);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var parts = new[] { ("actor", Actor), ("action", Action), ("subject", Subject), ("before", Before ?? "") }
            .Where(part => part.Item2.Length > 0).Select(part => $"{part.Item1}={Uri.EscapeDataString(part.Item2)}").ToList();
        return parts.Count == 0 ? AdminLinks.Audit : $"{AdminLinks.Audit}?{string.Join('&', parts)}";
    }

    private static string Text(string? text) => (text ?? "").Trim() is { Length: <= 200 } trimmed && !trimmed.Any(char.IsControl) ? trimmed : "";
}

// What every page and every live fragment needs to know about the moment it is rendered in. Read from the request; kept nowhere.
using Atelier.Accounts;
using Atelier.Credits;
using Atelier.Web.Components.Queue;

namespace Atelier.Web.Components.Layout;

/// <summary>The circumstances of one rendering, the same for a page and for a fragment that replaces a part of it.</summary>
/// <param name="Assets">The path under which this version's style sheet, modules and icons are served, without a slash at the end.</param>
/// <param name="Now">The time.</param>
/// <param name="Zone">The reader's time zone. Default: UTC.</param>
public sealed record Circumstances(string Assets, DateTimeOffset Now, TimeZoneInfo Zone)
{
    /// <summary>A moment on the reader's clock.</summary>
    public DateTimeOffset Local(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, Zone);
}

/// <summary>What the frame around a page shows.</summary>
public sealed record PageFrame
{
    /// <summary>Time, zone and assets.</summary>
    public required Circumstances Circumstances { get; init; }

    /// <summary>Who reads.</summary>
    public Caller Reader { get; init; } = Caller.Anonymous;

    /// <summary>What the reader can spend; null where pictures cost no credits, and for somebody unknown.</summary>
    public Balance? Credits { get; init; }

    /// <summary>auto, light or dark.</summary>
    public required string Theme { get; init; }

    /// <summary>The page's own path and query: where a command comes back to.</summary>
    public required string Path { get; init; }

    /// <summary>The name of the hidden field that proves that a form came from a page of ours.</summary>
    public required string TokenField { get; init; }

    /// <summary>That field's value.</summary>
    public required string Token { get; init; }

    /// <summary>The queue of the reader.</summary>
    public required QueueView Queue { get; init; }

    /// <summary>How many reports wait for a moderator; null for readers who are none.</summary>
    public int? OpenReports { get; init; }

    /// <summary>Whether the reader left the queue drawer open.</summary>
    public bool QueueOpen { get; init; }

    /// <summary>The address of the live stream that goes on exactly where this page was read.</summary>
    public required string Live { get; init; }
}

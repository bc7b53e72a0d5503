// The sentences in which pages speak of states, times, sizes and prices: one place, so that a tile, the queue and an announcement say the same.
using System.Globalization;
using Atelier.Generating;
using Atelier.Submitting;
using Atelier.Web.Components.Gallery;

namespace Atelier.Web.Components.Layout;

/// <summary>Words for people.</summary>
public static class Wording
{
    /// <summary>Where a generation stands, in a few words.</summary>
    public static string Status(GenerationView view, Circumstances circumstances)
    {
        var generation = view.Generation;
        return generation.Status switch
        {
            GenerationStatus.Queued when generation.RetryAt is { } at => Held(view, circumstances.Local(at)),
            GenerationStatus.Queued => Waiting(view),
            GenerationStatus.Processing when generation.StatusDetail == "storing" => "Saving",
            GenerationStatus.Processing => Join($"Painting {view.Progress}%", Remaining(view.RemainingSeconds)),
            GenerationStatus.Downloading => "Saving",
            GenerationStatus.Completed => "Done",
            GenerationStatus.Failed => "Failed",
            GenerationStatus.Canceled => "Canceled",
            _ => throw new ArgumentOutOfRangeException(nameof(view), generation.Status, "not a status"),
        };
    }

    private static string Held(GenerationView view, DateTimeOffset at) => view.Generation.StatusDetail == "rate_limited"
        ? $"{Capital(view.Generation.Provider ?? view.ModelName)} limit, resumes {at:HH:mm:ss}"
        : $"Try {view.Generation.Attempt + 1} at {at:HH:mm:ss}";

    private static string Waiting(GenerationView view) => Join(
        view.Generation.StatusDetail == "waiting_for_turn" ? "Waiting for its turn"
            : view.Position switch { null => "Waiting", 0 => "Next", 1 => "1 ahead", var ahead => $"{Number(ahead.Value)} ahead" },
        Remaining(view.RemainingSeconds));

    private static string? Remaining(int? seconds) => seconds is null ? null : $"about {Duration(seconds.Value)}";

    /// <summary>A duration in one or two units: 4 s, 2 min, 1 h 5 min.</summary>
    public static string Duration(double seconds) => seconds switch
    {
        < 1 => "1 s",
        < 90 => $"{Math.Ceiling(seconds):0} s",
        < 3_600 => $"{Math.Round(seconds / 60):0} min",
        _ => $"{Math.Floor(seconds / 3_600):0} h {Math.Round(seconds % 3_600 / 60):0} min",
    };

    /// <summary>What one picture costs, in US dollars.</summary>
    public static string Price(decimal dollars) => dollars == 0 ? "free" : $"${dollars.ToString("0.00##", CultureInfo.InvariantCulture)}";

    /// <summary>How long ago a moment was: just now, 5 min ago, 3 h ago, then the day.</summary>
    public static string Ago(DateTimeOffset moment, Circumstances circumstances)
    {
        var ago = circumstances.Now - moment;
        return ago.TotalSeconds < 60 ? "just now"
            : ago.TotalMinutes < 60 ? $"{(int)ago.TotalMinutes} min ago"
            : ago.TotalHours < 12 ? $"{(int)ago.TotalHours} h ago"
            : Day(circumstances.Local(moment), circumstances);
    }

    /// <summary>The time of day of a moment today; the day of an earlier one.</summary>
    public static string Clock(DateTimeOffset moment, Circumstances circumstances)
    {
        var local = circumstances.Local(moment);
        return local.Date == circumstances.Local(circumstances.Now).Date
            ? local.ToString("HH:mm", CultureInfo.InvariantCulture)
            : Day(local, circumstances);
    }

    /// <summary>The day of a local time: Today, Yesterday, Friday 20 November, and the year where it is another.</summary>
    public static string Day(DateTimeOffset local, Circumstances circumstances)
    {
        var today = circumstances.Local(circumstances.Now).Date;
        return (today - local.Date).Days switch
        {
            0 => "Today",
            1 => "Yesterday",
            _ => local.ToString(local.Year == today.Year ? "dddd d MMMM" : "d MMMM yyyy", CultureInfo.InvariantCulture),
        };
    }

    /// <summary>A moment in full on the reader's clock.</summary>
    public static string Moment(DateTimeOffset moment, Circumstances circumstances) =>
        circumstances.Local(moment).ToString("d MMM yyyy, HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>A file size in a unit that fits.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1_000 => $"{bytes} B",
        < 1_000_000 => $"{bytes / 1_000d:0} kB",
        _ => $"{bytes / 1_000_000d:0.0} MB",
    };

    /// <summary>A number with thousands kept apart.</summary>
    public static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>A number in few characters: 999, 1.2k, 45k, 3.1M.</summary>
    public static string Short(long number) => number switch
    {
        < 1_000 => number.ToString(CultureInfo.InvariantCulture),
        < 9_950 => $"{(number / 1_000d).ToString("0.#", CultureInfo.InvariantCulture)}k",
        < 999_500 => $"{(number / 1_000d).ToString("0", CultureInfo.InvariantCulture)}k",
        _ => $"{(number / 1_000_000d).ToString("0.#", CultureInfo.InvariantCulture)}M",
    };

    /// <summary>How many of something, in words.</summary>
    public static string Count(long count, string one, string many) => $"{Number(count)} {(count == 1 ? one : many)}";

    /// <summary>A text cut to a length, for labels and titles.</summary>
    public static string Brief(string text, int length)
    {
        var line = text.ReplaceLineEndings(" ").Trim();
        if (line.Length <= length)
            return line;
        var end = char.IsHighSurrogate(line[length - 1]) ? length - 1 : length;
        return $"{line.AsSpan(0, end).TrimEnd()}…";
    }

    /// <summary>The same text beginning with a capital letter.</summary>
    public static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>What is wrong with a field of a form, as a sentence.</summary>
    public static string FieldSentence(FieldError error)
    {
        var name = error.Field.StartsWith("input_images", StringComparison.Ordinal) ? "image" : error.Field.Replace('_', ' ');
        var rest = error.Message.StartsWith(error.Field, StringComparison.Ordinal) ? error.Message[error.Field.Length..] : $" {error.Message}";
        var allowed = error.Allowed is { Count: > 0 } values ? $" Allowed: {string.Join(", ", values)}." : "";
        return Capital(name) + rest + allowed;
    }

    private static string Join(string first, string? second) => second is null ? first : $"{first}, {second}";
}

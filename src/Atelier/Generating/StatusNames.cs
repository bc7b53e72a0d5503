// The words for statuses and visibilities as they stand in tables, in the API and in pages.
namespace Atelier.Generating;

/// <summary>Translates statuses and visibilities to their lower-case words and back.</summary>
public static class StatusNames
{
    /// <summary>Every status word, in the order of a generation's life.</summary>
    public static IReadOnlyList<string> Statuses { get; } = [.. Enum.GetValues<GenerationStatus>().Select(Of)];

    /// <summary>The word for a status.</summary>
    public static string Of(GenerationStatus status) => status switch
    {
        GenerationStatus.Queued => "queued",
        GenerationStatus.Processing => "processing",
        GenerationStatus.Downloading => "downloading",
        GenerationStatus.Completed => "completed",
        GenerationStatus.Failed => "failed",
        GenerationStatus.Canceled => "canceled",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "not a status"),
    };

    /// <summary>Both words for visibilities.</summary>
    public static IReadOnlyList<string> Visibilities { get; } = ["private", "public"];

    /// <summary>The word for a visibility.</summary>
    public static string Of(Visibility visibility) => visibility == Visibility.Public ? "public" : "private";

    /// <summary>The status of that word.</summary>
    /// <exception cref="FormatException">There is no such status.</exception>
    public static GenerationStatus ParseStatus(string word) =>
        TryParseStatus(word, out var status) ? status : throw new FormatException($"'{word}' is not a status.");

    /// <summary>Finds the status of that word.</summary>
    public static bool TryParseStatus(string word, out GenerationStatus status)
    {
        foreach (var candidate in Enum.GetValues<GenerationStatus>())
        {
            status = candidate;
            if (Of(candidate) == word)
                return true;
        }
        status = default;
        return false;
    }

    /// <summary>The visibility of that word.</summary>
    /// <exception cref="FormatException">There is no such visibility.</exception>
    public static Visibility ParseVisibility(string word) => word switch
    {
        "public" => Visibility.Public,
        "private" => Visibility.Private,
        _ => throw new FormatException($"'{word}' is not a visibility."),
    };
}

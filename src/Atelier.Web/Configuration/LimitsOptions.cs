// What a request may ask for at most; checked before anything is recorded.
using Atelier.Generating;

namespace Atelier.Web.Configuration;

/// <summary>What a request may ask for at most; checked before anything is recorded.</summary>
/// <param name="MaxPromptLength">Characters of a prompt, 1 to 32,000. Default 4,000.</param>
/// <param name="MaxCount">Images of one request, 1 to 16. Default 4.</param>
/// <param name="MaxWidth">Pixels, 64 to 16,384. Default 4,096.</param>
/// <param name="MaxHeight">Pixels, 64 to 16,384. Default 4,096.</param>
/// <param name="MaxUploadBytes">Bytes of an input image, 1 KiB to 1 GiB. Default 20 MiB.</param>
/// <param name="MaxPixels">Pixels of an image that is decoded, 1 million to 1,000 million. Default 64 million.</param>
/// <param name="PerUser">
/// Pictures of one user in the works at the same time in each lane, 0 (no limit) to 1,000. Default 0. It is the limit that a lane begins with;
/// <c>atelier jobs lanes set</c> changes it.
/// </param>
/// <param name="ReadsPerMinute">Reading requests of one account, or of one address without one, in a minute, 0 (no limit) to 1 million. Default 6,000.</param>
/// <param name="WritesPerMinute">Changing requests of one account, or of one address without one, in a minute, 0 (no limit) to 1 million. Default 1,200.</param>
/// <param name="UndoDelete">How long a deletion can be undone; the files go after it. 0 to 10,080 minutes (7 days). Default 60.</param>
public sealed record LimitsOptions(
    int MaxPromptLength, int MaxCount, int MaxWidth, int MaxHeight, long MaxUploadBytes, int MaxPixels, int PerUser,
    int ReadsPerMinute, int WritesPerMinute, TimeSpan UndoDelete)
{
    /// <summary>Default of <see cref="MaxPromptLength"/>.</summary>
    public const int DefaultPromptLength = 4_000;

    /// <summary>Default of <see cref="MaxCount"/>.</summary>
    public const int DefaultCount = 4;

    /// <summary>Default of <see cref="MaxWidth"/> and <see cref="MaxHeight"/>.</summary>
    public const int DefaultSide = 4_096;

    /// <summary>Default of <see cref="MaxUploadBytes"/>.</summary>
    public const long DefaultUploadBytes = 20 * 1024 * 1024;

    /// <summary>Default of <see cref="MaxPixels"/>.</summary>
    public const int DefaultPixels = 64_000_000;

    /// <summary>Default of <see cref="ReadsPerMinute"/>.</summary>
    public const int DefaultReads = 6_000;

    /// <summary>Default of <see cref="WritesPerMinute"/>.</summary>
    public const int DefaultWrites = 1_200;

    private const int SmallestSide = 64;
    private const int LargestSide = 16_384;

    internal static LimitsOptions Read(SettingsReader settings) => new(
        settings.WholeNumber("limits.max_prompt_length", "characters of a prompt", DefaultPromptLength, 1, 32_000),
        settings.WholeNumber("limits.max_count", "images of one request", DefaultCount, 1, 16),
        settings.WholeNumber("limits.max_width", "pixels across a picture", DefaultSide, SmallestSide, LargestSide),
        settings.WholeNumber("limits.max_height", "pixels down a picture", DefaultSide, SmallestSide, LargestSide),
        settings.Bytes("limits.max_upload_bytes", "size of an input image", DefaultUploadBytes, 1024, 1L << 30),
        settings.WholeNumber("limits.max_pixels", "pixels of an image that is decoded", DefaultPixels, 1_000_000, 1_000_000_000),
        settings.WholeNumber("limits.per_user", "pictures of one user in the works at the same time (0 for no limit)", 0, 0, 1_000),
        settings.WholeNumber("limits.reads_per_minute", "reading requests of one account or address in a minute (0 for no limit)", DefaultReads, 0, 1_000_000),
        settings.WholeNumber("limits.writes_per_minute", "changing requests of one account or address in a minute (0 for no limit)", DefaultWrites, 0, 1_000_000),
        TimeSpan.FromMinutes(settings.WholeNumber(
            "limits.undo_delete_minutes", "minutes for which a deletion can be undone", DeletionOptions.DefaultUndoMinutes, 0, 10_080)));
}

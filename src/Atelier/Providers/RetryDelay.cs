// Finds out how long a provider wants to be left alone, in every form that providers say it.
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Atelier.Providers;

/// <summary>
/// Reads the delay from the body (<c>retry_after</c>, Google's <c>RetryInfo.retryDelay</c>), the headers (<c>retry-after-ms</c>,
/// <c>Retry-After</c>, <c>x-ratelimit-reset-*</c>) or a sentence such as “resets in ~10s”, in this order.
/// </summary>
public static partial class RetryDelay
{
    /// <summary>The longest delay that is believed: a day.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private static readonly string[] ResetHeaders = ["x-ratelimit-reset-requests", "x-ratelimit-reset-tokens", "x-ratelimit-reset-after", "x-ratelimit-reset"];

    /// <summary>The delay, or null where the answer names none. Between zero and <see cref="Longest"/>.</summary>
    public static TimeSpan? Of(ProviderReply.Answered answer, DateTimeOffset now)
    {
        var found = OfBody(answer.Json) ?? OfHeaders(answer, now) ?? OfText(answer.Text);
        return found is not { } delay ? null : delay < TimeSpan.Zero ? TimeSpan.Zero : delay > Longest ? Longest : delay;
    }

    private static TimeSpan? OfBody(JsonElement body)
    {
        if (Seconds(body.At("retry_after")) is { } plain)
            return plain;
        if (Seconds(body.At("error", "retry_after")) is { } nested)
            return nested;
        return body.At("error", "details").Items().Select(detail => OfDuration(detail.At("retryDelay").Text())).FirstOrDefault(delay => delay is not null);
    }

    private static TimeSpan? OfHeaders(ProviderReply.Answered answer, DateTimeOffset now)
    {
        if (double.TryParse(answer.Header("retry-after-ms"), NumberStyles.Float, CultureInfo.InvariantCulture, out var milliseconds) && double.IsFinite(milliseconds))
            return TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, 0, Longest.TotalMilliseconds));
        if (answer.Header("retry-after") is { } after)
        {
            return SecondsOf(after) ?? (DateTimeOffset.TryParse(after, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date - now : null);
        }
        // Several windows may be exhausted; the last to open decides.
        return ResetHeaders.Select(name => answer.Header(name)).Where(text => text is not null)
            .Select(text => OfDuration(text) ?? OfMoment(text!, now)).Max();
    }

    // A number is a moment when it is too large to be a delay.
    private static TimeSpan? OfMoment(string text, DateTimeOffset now) =>
        SecondsOf(text) is not { } seconds ? null
        : seconds.TotalSeconds > 1_000_000_000 ? DateTimeOffset.UnixEpoch + seconds - now : seconds;

    // Forms such as 34.07s, 6m0s, 1h2m3s, 250ms.
    private static TimeSpan? OfDuration(string? text)
    {
        if (text is null || !Duration().IsMatch(text))
            return null;
        var total = TimeSpan.Zero;
        foreach (Match part in DurationPart().Matches(text))
        {
            var value = double.Parse(part.Groups["value"].Value, CultureInfo.InvariantCulture);
            total += part.Groups["unit"].Value switch
            {
                "ms" => TimeSpan.FromMilliseconds(Math.Min(value, 1e10)),
                "s" => TimeSpan.FromSeconds(Math.Min(value, 1e7)),
                "m" => TimeSpan.FromMinutes(Math.Min(value, 1e5)),
                _ => TimeSpan.FromHours(Math.Min(value, 1e3)),
            };
        }
        return total;
    }

    private static TimeSpan? OfText(string text) =>
        Sentence().Match(text) is { Success: true } match ? SecondsOf(match.Groups["value"].Value) : null;

    private static TimeSpan? Seconds(JsonElement element) => element.Number() is { } number ? SecondsOf(number) : element.Text() is { } text ? SecondsOf(text) : null;

    private static TimeSpan? SecondsOf(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? SecondsOf(number) : null;

    private static TimeSpan? SecondsOf(double number) => double.IsFinite(number) ? TimeSpan.FromSeconds(Math.Clamp(number, 0, 1e11)) : null;

    [GeneratedRegex(@"^(\d{1,9}(\.\d{1,9})?(ms|s|m|h)){1,4}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Duration();

    [GeneratedRegex(@"(?<value>\d{1,9}(\.\d{1,9})?)(?<unit>ms|s|m|h)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex DurationPart();

    [GeneratedRegex(@"\b(in|after|for)\s+(about\s+)?~?(?<value>\d{1,6}(\.\d{1,6})?)\s?(s\b|sec|seconds?\b)", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Sentence();
}

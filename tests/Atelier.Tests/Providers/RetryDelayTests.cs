// Every form in which providers say how long they want to be left alone.
using System.Net;
using System.Text;
using Atelier.Providers;

namespace Atelier.Tests.Providers;

public sealed class RetryDelayTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("""{"retry_after":10}""", "", 10)]
    [InlineData("""{"retry_after":"2.5"}""", "", 2.5)]
    [InlineData("""{"error":{"retry_after":3}}""", "", 3)]
    [InlineData("""{"error":{"details":[{"@type":"Help"},{"retryDelay":"34.07s"}]}}""", "", 34.07)]
    [InlineData("""{"detail":"Request was throttled. Your rate limit resets in ~10s."}""", "", 10)]
    [InlineData("""{"detail":"Request was throttled. Expected available in 1 second."}""", "", 1)]
    [InlineData("Please try again in 20 seconds", "", 20)]
    [InlineData("{}", "retry-after: 7", 7)]
    [InlineData("{}", "retry-after: Sun, 22 Nov 2026 10:00:30 GMT", 30)]
    [InlineData("{}", "retry-after-ms: 1500", 1.5)]
    [InlineData("{}", "x-ratelimit-reset-requests: 1s|x-ratelimit-reset-tokens: 6m0s", 360)]
    [InlineData("{}", "x-ratelimit-reset-requests: 250ms", 0.25)]
    [InlineData("{}", "x-ratelimit-reset: 1795341645", 45)]
    [InlineData("""{"retry_after":4}""", "retry-after: 90", 4)]
    public void It_is_found_wherever_it_is(string body, string headers, double seconds) =>
        Delay(body, headers).ShouldNotBeNull().TotalSeconds.ShouldBe(seconds, 0.001);

    [Theory]
    [InlineData("", "")]
    [InlineData("{}", "retry-after: soon")]
    [InlineData("""{"retry_after":null}""", "")]
    [InlineData("""{"error":{"details":[{"retryDelay":"later"}]}}""", "")]
    [InlineData("painted in 3 styles", "")]
    public void What_says_nothing_is_not_guessed(string body, string headers) => Delay(body, headers).ShouldBeNull();

    [Theory]
    [InlineData("""{"retry_after":-5}""", "", 0)]
    [InlineData("""{"retry_after":1e300}""", "", 86_400)]
    [InlineData("{}", "retry-after: Sun, 22 Nov 2020 10:00:30 GMT", 0)]
    [InlineData("{}", "retry-after: 99999999999999999999", 86_400)]
    public void What_makes_no_sense_is_bounded(string body, string headers, double seconds) =>
        Delay(body, headers).ShouldNotBeNull().TotalSeconds.ShouldBe(seconds);

    private static TimeSpan? Delay(string body, string headers) => RetryDelay.Of(
        new ProviderReply.Answered(
            HttpStatusCode.TooManyRequests,
            headers.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(header => header.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase),
            Encoding.UTF8.GetBytes(body)),
        Now);
}

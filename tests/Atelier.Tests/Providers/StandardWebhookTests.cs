// Signatures of webhooks: the real one passes, everything else does not.
using System.Security.Cryptography;
using System.Text;
using Atelier.Providers;

namespace Atelier.Tests.Providers;

public sealed class StandardWebhookTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    [Fact]
    public void A_genuine_message_passes_also_beside_an_older_signature() =>
        IsGenuine(Message() with { Headers = With("webhook-signature", $"v1,AAAA {Sign("{}")}") }).ShouldBeTrue();

    [Theory]
    [InlineData("webhook-signature", "v1,AAAA")]
    [InlineData("webhook-signature", "v2,x")]
    [InlineData("webhook-signature", "")]
    [InlineData("webhook-id", "msg_2")]
    [InlineData("webhook-timestamp", "1700000001")]
    [InlineData("webhook-timestamp", "now")]
    public void A_message_that_was_changed_does_not(string header, string value) => IsGenuine(Message() with { Headers = With(header, value) }).ShouldBeFalse();

    [Fact]
    public void Another_body_another_secret_or_an_old_message_does_not_pass()
    {
        IsGenuine(Message() with { Body = "[]"u8.ToArray() }).ShouldBeFalse();
        StandardWebhook.IsGenuine(Message(), "whsec_AAAA", Now).ShouldBeFalse();
        StandardWebhook.IsGenuine(Message(), "not base64!", Now).ShouldBeFalse();
        StandardWebhook.IsGenuine(Message(), Secret, Now.AddMinutes(6)).ShouldBeFalse();
        StandardWebhook.IsGenuine(Message(), Secret, Now.AddMinutes(-6)).ShouldBeFalse();
        StandardWebhook.IsGenuine(new WebhookMessage(new Dictionary<string, string>(), "{}"u8.ToArray()), Secret, Now).ShouldBeFalse();
    }

    private static bool IsGenuine(WebhookMessage message) => StandardWebhook.IsGenuine(message, Secret, Now);

    private static WebhookMessage Message() => new(With("webhook-signature", Sign("{}")), "{}"u8.ToArray());

    private static Dictionary<string, string> With(string header, string value)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["webhook-id"] = "msg_1", ["webhook-timestamp"] = "1700000000", ["webhook-signature"] = Sign("{}") };
        headers[header] = value;
        return headers;
    }

    private static string Sign(string body) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"msg_1.1700000000.{body}")));
}

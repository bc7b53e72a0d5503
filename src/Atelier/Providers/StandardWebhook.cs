// The signature that Replicate, OpenAI and others put on their webhooks (standardwebhooks.com, version 1).
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Atelier.Providers;

/// <summary>Checks messages signed by the Standard Webhooks scheme.</summary>
public static class StandardWebhook
{
    private const string Prefix = "whsec_";

    /// <summary>How old, or how far in the future, a message may be.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>Whether one of the signatures is HMAC-SHA256 over <c>id.timestamp.body</c> under the secret, and the message is fresh.</summary>
    /// <param name="message">The message as it came.</param>
    /// <param name="secret">The secret: <c>whsec_</c> and base64.</param>
    /// <param name="now">The time.</param>
    public static bool IsGenuine(WebhookMessage message, string secret, DateTimeOffset now)
    {
        if (!message.Headers.TryGetValue("webhook-id", out var id) || !message.Headers.TryGetValue("webhook-timestamp", out var timestamp)
            || !message.Headers.TryGetValue("webhook-signature", out var signatures)
            || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs(now.ToUnixTimeSeconds() - seconds) > Tolerance.TotalSeconds
            || !DataUrl.TryDecode(secret.StartsWith(Prefix, StringComparison.Ordinal) ? secret.AsSpan(Prefix.Length) : secret, out var key))
            return false;
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. message.Body.Span];
        var expected = HMACSHA256.HashData(key, signed);
        return signatures.Split(' ').Any(signature => signature.StartsWith("v1,", StringComparison.Ordinal)
            && DataUrl.TryDecode(signature.AsSpan(3), out var given) && CryptographicOperations.FixedTimeEquals(given, expected));
    }
}

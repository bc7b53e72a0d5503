// The addresses at which providers may tell that they are done; nobody else can guess one.
using System.Security.Cryptography;
using System.Text;
using Atelier.Keys;

namespace Atelier.Generating;

/// <summary>Makes and checks the addresses of provider webhooks.</summary>
/// <param name="publicUrl">Where this installation is reached from outside; null where it is not, and then there are no webhooks.</param>
/// <param name="box">Signs the addresses.</param>
public sealed class WebhookAddress(Uri? publicUrl, SecretBox box)
{
    /// <summary>The path under which they lie.</summary>
    public const string Path = "/api/v1/webhooks/generations";

    /// <summary>The address for a start, or null where providers cannot reach this installation.</summary>
    public Uri? For(string generation, string reference) =>
        publicUrl is null || reference.Length == 0 ? null : new Uri($"{publicUrl.AbsoluteUri.TrimEnd('/')}{Path}/{generation}/{reference}/{TokenOf(generation, reference)}");

    /// <summary>Whether an address is one of ours.</summary>
    public bool IsOurs(string generation, string reference, string token) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(TokenOf(generation, reference)), Encoding.UTF8.GetBytes(token));

    private string TokenOf(string generation, string reference) => box.Token($"webhook {generation} {reference}");
}

// Some providers repeat the key in their complaints. It goes no further: neither into the history nor into logs, answers or events.
using System.Text;

namespace Atelier.Providers;

/// <summary>Takes the secret of a key out of what a provider said.</summary>
public static class SecretsOut
{
    private const string Mark = "(key)";

    // Anything shorter could be a part of ordinary words.
    private const int Shortest = 6;

    /// <summary>The answer without the key's secret.</summary>
    public static ProviderAnswer Without(this ProviderAnswer answer, ProviderKey? key) =>
        answer is ProviderAnswer.Failed failed ? new ProviderAnswer.Failed(failed.Failure.Without(key)) : answer;

    /// <summary>The result of a test without the key's secret.</summary>
    public static KeyTest Without(this KeyTest test, ProviderKey? key) =>
        test is KeyTest.Fails fails ? new KeyTest.Fails(fails.Failure.Without(key)) : test;

    /// <summary>The failure without the key's secret.</summary>
    public static ProviderFailure Without(this ProviderFailure failure, ProviderKey? key) =>
        key is null or { Secret.Length: < Shortest } ? failure : failure with { Message = Cut(failure.Message, key.Secret), Details = failure.Details is { } details ? Cut(details, key.Secret) : null };

    // As it is, and as it travels where a login stands for the key.
    private static string Cut(string text, string secret) => CutOne(CutOne(text, secret), Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)));

    private static string CutOne(string text, string secret)
    {
        text = text.Replace(secret, Mark, StringComparison.Ordinal);
        // A long answer is shortened before it comes here, perhaps in the middle of the secret.
        for (var length = Math.Min(secret.Length - 1, text.Length); length >= Shortest; length--)
        {
            if (text.EndsWith(secret[..length], StringComparison.Ordinal))
                return text[..^length] + Mark;
        }
        return text;
    }
}

// The style presets that people keep for themselves. A style is words only: a generation is recorded with them, so that changing or deleting the
// style later changes nothing that was submitted. Every change is one transaction.
using Atelier.Catalogue;
using Atelier.Durable;

namespace Atelier.Submitting;

/// <summary>Reads and writes the styles of owners.</summary>
public sealed class OwnStyles(Database database, TimeProvider time)
{
    /// <summary>What the id of an own style begins with, before its name.</summary>
    public const string Prefix = "my:";

    /// <summary>Most styles of one owner.</summary>
    public const int Most = 100;

    /// <summary>Longest name, and longest text of each kind, in characters.</summary>
    public const int MaxName = 40, MaxText = 1_000;

    /// <summary>An owner's styles by name.</summary>
    public async Task<IReadOnlyList<StylePreset>> ListAsync(string owner, CancellationToken cancellationToken = default) =>
        [.. (await database.AskAsync(session => session.QueryAsync<Row>(
            "SELECT name, prompt, negative_prompt FROM style_presets WHERE owner = @owner ORDER BY key", new { owner }), cancellationToken)).Select(row => row.ToPreset())];

    /// <summary>An owner's style by its id, or null.</summary>
    public async Task<StylePreset?> FindAsync(string owner, string id, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (!id.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        return (await database.AskAsync(session => session.QuerySingleOrDefaultAsync<Row>(
            "SELECT name, prompt, negative_prompt FROM style_presets WHERE owner = @owner AND key = @key", new { owner, key = KeyOf(id[Prefix.Length..]) }), cancellationToken))
            ?.ToPreset();
    }

    /// <summary>Keeps a style, in place of the one it is to replace, or of one with its name.</summary>
    /// <param name="owner">Whose.</param>
    /// <param name="replaced">The name of the style that is changed; null for a new one.</param>
    /// <param name="name">Its name, 1 to <see cref="MaxName"/> characters.</param>
    /// <param name="prompt">Words added to the prompt.</param>
    /// <param name="negativePrompt">Words added to the negative prompt; may be empty.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What is wrong; empty when it was kept.</returns>
    public async Task<IReadOnlyList<FieldError>> SaveAsync(
        string owner, string? replaced, string name, string prompt, string negativePrompt, CancellationToken cancellationToken = default)
    {
        (name, prompt, negativePrompt) = (name.Trim(), prompt.Trim(), negativePrompt.Trim());
        if (Check(name, prompt, negativePrompt) is { Count: > 0 } errors)
            return errors;
        return await database.TransactAsync<IReadOnlyList<FieldError>>(async transaction =>
        {
            if (replaced is not null)
                await RemoveAsync(transaction, owner, replaced);
            if (await transaction.ScalarAsync<long>("SELECT COUNT(*) FROM style_presets WHERE owner = @owner AND key <> @key", new { owner, key = KeyOf(name) }) >= Most)
                return [new FieldError("name", name, $"name is one too many: {Most} styles are the most. Delete one first.")];
            await transaction.ExecuteAsync("""
                INSERT INTO style_presets (owner, key, name, prompt, negative_prompt, created_at) VALUES (@owner, @key, @name, @prompt, @negativePrompt, @at)
                ON CONFLICT (owner, key) DO UPDATE SET name = excluded.name, prompt = excluded.prompt, negative_prompt = excluded.negative_prompt
                """, new { owner, key = KeyOf(name), name, prompt, negativePrompt, at = time.GetUtcNow().ToUnixTimeMilliseconds() });
            return [];
        }, cancellationToken);
    }

    /// <summary>Forgets a style. False if there is none of that name.</summary>
    public Task<bool> DeleteAsync(string owner, string name, CancellationToken cancellationToken = default) =>
        database.TransactAsync(async transaction => await RemoveAsync(transaction, owner, name) == 1, cancellationToken);

    /// <summary>Removes the own styles of an account, in the transaction that deletes it.</summary>
    public static Task ForgetAsync(Transaction transaction, string accountId)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.ExecuteAsync("DELETE FROM style_presets WHERE owner = @accountId", new { accountId });
    }

    private static Task<int> RemoveAsync(Transaction transaction, string owner, string name) =>
        transaction.ExecuteAsync("DELETE FROM style_presets WHERE owner = @owner AND key = @key", new { owner, key = KeyOf(name) });

    private static List<FieldError> Check(string name, string prompt, string negativePrompt)
    {
        var errors = new List<FieldError>();
        if (name.Length is 0 or > MaxName || !RequestCheck.IsPlainText(name))
            errors.Add(new FieldError("name", name, $"name must have 1 to {MaxName} characters of plain text."));
        if (prompt.Length + negativePrompt.Length == 0)
            errors.Add(new FieldError("prompt", prompt, "prompt must say what the style adds."));
        foreach (var (field, text) in new[] { ("prompt", prompt), ("negative_prompt", negativePrompt) })
        {
            if (text.Length > MaxText || !RequestCheck.IsPlainText(text))
                errors.Add(new FieldError(field, null, $"{field} may have at most {MaxText} characters of plain text."));
        }
        return errors;
    }

    private static string KeyOf(string name) => name.Trim().ToLowerInvariant();

    private sealed class Row
    {
        public string Name { get; init; } = "";
        public string Prompt { get; init; } = "";
        public string NegativePrompt { get; init; } = "";

        public StylePreset ToPreset() => new(Prefix + Name, Name, Prompt, NegativePrompt);
    }
}

/// <summary>Puts a style's words behind what was typed.</summary>
internal static class StyleWords
{
    /// <summary>Both texts with a comma between them; the words stand there once, however often they are added.</summary>
    public static string? Join(string? text, string? words) =>
        string.IsNullOrEmpty(words) || text?.EndsWith(words, StringComparison.Ordinal) == true ? text
        : string.IsNullOrEmpty(text) ? words : $"{text}, {words}";
}

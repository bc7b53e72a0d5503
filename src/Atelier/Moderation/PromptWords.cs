// The operator's list of words: which prompts are refused, which are marked as not safe for work. What is changed holds in all processes within seconds.
using Atelier.Durable;

namespace Atelier.Moderation;

/// <summary>What a word in a prompt does.</summary>
public enum WordRule
{
    /// <summary>The prompt is refused, and nothing of it is kept.</summary>
    Block,

    /// <summary>The picture is marked as not safe for work.</summary>
    Nsfw,
}

/// <summary>A word, or several in a row, of the list.</summary>
/// <param name="Word">As it is compared: lower case, without marks, words parted by one space.</param>
/// <param name="Rule">What it does.</param>
/// <param name="Note">What people are told beside it; empty for nothing.</param>
public sealed record PromptWord(string Word, WordRule Rule, string Note);

/// <summary>The list at a moment, ready to be compared with prompts.</summary>
public sealed class PromptRules
{
    private readonly ILookup<string, (PromptWord Entry, string[] Words)> _byFirst;

    /// <summary>A list.</summary>
    public PromptRules(IReadOnlyList<PromptWord> words)
    {
        Words = words;
        _byFirst = words.Select(entry => (Entry: entry, Words: entry.Word.Split(' '))).ToLookup(entry => entry.Words[0], StringComparer.Ordinal);
    }

    /// <summary>The list, in the order of the alphabet.</summary>
    public IReadOnlyList<PromptWord> Words { get; }

    /// <summary>The words of the list that a text holds, whole words only.</summary>
    public IReadOnlyList<PromptWord> FindIn(string text)
    {
        if (_byFirst.Count == 0)
            return [];
        var words = PromptFolding.Words(text);
        var found = new List<PromptWord>();
        for (var at = 0; at < words.Count; at++)
        {
            foreach (var (entry, its) in _byFirst[words[at]])
            {
                if (at + its.Length <= words.Count && !found.Contains(entry) && its.AsSpan().SequenceEqual(words.GetRange(at, its.Length).ToArray()))
                    found.Add(entry);
            }
        }
        return found;
    }

    /// <summary>The word for which a prompt is refused; null where it is not.</summary>
    public PromptWord? BlockedIn(string text) => FindIn(text).FirstOrDefault(word => word.Rule == WordRule.Block);

    /// <summary>The word for which a picture is marked; null where it is not.</summary>
    public PromptWord? MarkedIn(string text) => FindIn(text).FirstOrDefault(word => word.Rule == WordRule.Nsfw);
}

/// <summary>Reads and changes the list.</summary>
public sealed class PromptWords(Database database, TimeProvider time)
{
    /// <summary>The longest entry in characters.</summary>
    public const int MaxWord = 80;

    /// <summary>The longest note in characters.</summary>
    public const int MaxNote = 200;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private (long At, PromptRules Rules)? _seen;

    /// <summary>The list; what other processes changed is seen within a second.</summary>
    public async Task<PromptRules> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (_seen is { } seen && time.GetElapsedTime(seen.At) < Fresh)
            return seen.Rules;
        var at = time.GetTimestamp();
        var rows = await database.AskAsync(session => session.QueryAsync<Row>("SELECT word, rule, note FROM prompt_words ORDER BY word"), cancellationToken);
        var rules = new PromptRules([.. rows.Select(row => row.ToWord())]);
        _seen = (at, rules);
        return rules;
    }

    /// <summary>How a text is compared; empty where it holds no letter and no digit.</summary>
    public static string Folded(string text) => string.Join(' ', PromptFolding.Words(text));

    /// <summary>Puts a word on the list, or changes what it does. Null where the text holds no letter and no digit, or is too long.</summary>
    public async Task<PromptWord?> PutAsync(string actor, string text, WordRule rule, string note = "", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(note);
        var word = new PromptWord(Folded(text), rule, note.Trim());
        if (word.Word.Length is 0 or > MaxWord || note.Length > MaxNote)
            return null;
        await database.TransactAsync(async transaction =>
        {
            var before = await FindAsync(transaction, word.Word);
            await transaction.ExecuteAsync("""
                INSERT INTO prompt_words (word, rule, note, added_at) VALUES (@Word, @rule, @Note, @at)
                ON CONFLICT (word) DO UPDATE SET rule = @rule, note = @Note
                """, new { word.Word, rule = NameOf(rule), word.Note, at = time.GetUtcNow().ToUnixTimeMilliseconds() });
            AuditLog.Append(transaction, new Act(actor, "word.put", "word", word.Word, before, word));
        }, cancellationToken);
        _seen = null;
        return word;
    }

    /// <summary>Takes a word off the list. False where it is not on it.</summary>
    public async Task<bool> RemoveAsync(string actor, string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        var word = Folded(text);
        var removed = await database.TransactAsync(async transaction =>
        {
            if (await FindAsync(transaction, word) is not { } before)
                return false;
            await transaction.ExecuteAsync("DELETE FROM prompt_words WHERE word = @word", new { word });
            AuditLog.Append(transaction, new Act(actor, "word.remove", "word", word, before));
            return true;
        }, cancellationToken);
        _seen = null;
        return removed;
    }

    /// <summary>The name of a rule.</summary>
    public static string NameOf(WordRule rule) => rule == WordRule.Block ? "block" : "nsfw";

    private static async Task<PromptWord?> FindAsync(Session session, string word) =>
        (await session.QuerySingleOrDefaultAsync<Row>("SELECT word, rule, note FROM prompt_words WHERE word = @word", new { word }))?.ToWord();

    private sealed class Row
    {
        public string Word { get; init; } = "";
        public string Rule { get; init; } = "";
        public string Note { get; init; } = "";

        public PromptWord ToWord() => new(Word, Rule == "block" ? WordRule.Block : WordRule.Nsfw, Note);
    }
}

// Records a wish and enqueues its work in one transaction: after a crash either all of it is there, or nothing.
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Atelier.Catalogue;
using Atelier.Credits;
using Atelier.Durable;
using Atelier.Generating;
using Atelier.Moderation;

namespace Atelier.Submitting;

/// <summary>How a submission ended: a closed set.</summary>
public abstract record SubmissionResult
{
    private SubmissionResult() { }

    /// <summary>Recorded and enqueued.</summary>
    /// <param name="BatchId">The batch.</param>
    /// <param name="Generations">Its generations in their order, as they were recorded.</param>
    /// <param name="Replayed">Whether this is the answer to an earlier submission under the same idempotency key.</param>
    public sealed record Accepted(string BatchId, IReadOnlyList<Generation> Generations, bool Replayed) : SubmissionResult;

    /// <summary>Refused; nothing was recorded.</summary>
    /// <param name="Errors">Everything that is wrong.</param>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : SubmissionResult;

    /// <summary>The idempotency key was used before with another request; nothing was recorded.</summary>
    /// <param name="Key">The key.</param>
    public sealed record KeyReused(string Key) : SubmissionResult;

    /// <summary>The user has too many unfinished generations; nothing was recorded.</summary>
    /// <param name="Unfinished">How many there are.</param>
    /// <param name="Max">How many are allowed.</param>
    public sealed record QueueFull(long Unfinished, int Max) : SubmissionResult;

    /// <summary>The user has too few credits; nothing was recorded.</summary>
    /// <param name="Price">What all pictures of the request cost.</param>
    /// <param name="Available">What the user can spend.</param>
    public sealed record NotEnoughCredits(long Price, long Available) : SubmissionResult;
}

/// <summary>The only way into the queue.</summary>
public sealed class Submission(
    Database database, JobQueue queue, ModelCatalogue catalogue, InputImageIntake intake, SubmissionLimits limits,
    GenerationOptions options, ProviderRouter router, OwnStyles styles, PriceList prices, PromptWords words, TimeProvider time)
{
    private readonly Backlog backlog = new(limits, time);

    /// <summary>Longest idempotency key in characters.</summary>
    public const int MaxIdempotencyKey = 200;

    /// <summary>Everything that is wrong with a request, as far as it can be told without storing anything; empty where nothing is.</summary>
    public async Task<IReadOnlyList<FieldError>> CheckAsync(GenerationRequest request, Submitter submitter, CancellationToken cancellationToken = default) =>
        (await ChooseAsync(request, submitter, cancellationToken)).Errors;

    /// <summary>Checks a request, and records and enqueues it.</summary>
    /// <param name="request">The wish.</param>
    /// <param name="submitter">Who it is from.</param>
    /// <param name="idempotencyKey">Replays the first answer when the same request comes again under it; 1 to 200 characters.</param>
    /// <param name="cancellationToken">Ends it before anything is recorded.</param>
    public async Task<SubmissionResult> SubmitAsync(
        GenerationRequest request, Submitter submitter, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        var (parameters, errors) = await ChooseAsync(request, submitter, cancellationToken);
        if (parameters is null)
            return new SubmissionResult.Invalid(errors);
        var rules = await words.ReadAsync(cancellationToken);
        if (idempotencyKey is { Length: 0 or > MaxIdempotencyKey } || idempotencyKey?.Any(char.IsControl) == true)
            return Invalid("Idempotency-Key", $"must have 1 to {MaxIdempotencyKey} plain characters.");
        if (await WhyNoParentAsync(request.Parent, submitter, cancellationToken) is { } noParent)
            return new SubmissionResult.Invalid([noParent]);
        var images = await intake.TakeAsync(request, submitter, store: true, cancellationToken);
        if (images.Error is not null)
            return new SubmissionResult.Invalid([images.Error]);
        var generations = Plan(request, parameters, submitter, images, rules, await ChargeAsync(parameters, cancellationToken));
        if (generations.Select(generation => Blocked(rules, generation.Prompt)).FirstOrDefault(error => error is not null) is { } blocked)
            return new SubmissionResult.Invalid([blocked]);
        try
        {
            return await database.TransactAsync(async transaction =>
            {
                transaction.KeepPlans();
                return await AnswerOfKeyAsync(transaction, submitter, idempotencyKey, Hash(request, images), generations[0])
                    ?? await RefuseWhenFullAsync(transaction, submitter, generations.Count)
                    ?? await RecordAsync(transaction, generations, cancellationToken);
            }, cancellationToken);
        }
        catch (RefusedException refused)
        {
            return refused.Result;
        }
    }

    /// <summary>What would be recorded for a request, or everything that is wrong with it. Records and stores nothing.</summary>
    internal async Task<(IReadOnlyList<Generation> Planned, Model? Model, IReadOnlyList<FieldError> Errors)> PlanAsync(
        GenerationRequest request, Submitter submitter, CancellationToken cancellationToken)
    {
        var (parameters, errors) = await ChooseAsync(request, submitter, cancellationToken);
        if (parameters is null)
            return ([], null, errors);
        var images = await intake.TakeAsync(request, submitter, store: false, cancellationToken);
        if (images.Error is { } wrong)
            return ([], null, [wrong]);
        var (rules, charge) = (await words.ReadAsync(cancellationToken), await ChargeAsync(parameters, cancellationToken));
        return (Plan(request, parameters, submitter, images, rules, charge), parameters.Model, []);
    }

    private ValueTask<long> ChargeAsync(EffectiveParameters parameters, CancellationToken cancellationToken) =>
        prices.ChargeForAsync(parameters.Model, parameters.Quality, parameters.Size.Width, parameters.Size.Height, cancellationToken);

    // Of the models that share the name, the first that is set up here and can honour the whole wish.
    private async Task<(EffectiveParameters? Parameters, IReadOnlyList<FieldError> Errors)> ChooseAsync(
        GenerationRequest request, Submitter submitter, CancellationToken cancellationToken)
    {
        var ownStyle = request.Style is { } style ? await styles.FindAsync(submitter.Owner, style, cancellationToken) : null;
        var named = request.Model is null ? [catalogue.Default] : catalogue.FindAll(request.Model);
        if (named.Count == 0)
            return Check(null);
        if (Blocked(await words.ReadAsync(cancellationToken), request.Prompt ?? "") is { } blocked)
            return (null, [blocked]);
        string? whyNot = null;
        (EffectiveParameters? Parameters, IReadOnlyList<FieldError> Errors)? first = null;
        foreach (var model in named)
        {
            if (await router.WhyNotHereAsync(model, cancellationToken) is { } why)
            {
                whyNot ??= $"{model.Id} {why}";
                continue;
            }
            var check = Check(model);
            if (check.Parameters is { } parameters)
                return (parameters with { RequestedModel = named.Count > 1 ? request.Model : null }, []);
            first ??= check;
        }
        return first ?? (null, [new FieldError("model", request.Model, $"model is not set up here: {whyNot}.")]);

        (EffectiveParameters? Parameters, IReadOnlyList<FieldError> Errors) Check(Model? model)
        {
            var check = new RequestCheck(request, submitter, catalogue, model, limits, ownStyle);
            return (check.Run(), check.Errors);
        }
    }

    private async Task<FieldError?> WhyNoParentAsync(Parent? parent, Submitter submitter, CancellationToken cancellationToken)
    {
        if (parent is null)
            return null;
        if (!Parent.Kinds.Contains(parent.Kind))
            return new FieldError("parent.kind", parent.Kind, "parent.kind is not a kind of descent.", Parent.Kinds);
        var found = await database.AskAsync(session => GenerationStore.FindAsync(session, parent.Id), cancellationToken);
        return found is not null && (found.Owner == submitter.Owner || found.IsShown)
            ? null
            : new FieldError("parent.id", parent.Id, $"parent.id names the generation '{parent.Id}', which does not exist.");
    }

    // The prompt itself is not shown again: it may end in a log of whoever sent it.
    private static FieldError? Blocked(PromptRules rules, string prompt) => rules.BlockedIn(prompt) is { } word
        ? new FieldError("prompt", null, $"prompt holds “{word.Word}”, which is not painted here. {(word.Note.Length > 0 ? word.Note : "Say it in another way, or ask who runs this installation.")}")
        : null;

    private List<Generation> Plan(
        GenerationRequest request, EffectiveParameters parameters, Submitter submitter, TakenImages images, PromptRules rules, long credits)
    {
        var now = time.GetUtcNow();
        var firstSeed = request.Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue - limits.MaxCount);
        var ids = Enumerable.Range(0, parameters.Count).Select(_ => NewId(now)).Order(StringComparer.Ordinal).ToList();
        var batchId = NewId(now);
        return [.. ids.Select((id, index) =>
        {
            var seed = firstSeed + index;
            var prompt = StyleWords.Join(PromptExpansion.Expand(parameters.Prompt, seed), parameters.OwnStyle?.Prompt)!;
            var mark = request.Nsfw ? null : rules.MarkedIn(prompt);
            return new Generation
            {
                Id = id,
                BatchId = batchId,
                BatchIndex = index,
                Owner = submitter.Owner,
                Prompt = prompt,
                PromptTemplate = prompt == parameters.Prompt ? null : parameters.Prompt,
                NegativePrompt = parameters.Model.Parameters.NegativePrompt
                    ? StyleWords.Join(parameters.NegativePrompt, parameters.OwnStyle?.NegativePrompt) : parameters.NegativePrompt,
                Model = parameters.Model.Id,
                RequestedModel = parameters.RequestedModel,
                Mask = images.Mask,
                Width = parameters.Size.Width,
                Height = parameters.Size.Height,
                AspectRatio = parameters.AspectRatio,
                Quality = parameters.Quality,
                Seed = seed,
                Steps = parameters.Steps,
                Guidance = parameters.Guidance,
                Strength = parameters.Strength,
                Style = parameters.Style,
                OutputFormat = parameters.OutputFormat,
                Visibility = parameters.Visibility,
                Nsfw = request.Nsfw || mark is not null,
                Priority = request.Priority ?? 0,
                InputImages = images.Inputs,
                Metadata = request.Metadata,
                Tags = request.Tags,
                ParentId = request.Parent?.Id,
                ParentKind = request.Parent?.Kind,
                Warnings = mark is null ? parameters.Warnings : [.. parameters.Warnings, $"the picture is marked as not safe for work, because the prompt holds “{mark.Word}”."],
                Credits = credits,
                Holds = credits > 0 ? 1 : 0,
                CreatedAt = now,
            };
        })];
    }

    // Null means: the key is new (or there is none), go on.
    private static async Task<SubmissionResult?> AnswerOfKeyAsync(
        Transaction transaction, Submitter submitter, string? key, string hash, Generation first)
    {
        if (key is null)
            return null;
        var added = await transaction.ExecuteAsync("""
            INSERT INTO idempotency_keys (owner, key, request_hash, batch_id, created_at) VALUES (@Owner, @key, @hash, @BatchId, @at)
            ON CONFLICT DO NOTHING
            """, new { submitter.Owner, key, hash, first.BatchId, at = first.CreatedAt.ToUnixTimeMilliseconds() });
        if (added == 1)
            return null;
        var earlier = await transaction.QuerySingleOrDefaultAsync<KeyRow>(
            "SELECT request_hash, batch_id FROM idempotency_keys WHERE owner = @Owner AND key = @key", new { submitter.Owner, key });
        if (earlier?.RequestHash != hash)
            return new SubmissionResult.KeyReused(key);
        var generations = await GenerationStore.BatchAsync(transaction, earlier.BatchId, deletedToo: true);
        return new SubmissionResult.Accepted(earlier.BatchId, generations, Replayed: true);
    }

    // Throws, so that the key just recorded is taken back: it must not answer for a wish that was refused.
    private async Task<SubmissionResult?> RefuseWhenFullAsync(Transaction transaction, Submitter submitter, int more)
    {
        if (backlog.HasRoom(submitter.Owner, more))
            return null;
        // Counting stops at the bound, so that a deep backlog does not slow submitting down.
        var unfinished = await transaction.ScalarAsync<long>("""
            SELECT COUNT(*) FROM (SELECT 1 FROM generations WHERE owner = @Owner AND finished_at IS NULL AND deleted_at IS NULL LIMIT @max) AS unfinished
            """, new { submitter.Owner, max = limits.MaxUnfinished + 1 });
        backlog.Note(submitter.Owner, unfinished + more);
        return unfinished + more > limits.MaxUnfinished ? throw new RefusedException(new SubmissionResult.QueueFull(unfinished, limits.MaxUnfinished)) : null;
    }

    private async Task<SubmissionResult> RecordAsync(Transaction transaction, List<Generation> generations, CancellationToken cancellationToken)
    {
        foreach (var (generation, index) in generations.Select((generation, index) => (generation, index)).ToList())
        {
            var job = await queue.EnqueueAsync(transaction, GenerationJob.For(generation, catalogue.Find(generation.Model)!, options), cancellationToken);
            generations[index] = generation with { JobId = job.Id.Value };
            GenerationStore.Insert(transaction, generations[index]);
            EventLog.Append(transaction, GenerationEvents.Of(generations[index]));
        }
        // The balance last, as everywhere: jobs, then generations, then the balance that they share.
        var holds = generations.Select(generation => new Hold(generation.Owner, generation.Id, generation.Holds, generation.Credits)).ToList();
        if (await Hold.TakeAsync(transaction, holds, generations[0].CreatedAt, cancellationToken) is { } shortage)
            throw new RefusedException(new SubmissionResult.NotEnoughCredits(shortage.Price, shortage.Available));
        return new SubmissionResult.Accepted(generations[0].BatchId, generations, Replayed: false);
    }

    private static string Hash(GenerationRequest request, TakenImages images)
    {
        var canonical = JsonSerializer.Serialize(new
        {
            Request = request with { InputImages = [], Mask = null, Metadata = new SortedDictionary<string, string>(request.Metadata.ToDictionary(), StringComparer.Ordinal) },
            Inputs = images.Inputs,
            images.Mask,
        });
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
    }

    private static string NewId(DateTimeOffset now) => Guid.CreateVersion7(now).ToString("N");

    private static SubmissionResult.Invalid Invalid(string field, string message) =>
        new([new FieldError(field, null, $"{field} {message}")]);

    // Rolls the transaction back; the result is what the caller gets.
    private sealed class RefusedException(SubmissionResult result) : Exception
    {
        public SubmissionResult Result { get; } = result;
    }

    private sealed class KeyRow
    {
        public string RequestHash { get; init; } = "";
        public string BatchId { get; init; } = "";
    }
}

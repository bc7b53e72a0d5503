// The product without its web, on a fresh database and a temporary folder, driven by a test.
using Atelier.Catalogue;
using Atelier.Credits;
using Atelier.Durable;
using Atelier.Generating;
using Atelier.Imaging;
using Atelier.Keys;
using Atelier.Moderation;
using Atelier.Providers;
using Atelier.Storage;
using Atelier.Submitting;
using Atelier.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Atelier.Tests.Generating;

internal sealed class Studio : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private readonly TempFolder _folder;
    private readonly JobRunner _runner;
    private readonly QueueMaintenance _maintenance;
    private readonly List<Task> _loops = [];
    private readonly PredictionCancel _cancel;

    private Studio(Database database, TempFolder folder, ScriptedProvider provider, IReadOnlyList<ProviderSetup> providers, ModelCatalogue models, TimeSpan absenceDelay,
        CreditOptions credits, TimeProvider time)
    {
        var logs = NullLoggerFactory.Instance;
        var handlers = new JobHandlers(() => [Worker!, _cancel!, new BanSweep(database, Commands!)]);
        (Database, _folder, Provider) = (database, folder, provider);
        Blobs = new FileBlobStore(Path.Combine(folder.Path, "images"), time);
        Queue = new JobQueue(database, handlers, new LaneSettings { TenantConcurrency = null });
        Generations = new GenerationStore(database);
        Prices = new PriceList(database, credits);
        Ledger = new Ledger(database, credits, time);
        Audit = new LedgerAudit(database);
        var charging = new Charging(models, Prices);
        Commands = new GenerationCommands(database, Queue, models, charging, new GenerationOptions(), time);
        Feed = new EventFeed(database, time, logs);
        var limits = new ImageLimits();
        var box = new SecretBox(new byte[SecretBox.KeyBytes]);
        Keys = new StoredKeys(database, box, time);
        // What is parked waits by the queue's clock, which no test moves.
        Health = new ProviderHealth(database, TimeProvider.System);
        Switches = new ModelSwitches(database, time);
        Words = new PromptWords(database, time);
        var ring = new KeyRing(database, Keys, Health, TimeProvider.System);
        Router = new ProviderRouter(providers, models, ring, Health, Switches, time);
        Submission = new Submission(
            database, Queue, models, new InputImageIntake(Blobs, Generations, limits), new SubmissionLimits { MaxUnfinished = 50 },
            new GenerationOptions(), Router, new OwnStyles(database, time), Prices, Words, time);
        Estimation = new Estimation(Submission, Router, new DurationEstimates(database, models, time));
        Care = new KeyCare(Health, Queue, models);
        var inputs = new InputImageReader(Blobs);
        var completion = new PictureCompletion(
            new PictureKeeper(Blobs, limits, time), Router, ring, Blobs, inputs, time, NullLogger<PictureCompletion>.Instance);
        Worker = new GenerationWorker(Generations, models, Router, ring, completion, inputs, new FailureTriage(Health, TimeProvider.System), charging, new WebhookAddress(publicUrl: null, box), new GenerationOptions { AbsenceDelay = absenceDelay }, Queue, time,
            NullLogger<GenerationWorker>.Instance);
        _cancel = new PredictionCancel(Router, ring);
        var options = new JobRunnerOptions { Concurrency = 4, BackoffBase = TimeSpan.FromMilliseconds(5), Grace = TimeSpan.FromMilliseconds(200) };
        _runner = new JobRunner(Queue, options, time, logs);
        _maintenance = new QueueMaintenance(Queue, new QueueMaintenanceOptions(), time, logs);
    }

    public string BlobFolder => Path.Combine(_folder.Path, "images");

    public static ModelCatalogue Models { get; } = ModelCatalogue.BuiltIn();

    public Database Database { get; }
    public ScriptedProvider Provider { get; }
    public FileBlobStore Blobs { get; }
    public JobQueue Queue { get; }
    public GenerationStore Generations { get; }
    public GenerationCommands Commands { get; }
    public EventFeed Feed { get; }
    public Submission Submission { get; }
    public PriceList Prices { get; }
    public Ledger Ledger { get; }
    public LedgerAudit Audit { get; }
    public Estimation Estimation { get; }
    public KeyCare Care { get; }
    public StoredKeys Keys { get; }
    public ProviderHealth Health { get; }
    public ModelSwitches Switches { get; }
    public PromptWords Words { get; }
    public ProviderRouter Router { get; }
    private GenerationWorker Worker { get; }

    public static async Task<Studio> OpenAsync(
        Func<TempFolder, Task<string>> connectionString, ScriptedProvider? provider = null, IReadOnlyList<ProviderSetup>? others = null, ModelCatalogue? models = null,
        TimeSpan absenceDelay = default, CreditOptions? credits = null, TimeProvider? time = null)
    {
        var folder = new TempFolder();
        var database = Database.Open(await connectionString(folder), TimeProvider.System, NullLoggerFactory.Instance);
        await Migrator.MigrateAsync(
            database, [DurableMigrations.Source, new("atelier", typeof(Generation).Assembly, "Atelier.Migrations")]);
        provider ??= new ScriptedProvider();
        var studio = new Studio(database, folder, provider, [new ProviderSetup { Provider = provider, Adapter = ProviderAdapter.Find("sketch")! }, .. others ?? []], models ?? Models, absenceDelay,
            credits ?? new CreditOptions(), time ?? TimeProvider.System);
        studio._loops.Add(studio.Feed.RunAsync(studio._stop.Token));
        return studio;
    }

    /// <summary>Starts the worker, if it is not at work yet.</summary>
    public void StartWorkerOnce()
    {
        if (_loops.Count < 2)
            StartWorker();
    }

    public Studio StartWorker()
    {
        _loops.Add(_runner.RunAsync(_stop.Token));
        _loops.Add(_maintenance.RunAsync(_stop.Token));
        return this;
    }

    public async Task<Generation> SubmitOneAsync(GenerationRequest? request = null) =>
        (await SubmitAsync(request ?? new GenerationRequest { Prompt = "a cat" })).Generations[0];

    public async Task<SubmissionResult.Accepted> SubmitAsync(GenerationRequest request, string? key = null) =>
        (await Submission.SubmitAsync(request, Submitter.Local, key)).ShouldBeOfType<SubmissionResult.Accepted>();

    /// <summary>Waits for the event after which a generation satisfies a condition.</summary>
    public async Task<Generation> UntilAsync(string id, Func<Generation, bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        var end = await Feed.EndAsync(patience.Token);
        if (await Generations.FindAsync(id, patience.Token) is { } already && condition(already))
            return already;
        await foreach (var _ in Feed.ReadAsync(new EventFilter(Subject: id), end, patience.Token))
        {
            if (await Generations.FindAsync(id, patience.Token) is { } now && condition(now))
                return now;
        }
        throw new TimeoutException("The event feed ended.");
    }

    public Task<Generation> UntilFinishedAsync(string id) => UntilAsync(id, generation => generation.IsFinished);

    /// <summary>Waits until a generation has ended or was deleted.</summary>
    public async Task UntilFinishedOrGoneAsync(string id)
    {
        using var patience = new CancellationTokenSource(Patience);
        var end = await Feed.EndAsync(patience.Token);
        if (await EndedAsync())
            return;
        await foreach (var _ in Feed.ReadAsync(new EventFilter(Subject: id), end, patience.Token))
        {
            if (await EndedAsync())
                return;
        }

        async Task<bool> EndedAsync() => await Generations.FindAsync(id, patience.Token) is null or { IsFinished: true };
    }

    public Task<long> CountAsync(string sql) => Database.ReadAsync(session => session.ScalarAsync<long>(sql));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var loop in _loops)
        {
            try
            {
                await loop;
            }
            catch (OperationCanceledException)
            {
                // This is how the loops end.
                continue;
            }
        }
        await Database.DisposeAsync();
        _folder.Dispose();
        _stop.Dispose();
    }
}

// The product without its web, on a fresh database and a temporary folder, driven by a test.
using Atelier.Catalogue;
using Atelier.Durable;
using Atelier.Generating;
using Atelier.Imaging;
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

    private Studio(Database database, TempFolder folder, ScriptedProvider provider)
    {
        var logs = NullLoggerFactory.Instance;
        var time = TimeProvider.System;
        var handlers = new JobHandlers(() => [Worker!]);
        (Database, _folder, Provider) = (database, folder, provider);
        Blobs = new FileBlobStore(Path.Combine(folder.Path, "images"), time);
        Queue = new JobQueue(database, handlers, new LaneSettings { TenantConcurrency = null });
        Generations = new GenerationStore(database);
        Commands = new GenerationCommands(database, Queue, Models, new GenerationOptions(), time);
        Feed = new EventFeed(database, time, logs);
        var limits = new ImageLimits();
        Submission = new Submission(
            database, Queue, Models, new InputImageIntake(Blobs, Generations, limits), new SubmissionLimits { MaxUnfinished = 50 },
            new GenerationOptions(), time);
        Worker = new GenerationWorker(Generations, Models, new ProviderRouter([provider]), new PictureKeeper(Blobs, limits, time),
            new InputImageReader(Blobs), time, NullLogger<GenerationWorker>.Instance);
        var options = new JobRunnerOptions { Concurrency = 4, BackoffBase = TimeSpan.FromMilliseconds(5), Grace = TimeSpan.FromMilliseconds(200) };
        _runner = new JobRunner(Queue, options, time, logs);
        _maintenance = new QueueMaintenance(Queue, new QueueMaintenanceOptions(), time, logs);
    }

    public static ModelCatalogue Models { get; } = ModelCatalogue.BuiltIn();

    public Database Database { get; }
    public ScriptedProvider Provider { get; }
    public FileBlobStore Blobs { get; }
    public JobQueue Queue { get; }
    public GenerationStore Generations { get; }
    public GenerationCommands Commands { get; }
    public EventFeed Feed { get; }
    public Submission Submission { get; }
    private GenerationWorker Worker { get; }

    public static async Task<Studio> OpenAsync(Func<TempFolder, Task<string>> connectionString, ScriptedProvider? provider = null)
    {
        var folder = new TempFolder();
        var database = Database.Open(await connectionString(folder), TimeProvider.System, NullLoggerFactory.Instance);
        await Migrator.MigrateAsync(
            database, [DurableMigrations.Source, new("atelier", typeof(Generation).Assembly, "Atelier.Migrations")]);
        var studio = new Studio(database, folder, provider ?? new ScriptedProvider());
        studio._loops.Add(studio.Feed.RunAsync(studio._stop.Token));
        return studio;
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

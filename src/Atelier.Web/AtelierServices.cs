// Puts the rooms together: what every role needs, what a worker adds. Holds nothing itself.
using Atelier.Accounts;
using Atelier.Credits;
using Atelier.Durable;
using Atelier.Gallery;
using Atelier.Generating;
using Atelier.Imaging;
using Atelier.Keys;
using Atelier.Moderation;
using Atelier.Notifying;
using Atelier.Operating;
using Atelier.Providers;
using Atelier.Providers.Sketch;
using Atelier.Storage;
using Atelier.Submitting;
using Atelier.Web.Components.Notifications;
using Atelier.Web.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Atelier.Web;

/// <summary>Registers Atelier's parts.</summary>
public static class AtelierServices
{
    /// <summary>The migrations of a database, in the order in which they run.</summary>
    public static IReadOnlyList<MigrationSource> Migrations { get; } =
        [DurableMigrations.Source, new("atelier", typeof(Generation).Assembly, "Atelier.Migrations")];

    /// <summary>Adds what every role needs: database, queue, catalogue, stores, submission.</summary>
    public static IServiceCollection AddAtelier(this IServiceCollection services, AtelierSettings settings)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(settings);
        services.AddSingleton(provider => OpenDatabase(settings, provider));
        services.AddSingleton(provider => new JobHandlers(() => provider.GetServices<JobHandler>()));
        services.AddSingleton(provider => new JobQueue(
            provider.GetRequiredService<Database>(), provider.GetRequiredService<JobHandlers>(), NewLanesOf(settings.Limits)));
        services.AddSingleton<EventFeed>();
        services.AddSingleton<JobHandler, GenerationWorker>();
        services.AddSingleton<JobHandler, PredictionCancel>();
        services.AddModeration();
        services.AddSingleton<CatalogueWatch>();
        services.AddSingleton(provider => provider.GetRequiredService<CatalogueWatch>().Catalogue);
        services.AddProviders(settings);
        services.AddSingleton<BlobStore>(provider => new FileBlobStore(settings.Storage.Folder, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(CreditsOf(settings));
        services.AddSingleton<PriceList>();
        services.AddSingleton<Ledger>();
        services.AddSingleton<WelcomeAccount>(provider =>
            (transaction, account) => provider.GetRequiredService<Ledger>().WelcomeAsync(transaction, account.Id));
        services.AddSingleton<LedgerHistory>();
        services.AddSingleton<LedgerAudit>();
        services.AddSingleton<CreditMaintenance>();
        services.AddSingleton<Charging>();
        services.AddSingleton<GalleryStore>();
        services.AddSingleton<ModelSamples>();
        services.AddSingleton(provider => GallerySearch.Of(provider.GetRequiredService<Database>()));
        services.AddSingleton<Likes>();
        services.AddSingleton<Follows>();
        services.AddSingleton<Views>();
        services.AddSingleton<Collections>();
        services.AddSingleton<NotificationStore>();
        services.AddSingleton<Notifier>();
        services.AddPush(settings);
        services.AddAccounts(settings);
        services.AddSingleton<GenerationStore>();
        services.AddSingleton<GenerationCommands>();
        services.AddSingleton<DeletedGenerations>();
        services.AddSingleton(new DeletionOptions { UndoFor = settings.Limits.UndoDelete });
        services.AddSingleton<OwnQueue>();
        services.AddSingleton<WaitReasons>();
        services.AddSingleton<DurationEstimates>();
        services.AddSingleton<InputImageReader>();
        services.AddSingleton<PictureKeeper>();
        services.AddSingleton<PictureCompletion>();
        services.AddSingleton<PictureDownload>();
        services.AddSingleton<InputImageIntake>();
        services.AddSingleton<OwnStyles>();
        services.AddSingleton<Submission>();
        services.AddSingleton<Estimation>();
        services.AddSingleton(LimitsOf(settings.Limits));
        services.AddSingleton(new GenerationOptions { MaxAttempts = settings.Worker.MaxAttempts });
        services.AddSingleton(new ImageLimits
        {
            MaxBytes = (int)settings.Limits.MaxUploadBytes,
            MaxPixels = settings.Limits.MaxPixels,
        });
        services.AddHostedLoop("catalogue", provider => provider.GetRequiredService<CatalogueWatch>().RunAsync);
        services.AddHostedLoop("prices", provider => provider.GetRequiredService<CreditMaintenance>().KeepPricesAsync);
        services.AddHostedLoop("event feed", provider => provider.GetRequiredService<EventFeed>().RunAsync);
        services.AddHostedLoop("notifications", provider => provider.GetRequiredService<Notifier>().RunAsync);
        return services;
    }

    private static void AddModeration(this IServiceCollection services)
    {
        services.AddSingleton<JobHandler, BanSweep>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<PromptWords>();
        services.AddSingleton<PictureActs>();
        services.AddSingleton<AccountActs>();
        services.AddSingleton<Reports>();
        services.AddSingleton<ModerationRecords>();
        services.AddSingleton<OperatorActs>();
        services.AddSingleton<ModelActs>();
        services.AddSingleton<CreditActs>();
        services.AddSingleton<Alerts>();
        services.AddSingleton<Dashboard>();
        services.AddSingleton<AccountListing>();
    }

    private static void AddAccounts(this IServiceCollection services, AtelierSettings settings)
    {
        services.AddSingleton<AccountStore>();
        services.AddSingleton<SessionStore>();
        services.AddSingleton<PersonalKeys>();
        services.AddSingleton<Passwords>();
        services.AddSingleton(new SignUpPolicy(settings.Accounts.ByInvitation));
        services.AddSingleton<SignUp>();
        services.AddSingleton<SignIn>();
        services.AddSingleton<Invitations>();
        services.AddSingleton<ExternalLogins>();
        services.AddSingleton<Passkeys>();
        services.AddSingleton<EmailChange>();
        services.AddSingleton<Avatars>();
        services.AddSingleton<AccountRemoval>();
        services.AddSingleton<JobHandler, OwnerRemoval>();
        services.AddSingleton<ForgetAccount>(provider => (transaction, account) => OwnerRemoval.EnqueueAsync(
            provider.GetRequiredService<JobQueue>(), transaction, account, provider.GetRequiredService<TimeProvider>().GetUtcNow()));
        services.AddSingleton<ForgetAccount>(GalleryTraces.ForgetAsync);
        services.AddSingleton<ForgetAccount>(NotificationStore.ForgetAsync);
        services.AddSingleton<ForgetAccount>(PushDevices.ForgetAsync);
        services.AddSingleton<ForgetAccount>(OwnStyles.ForgetAsync);
        services.AddSingleton<ForgetAccount>(OwnQueue.ForgetAsync);
        services.AddSingleton<DatabaseKeyRing>();
        services.AddSingleton<MailBox>();
        services.AddSingleton<JobHandler, MailJob>();
        services.AddSingleton<Mailer>(provider => settings.Mail.Smtp is { } server
            ? new SmtpMailer(server) : new LogMailer(provider.GetRequiredService<ILogger<LogMailer>>()));
    }

    private static void AddPush(this IServiceCollection services, AtelierSettings settings)
    {
        services.AddSingleton(new PushOptions(settings.Server.PublicUrl is { } url && url.StartsWith("https:", StringComparison.Ordinal)
            ? url : settings.Mail.Smtp is { } server ? $"mailto:{server.From}" : null));
        services.AddSingleton<PushKeys>();
        services.AddSingleton<PushDevices>();
        services.AddSingleton<PushQueue>();
        services.AddSingleton<NotificationViews>();
        services.AddSingleton<DescribePush>(provider => provider.GetRequiredService<NotificationViews>().DescribeAsync);
        services.AddSingleton<JobHandler, PushJob>();
    }

    // Tests put an engine of their own in place of these.
    private static void AddProviders(this IServiceCollection services, AtelierSettings settings)
    {
        services.AddSingleton<ProviderHttp>();
        services.AddSingleton(_ => settings.Secrets.Open());
        services.AddSingleton<StoredKeys>();
        services.AddSingleton<KeyRing>();
        services.AddSingleton<ProviderHealth>();
        services.AddSingleton<ModelSwitches>();
        services.AddSingleton<FailureTriage>();
        services.AddSingleton<ProviderRouter>();
        services.AddSingleton<KeyCare>();
        services.AddSingleton<ModelRecords>();
        services.AddSingleton<ProviderRecords>();
        services.AddSingleton(provider => new WebhookAddress(
            settings.Server.PublicUrl is { } url ? new Uri(url) : null, provider.GetRequiredService<SecretBox>()));
        services.AddSingleton(new ProviderSetup { Provider = new SketchProvider(), Adapter = ProviderAdapter.Find("sketch")! });
        foreach (var options in settings.Providers.All)
        {
            services.AddSingleton(provider => new ProviderSetup
            {
                Provider = options.Adapter.Create(options.Endpoint, provider.GetRequiredService<ProviderHttp>(), provider.GetRequiredService<TimeProvider>()),
                Adapter = options.Adapter,
                Address = options.Endpoint.BaseUrl,
                Keys = options.Keys,
                Unknown = options.Unknown,
                WebhookSecret = options.WebhookSecret,
                Named = options.Named,
            });
        }
    }

    /// <summary>Adds the worker: job runner, maintenance of queue and storage.</summary>
    public static IServiceCollection AddAtelierWorker(this IServiceCollection services, AtelierSettings settings)
    {
        services.AddSingleton(RunnerOptionsOf(settings.Worker));
        services.AddSingleton<JobRunner>();
        services.AddSingleton(new BlobSweepOptions());
        services.AddSingleton<FindReferenced>(provider => async (keys, cancellationToken) =>
            (await provider.GetRequiredService<GenerationStore>().UsedBlobsAsync(keys, cancellationToken))
                .Union(await provider.GetRequiredService<Avatars>().UsedBlobsAsync(keys, cancellationToken)).ToHashSet());
        services.AddSingleton<BlobSweep>();
        services.AddSingleton<StorageMaintenance>();
        services.AddQueueMaintenance();
        services.AddHostedLoop("storage maintenance", provider => provider.GetRequiredService<StorageMaintenance>().RunAsync);
        services.AddHostedLoop("credit expiry", provider => provider.GetRequiredService<CreditMaintenance>().ExpireAsync);
        services.AddHostedLoop("job runner", provider => provider.GetRequiredService<JobRunner>().RunAsync);
        return services;
    }

    /// <summary>
    /// Adds the call that wakes workers elsewhere, if a URL is set. Where such calls are needed there may be no worker that keeps house
    /// either, so this process does: otherwise nobody would make a job ready whose time has come.
    /// </summary>
    public static IServiceCollection AddAtelierWakeUpCall(this IServiceCollection services, AtelierSettings settings)
    {
        if (settings.Wakeup.Url is not { } url)
            return services;
        services.AddSingleton(new WakeUpOptions(url, settings.Wakeup.Token, settings.Wakeup.Quiet, settings.Wakeup.Event));
        services.AddSingleton<WakeUpCall>();
        services.AddHostedLoop("wake-up call", provider => provider.GetRequiredService<WakeUpCall>().RunAsync);
        return services.AddQueueMaintenance();
    }

    /// <summary>How a worker runs jobs under these settings.</summary>
    public static JobRunnerOptions RunnerOptionsOf(WorkerOptions worker) => new()
    {
        Concurrency = worker.Concurrency,
        LeaseTimeout = worker.Lease,
        Grace = worker.Grace,
        PollInterval = worker.Poll,
    };

    private static IServiceCollection AddQueueMaintenance(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(QueueMaintenance)))
            return services;
        // The dashboard looks back a week.
        services.AddSingleton(new QueueMaintenanceOptions { StatisticsRetention = TimeSpan.FromDays(7) });
        services.AddSingleton<QueueMaintenance>();
        services.AddHostedLoop("queue maintenance", provider => provider.GetRequiredService<QueueMaintenance>().RunAsync);
        return services;
    }

    /// <summary>The limits that a lane begins with under these settings.</summary>
    public static LaneSettings NewLanesOf(LimitsOptions limits) => new() { TenantConcurrency = limits.PerUser == 0 ? null : limits.PerUser };

    private static CreditOptions CreditsOf(AtelierSettings settings) => new()
    {
        Enabled = settings.Credits.Enabled,
        OnSignUp = settings.Credits.OnSignUp,
        BonusFor = settings.Credits.BonusDays == 0 ? null : TimeSpan.FromDays(settings.Credits.BonusDays),
    };

    private static SubmissionLimits LimitsOf(LimitsOptions limits) => new()
    {
        MaxCount = limits.MaxCount,
        MaxPrompt = limits.MaxPromptLength,
        MaxWidth = limits.MaxWidth,
        MaxHeight = limits.MaxHeight,
    };

    private static Database OpenDatabase(AtelierSettings settings, IServiceProvider provider) => Database.Open(
        settings.Database.Kind == DatabaseKind.Sqlite ? $"Data Source={settings.Database.Connection}" : settings.Database.Connection,
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILoggerFactory>());

    private static void AddHostedLoop(
        this IServiceCollection services, string name, Func<IServiceProvider, Func<CancellationToken, Task>> loop) =>
        services.AddSingleton<Microsoft.Extensions.Hosting.IHostedService>(provider => new HostedLoop(
            name, loop(provider), provider.GetRequiredService<ILogger<HostedLoop>>(),
            provider.GetRequiredService<Microsoft.Extensions.Hosting.IHostApplicationLifetime>()));
}

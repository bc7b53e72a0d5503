// Builds the process that `atelier serve` runs, in the roles it is given.
using Atelier.Durable;
using Atelier.Keys;
using Atelier.Web.Components;
using Atelier.Web.Configuration;
using Atelier.Web.Endpoints;
using Atelier.Web.Watching;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Atelier.Web;

/// <summary>What a process does. Several processes with different roles share one database and store.</summary>
[Flags]
public enum Roles
{
    /// <summary>Answers the API.</summary>
    Api = 1,

    /// <summary>Shows the pages.</summary>
    Web = 2,

    /// <summary>Paints.</summary>
    Worker = 4,

    /// <summary>Everything, the default.</summary>
    All = Api | Web | Worker,
}

/// <summary>The server process.</summary>
public static class AtelierApp
{
    // Requests get this long to finish when the process stops; a worker's own grace is counted inside it.
    private static readonly TimeSpan StopMargin = TimeSpan.FromSeconds(5);

    /// <summary>Builds the application; it neither listens nor touches the database before it is started.</summary>
    /// <param name="settings">The checked settings.</param>
    /// <param name="roles">What it does.</param>
    /// <param name="adjust">Changes the parts before they are put together; for tests.</param>
    public static WebApplication Build(AtelierSettings settings, Roles roles, Action<IServiceCollection>? adjust = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection();
        builder.WebHost.UseUrls([.. settings.Server.Urls]);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.Worker.Grace + StopMargin);
        AddLogging(builder.Logging, settings.Logging);
        builder.Services.AddDataProtection().SetApplicationName("atelier");
        builder.Services.AddOptions<KeyManagementOptions>().Configure<DatabaseKeyRing>((options, keys) => options.XmlRepository = keys);
        builder.Services.AddAtelier(settings);
        if (roles.HasFlag(Roles.Worker))
            builder.Services.AddAtelierWorker(settings);
        if (roles.HasFlag(Roles.Api))
            builder.Services.AddAtelierWakeUpCall(settings);
        builder.Services.AddAtelierApi(settings);
        builder.Services.AddAtelierMetrics();
        builder.Services.AddAtelierPages();
        adjust?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseAtelierSecurity();
        app.MapAtelierHealth();
        app.MapAtelierMetrics();
        if (roles.HasFlag(Roles.Api) || roles.HasFlag(Roles.Web))
            app.MapAtelierPictures();
        if (roles.HasFlag(Roles.Api))
            app.MapAtelierApi();
        if (roles.HasFlag(Roles.Web))
        {
            app.UseResponseCompression();
            app.MapAtelierPages();
        }
        return app;
    }

    /// <summary>Creates the data folder and brings the database to this version. Returns how many migrations ran.</summary>
    /// <exception cref="MigrationException">The database belongs to a newer version or was changed by hand.</exception>
    public static Task<int> PrepareAsync(IServiceProvider services, CancellationToken cancellationToken = default)
    {
        var settings = services.GetRequiredService<AtelierSettings>();
        Directory.CreateDirectory(settings.Data.Folder);
        return Migrator.MigrateAsync(services.GetRequiredService<Database>(), AtelierServices.Migrations, cancellationToken);
    }

    private static void AddLogging(ILoggingBuilder logging, LoggingOptions options)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(options.Level);
        // The framework speaks about every request; people want to hear about pictures.
        logging.AddFilter("Microsoft", options.Level < LogLevel.Information ? options.Level : LogLevel.Warning);
        // It does not know that the database has them sealed.
        logging.AddFilter("Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", LogLevel.Error);
        if (options.Json)
            logging.AddJsonConsole(console => console.UseUtcTimestamp = true);
        else
            logging.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat, console.UseUtcTimestamp) = (true, "HH:mm:ss ", true));
    }
}

// The numbers of this process, collected by the OpenTelemetry SDK from its start on. A restart begins at zero, as Prometheus expects.
using Atelier.Durable;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Microsoft.Extensions.Logging;

namespace Atelier.Web.Watching;

internal sealed partial class Scrape : IDisposable
{
    // The queue's own, and those of the framework that operators ask for.
    private static readonly string[] Meters =
        ["Atelier.Durable", QueueGauges.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime"];

    private static readonly string[] Durations = ["atelier.jobs.wait", "atelier.jobs.run", "atelier.jobs.settle"];

    // From a millisecond (a pick-up) to ten minutes (a slow engine).
    private static readonly double[] Seconds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

    private readonly Database _database;
    private readonly Lazy<QueueGauges> _gauges;
    private readonly ILogger<Scrape> _log;
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly PrometheusText _text = new();
    private readonly MeterProvider _provider;

    public Scrape(Database database, JobQueue queue, ILogger<Scrape> log)
    {
        // Only whoever is scraped has gauges.
        (_database, _log, _gauges) = (database, log, new Lazy<QueueGauges>(() => new QueueGauges(queue)));
        var builder = Sdk.CreateMeterProviderBuilder().AddMeter(Meters).AddReader(new BaseExportingMetricReader(_text));
        foreach (var duration in Durations)
            builder.AddView(duration, new ExplicitBucketHistogramConfiguration { Boundaries = Seconds });
        _provider = builder.Build();
    }

    /// <summary>Everything in the Prometheus text format.</summary>
    public async Task<string> TakeAsync(CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            await ReadGaugesAsync(cancellationToken);
            return _text.Collect!(Timeout.Infinite) ? _text.Text : throw new InvalidOperationException("The metrics could not be collected.");
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose()
    {
        _provider.Dispose();
        if (_gauges.IsValueCreated)
            _gauges.Value.Dispose();
        _oneAtATime.Dispose();
    }

    // The counters of this process are worth most while the database is away.
    private async Task ReadGaugesAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _gauges.Value.ReadAsync(cancellationToken);
        }
        catch (Exception e) when (_database.IsTransient(e))
        {
            LogUnreadable(e.Message);
        }
    }

    [LoggerMessage(3101, LogLevel.Debug, "A scrape could not read the queue: {Reason}")]
    private partial void LogUnreadable(string reason);
}

// What Prometheus reads: names, types and labels as its text format wants them, the queue's gauges of this moment, the counters of this process.
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Atelier.Client;
using Atelier.Durable;

namespace Atelier.Web.Tests.Api;

[Collection(OnPostgres.Name)]
public sealed partial class Scraping(Databases databases)
{
    [Fact]
    public async Task Gauges_tell_depths_lanes_and_workers_of_this_moment()
    {
        await using var server = await AtelierServer.StartAsync();
        await TellsGaugesAsync(server);
    }

    [Fact]
    public async Task Gauges_are_the_same_on_PostgreSQL()
    {
        await using var server = await AtelierServer.StartAsync(await databases.PostgresAsync());
        await TellsGaugesAsync(server);
    }

    [Fact]
    public async Task Counters_and_histograms_tell_what_this_process_did()
    {
        await using var server = await AtelierServer.StartAsync(works: true);
        var queue = server.Part<JobQueue>();
        var id = (await server.Client.SubmitAsync(new GenerationRequest { Prompt = "a fox", Width = 64, Height = 64 })).Generations[0].Id;
        (await server.Painter.NextAsync()).Finish();
        using var patience = new CancellationTokenSource(AtelierServer.Patience);
        await server.Client.WatchAsync(id, cancellationToken: patience.Token).FirstAsync(e => e.IsFinal, patience.Token);
        // The event comes with the commit, the count right after it.
        while ((await queue.ActivityAsync(ct: patience.Token)).Count == 0)
            await Task.Yield();

        var metrics = await ScrapeAsync(server);

        metrics.Types["atelier_jobs_claimed_total"].ShouldBe("counter");
        metrics.Value("atelier_jobs_claimed_total", """lane="sketch" """).ShouldBeGreaterThanOrEqualTo(1);
        metrics.Value("atelier_jobs_runs_total", """lane="sketch",state="succeeded" """).ShouldBeGreaterThanOrEqualTo(1);
        foreach (var histogram in (string[])["atelier_jobs_wait_seconds", "atelier_jobs_run_seconds", "atelier_jobs_settle_seconds"])
        {
            metrics.Types[histogram].ShouldBe("histogram");
            var buckets = metrics.Samples.Where(sample => sample.Name == $"{histogram}_bucket" && sample.Labels.StartsWith("lane=\"sketch\"", StringComparison.Ordinal)).ToList();
            buckets.Select(bucket => bucket.Value).ShouldBe(buckets.Select(bucket => bucket.Value).Order());
            buckets[0].Labels.ShouldBe("""lane="sketch",le="0.001" """.Trim());
            buckets[^1].Labels.ShouldBe("""lane="sketch",le="+Inf" """.Trim());
            buckets[^1].Value.ShouldBe(metrics.Value($"{histogram}_count", """lane="sketch" """));
            metrics.Value($"{histogram}_sum", """lane="sketch" """).ShouldBeGreaterThanOrEqualTo(0);
        }
        metrics.Types["http_server_request_duration_seconds"].ShouldBe("histogram");
        metrics.Value("atelier_queue_workers", "").ShouldBe(1);
    }

    [Fact]
    public async Task A_strangers_name_for_this_server_is_refused()
    {
        await using var server = await AtelierServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics") { Headers = { Host = "evil.example" } };

        (await server.Http.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.MisdirectedRequest);
    }

    private static async Task TellsGaugesAsync(AtelierServer server)
    {
        var queue = server.Part<JobQueue>();
        await server.Client.SubmitAsync(new GenerationRequest { Prompt = "a fox" });
        await queue.Lanes.ConfigureAsync("sketch", new LaneSettings { Concurrency = 3 });
        await queue.Lanes.PauseAsync("a \"lane\" of C:\\ and\ntwo lines");
        await queue.Lanes.ParkAsync("sketch", Due.After(TimeSpan.FromHours(1)));

        var metrics = await ScrapeAsync(server);

        metrics.Value("atelier_queue_readable", "").ShouldBe(1);
        metrics.Value("atelier_queue_jobs", """lane="sketch",state="ready" """).ShouldBe(1);
        metrics.Value("atelier_queue_oldest_seconds", """lane="sketch",state="ready" """).ShouldBeInRange(0, 60);
        metrics.Value("atelier_queue_dead_letters", "").ShouldBe(0);
        metrics.Value("atelier_queue_workers", "").ShouldBe(0);
        metrics.Value("atelier_lane_limit", """lane="sketch" """).ShouldBe(3);
        metrics.Value("atelier_lane_in_flight", """lane="sketch" """).ShouldBe(0);
        metrics.Value("atelier_lane_parked", """lane="sketch" """).ShouldBe(1);
        metrics.Value("atelier_lane_paused", """lane="a \"lane\" of C:\\ and\ntwo lines" """).ShouldBe(1);
        metrics.Samples.Where(sample => sample.Name == "atelier_lane_limit").Count().ShouldBe(1);
        foreach (var gauge in metrics.Types.Where(type => type.Key.StartsWith("atelier_queue", StringComparison.Ordinal) || type.Key.StartsWith("atelier_lane", StringComparison.Ordinal)))
            gauge.Value.ShouldBe("gauge", gauge.Key);

        await queue.Lanes.UnparkAsync("sketch");
        (await ScrapeAsync(server)).Value("atelier_lane_parked", """lane="sketch" """).ShouldBe(0);
    }

    private static async Task<Metrics> ScrapeAsync(AtelierServer server)
    {
        var answer = await server.Http.GetAsync("/metrics");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        return Metrics.Read(await answer.Content.ReadAsStringAsync());
    }

    private sealed record Sample(string Name, string Labels, double Value);

    // A strict reader of the format: whatever it does not know is an error.
    private sealed partial class Metrics
    {
        public Dictionary<string, string> Types { get; } = new(StringComparer.Ordinal);

        public List<Sample> Samples { get; } = [];

        public static Metrics Read(string text)
        {
            text.ShouldEndWith("\n");
            var metrics = new Metrics();
            var (described, current) = (new HashSet<string>(), "");
            foreach (var line in text.TrimEnd('\n').Split('\n'))
            {
                if (Header().Match(line) is { Success: true } header)
                {
                    current = header.Groups["name"].Value;
                    if (header.Groups["kind"].Value == "TYPE")
                        metrics.Types.TryAdd(current, header.Groups["rest"].Value).ShouldBeTrue($"{current} is typed twice");
                    else
                        described.Add(current).ShouldBeTrue($"{current} is described twice");
                    continue;
                }
                var sample = Line().Match(line);
                sample.Success.ShouldBeTrue($"not in the format: {line}");
                sample.Groups["name"].Value.ShouldMatch($"^{current}(_bucket|_sum|_count)?$");
                var value = sample.Groups["value"].Value;
                metrics.Samples.Add(new Sample(sample.Groups["name"].Value, sample.Groups["labels"].Value, double.Parse(value, CultureInfo.InvariantCulture)));
            }
            metrics.Samples.Select(entry => (entry.Name, entry.Labels)).ShouldBeUnique();
            return metrics;
        }

        // The space before a closing quote of a raw string is not part of the labels.
        public double Value(string name, string labels) =>
            Samples.Where(sample => sample.Name == name && sample.Labels == labels.Trim()).ShouldHaveSingleItem($"{name}{{{labels}}}").Value;

        [GeneratedRegex("^# (?<kind>HELP|TYPE) (?<name>[a-zA-Z_][a-zA-Z0-9_]*) (?<rest>.*)$", RegexOptions.ExplicitCapture, 1000)]
        private static partial Regex Header();

        [GeneratedRegex("""^(?<name>[a-zA-Z_][a-zA-Z0-9_]*)(\{(?<labels>([a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*",?)+)\})? (?<value>-?[0-9.]+(E[+-]?[0-9]+)?)$""", RegexOptions.ExplicitCapture, 1000)]
        private static partial Regex Line();
    }
}

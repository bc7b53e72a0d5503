// Keys go in by every way there is, into the real server, at a provider that repeats them whenever it complains. Afterwards no trace of them is
// found anywhere: not in logs, answers, events, the database, the data folder, pictures, or what commands print.

using System.Text;
using Atelier.Client;
using Atelier.Doubles;
using Atelier.Doubles.Replicate;
using Atelier.EndToEnd.Cli;
using Microsoft.AspNetCore.Http;

namespace Atelier.EndToEnd.Secrets;

public sealed class SecrecyTests : IAsyncLifetime
{
    // How each of them came in, and the secret itself.
    private static readonly Dictionary<string, string> Secrets = new(StringComparer.Ordinal)
    {
        ["settings"] = "test-in-the-settings-9f2c41d7e8", ["variable"] = "test-in-a-variable-77ab05c3d1", ["mounted"] = "test-in-a-mounted-file-e0d94b62",
        ["stored"] = "test-in-the-store-3c58f1a90b",
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("atelier-secrecy-").FullName;
    private readonly StringBuilder _seen = new();
    private DoublesHost _doubles = null!;

    private string Data => Path.Combine(_folder, "data");

    public async Task InitializeAsync()
    {
        _doubles = await DoublesHost.StartAsync(settings: new DoubleSettings { PaintTime = TimeSpan.FromMilliseconds(5), LongestSide = 64 });
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(_folder, "mounted.txt"), Secrets["mounted"] + "\n");
        await File.WriteAllTextAsync(Path.Combine(_folder, "stored.txt"), Secrets["stored"]);
        await File.WriteAllTextAsync(Path.Combine(Data, "atelier.yaml"), $"""
            logging:
              level: trace
            providers:
              replicate:
                url: {_doubles.AddressOf(_doubles.Get<ReplicateDouble>())}
                keys:
                  written:
                    key: {Secrets["settings"]}
                  mounted:
                    key_file: {Path.Combine(_folder, "mounted.txt")}
            """);
    }

    public async Task DisposeAsync()
    {
        await _doubles.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_key_is_found_nowhere_but_where_it_was_put()
    {
        await RunAsync("keys", "add", "replicate", "stored", "--from-file", "stored.txt");
        using (var server = Start("serve", "--urls", "http://127.0.0.1:0"))
        {
            var words = (await server.HearAsync("is ready on")).Split(' ');
            using var http = new HttpClient { BaseAddress = new Uri(words[^1]) };
            await UseAsync(http);
            var ended = await server.SignalAsync("TERM");
            _seen.Append(ended.Out).Append(ended.Error);
        }
        string[][] commands =
        [
            ["keys", "list"], ["keys", "list", "--json"], ["keys", "test", "replicate"], ["keys", "test", "replicate", "--json"], ["providers"], ["providers", "--json"],
            ["models", "--json"], ["jobs", "list", "--dead", "--json"], ["doctor"], ["doctor", "--json"], ["keys", "disable", "replicate", "stored", "--json"],
        ];
        foreach (var command in commands) await RunAsync(command);

        _seen.ToString().ShouldContain("(key)");
        foreach (var secret in Secrets.Values) _seen.ToString().ShouldNotContain(secret);
        foreach (var file in Directory.GetFiles(Data, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "atelier.yaml"))
        {
            var bytes = await File.ReadAllBytesAsync(file);
            foreach (var secret in Secrets.Values) Holds(bytes, secret).ShouldBeFalse($"{file} holds {secret}");
        }
    }

    // Pictures with every key, and every way in which a provider can complain: about the request, the key, the prediction.
    private async Task UseAsync(HttpClient http)
    {
        var client = new AtelierClient(http);
        var painted = await PaintAsync(client, count: 4);
        painted.ShouldAllBe(generation => generation.Status == "completed");
        painted = [.. painted, .. await PaintAsync(client, count: 4)];
        _doubles.Calls.Count(call => call.Path.EndsWith("/predictions", StringComparison.Ordinal)).ShouldBe(8);
        _doubles.Faults.Always = request => request.Method == "POST" ? Repeating(422, request) : null;
        painted = [.. painted, .. await PaintAsync(client, count: 4)];
        _doubles.Faults.Always = request => request.Method == "POST" ? Repeating(401, request) : null;
        painted = [.. painted, .. await PaintAsync(client, count: 1)];
        _doubles.Faults.Clear();

        var providers = await client.ProvidersAsync();
        providers.Single(provider => provider.Name == "replicate").Keys.Select(key => (key.Label, key.State)).ShouldBe(
            [("mounted", "blocked"), ("written", "blocked"), ("environment", "blocked"), ("stored", "blocked")], ignoreOrder: true);
        foreach (var generation in painted)
        {
            foreach (var path in (string[])["", "/attempts", "/events"]) await ReadAsync(http, $"/api/v1/generations/{generation.Id}{path}");
            await ReadAsync(http, $"/api/v1/images/{generation.Id}/full?download=1");
            await ReadAsync(http, $"/api/v1/images/{generation.Id}/original");
        }
        string[] pages = ["/", "/library", "/api/v1/models", "/api/v1/providers", "/api/v1/generations", "/api/v1/queue", "/api/v1/queue/dead", "/metrics", "/openapi/v1.json", "/readyz"];
        foreach (var page in pages) await ReadAsync(http, page);
        foreach (var (path, body) in new[] { ("generations", "{\"model\": \"replicate/flux-schnell\"}"), ("estimates", "{\"prompt\": \"a cat\", \"model\": \"flux-schnell\"}"), ("estimates", "{\"steps\": []}") })
            await KeepAsync(await http.PostAsync($"/api/v1/{path}", new StringContent(body, Encoding.UTF8, "application/json")));
        await KeepAsync(await http.PostAsync("/api/v1/providers/replicate/keys/stored/cure", content: null));
        await KeepAsync(await http.PostAsync($"/api/v1/providers/replicate/keys/none/cure", content: null));
    }

    private static async Task<IReadOnlyList<GenerationRecord>> PaintAsync(AtelierClient client, int count)
    {
        var answer = await client.SubmitAsync(new GenerationRequest { Prompt = "a cat", Model = "replicate/flux-schnell", Count = count });
        var ended = new List<GenerationRecord>();
        foreach (var submitted in answer.Generations)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            await foreach (var _ in client.WatchAsync(submitted.Id, cancellationToken: patience.Token))
            {
                // The stream ends with the generation.
            }
            ended.Add(await client.GetAsync(submitted.Id, patience.Token));
        }
        return ended;
    }

    private static Fault Repeating(int status, HttpRequest request) =>
        Fault.Answering($"repeats the key with {status}", status, $$"""{"title":"No","detail":"- input.prompt: {{request.Headers.Authorization}} may not do this\n"}""");

    private async Task ReadAsync(HttpClient http, string path) => await KeepAsync(await http.GetAsync(path));

    private async Task KeepAsync(HttpResponseMessage response)
    {
        using (response)
            _seen.Append(response.Headers).Append(Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync())).Append('\n');
    }

    private async Task RunAsync(params string[] args)
    {
        using var command = Start(args);
        var ended = await command.EndAsync();
        _seen.Append(ended.Out).Append(ended.Error);
    }

    private AtelierProcess Start(params string[] args) => AtelierProcess.Start(_folder, database: null, args, new Dictionary<string, string> { ["REPLICATE_API_TOKEN"] = Secrets["variable"] });

    private static bool Holds(byte[] bytes, string secret) =>
        bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) >= 0 || bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes(secret)) >= 0
        || bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)).TrimEnd('='))) >= 0;
}

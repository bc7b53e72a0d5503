// Runs a story of an official client against the doubles, in a process of its own.
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Atelier.Doubles;

namespace Atelier.Tests.Providers.Sdk;

internal static class SdkStory
{
    /// <summary>A key that the doubles take.</summary>
    public const string Key = ProviderDouble.GoodKey + "sdk";

    // ./test installs the clients here; they are tools of the tests and no part of the program.
    private const string Clients = "artifacts/npm/sdk";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>Doubles of its own for a story, so that what goes wrong there goes wrong for nobody else.</summary>
    public static Task<DoublesHost> DoublesAsync(TimeSpan? paintTime = null) =>
        DoublesHost.StartAsync(settings: new DoubleSettings { PaintTime = paintTime ?? TimeSpan.FromMilliseconds(50) });

    /// <summary>What the client told.</summary>
    /// <param name="doubles">The doubles.</param>
    /// <param name="client">The name of its file of stories.</param>
    /// <param name="story">The story.</param>
    /// <param name="key">The key that it shows.</param>
    /// <param name="word">What else the story wants to know.</param>
    public static async Task<JsonElement> TellAsync(DoublesHost doubles, string client, string story, string key = Key, string word = "")
    {
        var root = Root();
        if (!Directory.Exists(Path.Combine(root, Clients, "node_modules")))
            throw new DirectoryNotFoundException($"The official clients are not in {Clients}: ./test installs them.");
        var start = new ProcessStartInfo("node", [Path.Combine(Path.GetDirectoryName(ThisFile())!, "tell.mjs"), client, story, doubles.Url, key, word])
        {
            WorkingDirectory = Path.Combine(root, Clients),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var (told, complaint) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            process.ExitCode.ShouldBe(0, $"{client} {story}: {await complaint}");
            using var json = JsonDocument.Parse(await told);
            return json.RootElement.Clone();
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>The error that ended a story: its class and its status.</summary>
    public static (string? Class, int? Status) Error(this JsonElement told) =>
        told.TryGetProperty("error", out var error)
            ? (error.GetProperty("class").GetString(), error.GetProperty("status").ValueKind == JsonValueKind.Number ? error.GetProperty("status").GetInt32() : null)
            : throw new InvalidOperationException($"it ended well: {told}");

    /// <summary>What stands at a path of names; numbers stand for the places of a list.</summary>
    public static JsonElement Of(this JsonElement told, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
            told = int.TryParse(name, out var place) ? told[place] : told.TryGetProperty(name, out var found) ? found : throw new KeyNotFoundException($"no {name} in {told}");
        return told;
    }

    /// <summary>The text at a path.</summary>
    public static string? TextOf(this JsonElement told, params ReadOnlySpan<string> path) => told.Of(path).GetString();

    /// <summary>The size of the picture at a path, such as 1024x1024; that it is no picture where it is none.</summary>
    public static string Picture(this JsonElement told, params ReadOnlySpan<string> path)
    {
        var picture = told.Of(path);
        return picture.Of("png").GetBoolean() ? $"{picture.Of("width")}x{picture.Of("height")}" : $"no picture: {picture}";
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Atelier.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("The tests run inside the repository.");
        return folder;
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}

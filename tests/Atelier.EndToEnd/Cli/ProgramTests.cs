// The real program as a person or a script meets it: what it prints where, how it ends, and what it leaves on disk.

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Atelier.Vips;

namespace Atelier.EndToEnd.Cli;

public sealed class ProgramTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("atelier-program-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_prompt_becomes_a_file_in_this_folder()
    {
        var ended = await Run("generate", "a", "red", "bicycle", "--width", "256", "--height", "192");

        ended.Code.ShouldBe(0, ended.Error);
        var file = Directory.GetFiles(folder).ShouldHaveSingleItem();
        Path.GetFileName(file).ShouldMatch("^a-red-bicycle-[0-9a-f]{8}\\.webp$");
        ended.Out.ShouldStartWith($"{file}  256×192, seed ");
        ended.Error.ShouldContain("picture: completed");
        (ended.Out + ended.Error).ShouldNotContain("\u001b", Case.Sensitive);
        ImageFormats.Sniff(await File.ReadAllBytesAsync(file)).ShouldBe(ImageFormat.Webp);
    }

    [Theory]
    [InlineData("png")]
    [InlineData("jpg")]
    [InlineData("svg")]
    public async Task The_name_of_the_file_chooses_the_format(string extension)
    {
        var ended = await Run("generate", "a house", "-o", $"pictures/house.{extension}", "--width", "256", "--height", "256");

        ended.Code.ShouldBe(0, ended.Error);
        var bytes = await File.ReadAllBytesAsync(Path.Combine(folder, "pictures", $"house.{extension}"));
        ImageFormats.Sniff(bytes)!.Value.Extension().ShouldBe(extension);
    }

    [Fact]
    public async Task A_script_gets_one_object_an_image_and_nothing_else()
    {
        var ended = await Run("generate", "three cats", "--count", "2", "--seed", "7", "--width", "256", "--height", "256", "--json", "-o", "out/");

        ended.Code.ShouldBe(0, ended.Error);
        ended.Error.ShouldBeEmpty();
        var images = ended.Out.Trim().Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        images.Select(image => image.GetProperty("seed").GetInt64()).ShouldBe([7, 8]);
        foreach (var image in images)
        {
            image.GetProperty("status").GetString().ShouldBe("completed");
            new FileInfo(image.GetProperty("file").GetString()!).Length.ShouldBe(image.GetProperty("bytes").GetInt64());
        }
    }

    [Fact]
    public async Task The_same_seed_paints_the_same_file()
    {
        foreach (var name in (string[])["one.webp", "two.webp"])
            (await Run("generate", "a lighthouse at dusk", "--seed", "42", "--width", "256", "--height", "256", "-o", name)).Code.ShouldBe(0);

        (await File.ReadAllBytesAsync(Path.Combine(folder, "one.webp"))).ShouldBe(await File.ReadAllBytesAsync(Path.Combine(folder, "two.webp")));
    }

    [Fact]
    public async Task What_exists_is_not_overwritten_and_nothing_is_painted_in_vain()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "mine.png"), "mine");

        var ended = await Run("generate", "a cat", "-o", "mine.png");

        ended.Code.ShouldBe(1);
        ended.Error.ShouldContain("exists already");
        ended.Error.ShouldContain("--force");
        (await File.ReadAllTextAsync(Path.Combine(folder, "mine.png"))).ShouldBe("mine");
        Directory.Exists(Path.Combine(folder, "data")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_request_that_cannot_be_is_refused_with_every_reason()
    {
        var ended = await Run("generate", "a cat", "--aspect", "wide", "--count", "9", "--style", "nice");

        ended.Code.ShouldBe(2);
        ended.Error.ShouldContain("aspect_ratio 'wide'");
        ended.Error.ShouldContain("count '9'");
        ended.Error.ShouldContain("style 'nice'");
    }

    [Fact]
    public async Task Interrupted_it_withdraws_its_request()
    {
        using var program = AtelierProcess.Start(folder, "generate", "a city", "--count", "4", "--width", "4096", "--height", "4096");
        await program.HearAsync("queued");

        var ended = await program.SignalAsync("INT");

        ended.Code.ShouldBe(130);
        ended.Error.ShouldContain("interrupted");
        Directory.GetFiles(folder).ShouldBeEmpty();
        (await Run("worker", "--drain")).Out.ShouldContain("nothing more is due");
    }

    [Fact]
    public async Task Serve_says_where_to_click_and_ends_well()
    {
        using var program = AtelierProcess.Start(folder, "serve", "--urls", "http://127.0.0.1:0");
        var url = (await program.HearAsync("is ready on")).Split(' ')[^1];
        await program.HearAsync("Ctrl+C");
        using (var client = new HttpClient())
            (await client.GetAsync(new Uri($"{url}/api/v1/models"))).StatusCode.ShouldBe(HttpStatusCode.OK);

        var ended = await program.SignalAsync("TERM");

        ended.Code.ShouldBe(0, ended.Error);
        ended.Out.ShouldContain($"Open   {url}");
        File.Exists(Path.Combine(folder, "data", "atelier.db")).ShouldBeTrue();
    }

    [Fact]
    public async Task An_address_that_is_taken_is_said_so()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        var ended = await Run("serve", "--urls", $"http://{other.LocalEndpoint}");

        ended.Code.ShouldBe(69);
        ended.Error.ShouldContain("already in use");
        ended.Error.ShouldContain("--urls");
    }

    [Fact]
    public async Task A_broken_catalogue_is_said_so_with_its_line()
    {
        Directory.CreateDirectory(Path.Combine(folder, "data"));
        await File.WriteAllTextAsync(Path.Combine(folder, "data", "catalogue.yaml"), "models:\n  - id: sketch\n    colour: red\n");

        var ended = await Run("models");

        ended.Code.ShouldBe(78);
        ended.Error.ShouldContain("catalogue.yaml, line 3: sketch: colour is no field here");
    }

    [Fact]
    public async Task A_database_that_does_not_answer_is_said_so_without_its_password()
    {
        var ended = await Run("migrate", "--database", "postgres://ada:horse@127.0.0.1:1/pictures");

        ended.Code.ShouldBe(69);
        ended.Error.ShouldContain("the database does not answer");
        (ended.Out + ended.Error).ShouldNotContain("horse");
        ended.Error.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Migrating_is_announced_done_and_then_done_already()
    {
        (await Run("migrate", "--dry-run")).Out.ShouldContain("would be made");
        Directory.Exists(Path.Combine(folder, "data")).ShouldBeFalse();
        (await Run("migrate")).Out.ShouldStartWith("applied");
        (await Run("migrate")).Out.ShouldBe($"up to date{Environment.NewLine}");
        (await Run("migrate", "--dry-run")).Out.ShouldBe($"up to date{Environment.NewLine}");
    }

    [Fact]
    public async Task A_worker_works_until_told_to_stop()
    {
        using var program = AtelierProcess.Start(folder, "worker");
        await program.HearAsync("working");

        (await program.SignalAsync("TERM")).Code.ShouldBe(0);
    }

    [Fact]
    public async Task A_drain_ends_by_itself_and_its_code_tells_whether_work_is_left()
    {
        using (var program = AtelierProcess.Start(folder, "serve", "--roles", "api", "--urls", "http://127.0.0.1:0"))
        {
            var url = (await program.HearAsync("is ready on")).Split(' ')[^1];
            using var client = new HttpClient();
            using var wish = new StringContent("{\"prompt\": \"a boat\", \"width\": 64, \"height\": 64}", System.Text.Encoding.UTF8, "application/json");
            (await client.PostAsync(new Uri($"{url}/api/v1/generations"), wish)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
            (await program.SignalAsync("TERM")).Code.ShouldBe(0);
        }

        (await Run("jobs", "lanes", "park", "sketch", "--until", "1h", "--reason", "their outage")).Code.ShouldBe(0);
        var held = await Run("worker", "--drain", "--for", "2s");
        held.Code.ShouldBe(75, held.Error);
        held.Out.ShouldContain("work is left");
        (await Run("jobs", "lanes")).Out.ShouldContain("(their outage)");

        (await Run("jobs", "lanes", "unpark", "sketch")).Code.ShouldBe(0);
        var drained = await Run("worker", "--drain", "--for", "1m");
        drained.Code.ShouldBe(0, drained.Error);
        drained.Out.ShouldContain("nothing more is due");
        (await Run("jobs", "list", "--json")).Out.ShouldBeEmpty();
    }

    [Fact]
    public async Task All_wrong_settings_are_told_at_once()
    {
        Directory.CreateDirectory(Path.Combine(folder, "data"));
        await File.WriteAllTextAsync(Path.Combine(folder, "data", "atelier.yaml"), "worker:\n  concurrency: 900\nlogging:\n  level: loud\n");

        var ended = await Run("serve");

        ended.Code.ShouldBe(78);
        ended.Error.ShouldContain("2 settings need attention");
        ended.Error.ShouldContain("atelier.yaml:2");
        ended.Error.ShouldContain("atelier.yaml:4");
    }

    [Fact]
    public async Task The_launcher_forwards_words_and_exit_codes()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Atelier.slnx"))) root = root.Parent!;
        var start = new ProcessStartInfo(Path.Combine(root.FullName, "atelier"), ["frobnicate"]) { UseShellExecute = false, RedirectStandardError = true };
        using var launcher = Process.Start(start)!;
        var error = await launcher.StandardError.ReadToEndAsync();
        await launcher.WaitForExitAsync();

        launcher.ExitCode.ShouldBe(2);
        error.ShouldContain("there is no command 'frobnicate'");
    }

    private Task<Ended> Run(params string[] args) => AtelierProcess.RunAsync(folder, args);
}

// The example of the README, run as it stands there.
using System.Runtime.CompilerServices;
using System.Text.Json;
using Atelier.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Atelier.Durable.Tests;

public sealed class ReadmeTests
{
    [Fact]
    public async Task The_example_sends_the_mail()
    {
        using var folder = new TempFolder();
        var connectionString = $"Data Source={folder["mail.db"]}";

        // example
        await using var database = Database.Open(connectionString, TimeProvider.System, NullLoggerFactory.Instance);
        await Migrator.MigrateAsync(database, [DurableMigrations.Source]);
        await database.TransactAsync(tx => tx.ExecuteAsync("create table if not exists mails (address text primary key, sent boolean not null)"));

        var handlers = new JobHandlers(new SendMail());
        var queue = new JobQueue(database, handlers);

        // The row and the job that works on it: both or neither.
        await database.TransactAsync(async tx =>
        {
            await tx.ExecuteAsync("insert into mails values ('ann@example.org', false)");
            await queue.EnqueueAsync(tx, new NewJob { Kind = "send-mail", Payload = "\"ann@example.org\"" });
        });

        var runner = new JobRunner(queue, new JobRunnerOptions { Concurrency = 8 }, TimeProvider.System, NullLoggerFactory.Instance);
        var report = await runner.DrainAsync(TimeSpan.FromMinutes(5), CancellationToken.None);

        // end of example
        report.ShouldBe(new DrainReport(1, Emptied: true));
        (await database.ReadAsync(session => session.ScalarAsync<bool>("select sent from mails"))).ShouldBeTrue();
    }

    [Fact]
    public async Task The_examples_tell_their_stories()
    {
        var start = new System.Diagnostics.ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "DurableQueue.dll")])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using var examples = System.Diagnostics.Process.Start(start)!;
        var said = await examples.StandardOutput.ReadToEndAsync();
        await examples.WaitForExitAsync();

        examples.ExitCode.ShouldBe(0);
        said.ShouldContain("fair: ann bob ann bob ann ann");
        said.ShouldContain("poll: 4 runs, 3 polls");
        said.ShouldContain("chain: 4 links");
    }

    [Fact]
    public void The_readme_shows_that_very_code()
    {
        var here = File.ReadAllText(ThisFile());
        var readme = File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../src/Atelier.Durable/README.md"));
        var shown = Between(readme, "<!-- example -->\n```csharp\n", "```\n<!-- /example -->");
        var main = Lines(Between(here, "// example\n", "// end of example")).Replace("connectionString", "\"Data Source=mail.db\"", StringComparison.Ordinal);
        var handler = Lines(here[here.LastIndexOf("internal sealed class SendMail", StringComparison.Ordinal)..]);

        Lines(shown).ShouldBe(main + handler);
    }

    private static string Between(string text, string begin, string end)
    {
        var from = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }

    // Indentation aside, for here the code stands in a method.
    private static string Lines(string text) =>
        string.Concat(text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0).Select(line => line + "\n"));

    private static string ThisFile([CallerFilePath] string path = "") => path;
}

internal sealed class SendMail : JobHandler
{
    public override string Kind => "send-mail";

    public override async Task<JobOutcome> RunAsync(JobContext job, CancellationToken ct)
    {
        var address = JsonSerializer.Deserialize<string>(job.Job.Payload)!;

        // Durable before the letter goes out: a second run finds it and can ask instead of sending again.
        await job.CheckpointAsync("\"sending\"", ct: ct);
        job.ReportProgress(new JobProgress(0.5, "handing over"));

        return new JobOutcome.Succeeded
        {
            Commit = tx => tx.ExecuteAsync("update mails set sent = true where address = @address", new { address }),
        };
    }
}

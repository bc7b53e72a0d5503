// A command line that is not understood ends with 2, says why on standard error, and does nothing.

using Atelier.Cli;

namespace Atelier.EndToEnd.Cli;

public sealed class MisunderstandingTests : IDisposable
{
    private readonly CommandLineDriver terminal = new();

    public void Dispose() => terminal.Dispose();

    [Theory]
    [InlineData("there is no command 'genrate'; did you mean generate?", "genrate", "a", "cat")]
    [InlineData("there is no command 'frobnicate'", "frobnicate")]
    [InlineData("there is no option --aspct; did you mean --aspect?", "generate", "a", "cat", "--aspct", "3:2")]
    [InlineData("there is no option --dry-rum; did you mean --dry-run?", "migrate", "--dry-rum")]
    [InlineData("there is no option --gibberish", "models", "--gibberish")]
    [InlineData("'now' is one word too many", "serve", "now")]
    [InlineData("which command?", "--verbose")]
    [InlineData("PROMPT is missing", "generate")]
    [InlineData("--seed wants a whole number from 0 to 4294967295, not '-1'", "generate", "cat", "--seed", "-1")]
    [InlineData("--seed wants a whole number from 0 to 4294967295, not '4294967296'", "generate", "cat", "--seed", "4294967296")]
    [InlineData("--count wants a whole number from 1 to 16, not '0'", "generate", "cat", "--count", "0")]
    [InlineData("--count wants a whole number from 1 to 16, not 'two'", "generate", "cat", "--count", "two")]
    [InlineData("--width wants a whole number from 1 to 16384, not '1e9'", "generate", "cat", "--width", "1e9", "--height", "5")]
    [InlineData("--strength wants a number from 0 to 1, not 'NaN'", "generate", "cat", "--image", "x.png", "--strength", "NaN")]
    [InlineData("--strength wants a number from 0 to 1, not '1.1'", "generate", "cat", "--image", "x.png", "--strength", "1.1")]
    [InlineData("--format wants one of webp, png, jpeg, avif, svg, not 'gif'", "generate", "cat", "--format", "gif")]
    [InlineData("--format webp contradicts the name cat.png", "generate", "cat", "--format", "webp", "-o", "cat.png")]
    [InlineData("--width and --height go together", "generate", "cat", "--width", "512")]
    [InlineData("--aspect and --width with --height exclude each other", "generate", "cat", "--aspect", "1:1", "--width", "5", "--height", "5")]
    [InlineData("--strength needs --image", "generate", "cat", "--strength", "0.5")]
    [InlineData("--for wants a time such as 90s, 5m or 1h, not 'soon'", "worker", "--drain", "--for", "soon")]
    [InlineData("--for goes with --drain", "worker", "--for", "5m")]
    [InlineData("--json goes with --drain", "worker", "--json")]
    [InlineData("which of list, show,", "jobs")]
    [InlineData("there is no command 'jobs lanse'; did you mean lanes?", "jobs", "lanse")]
    [InlineData("there is no command 'jobs lanes pauze'; did you mean pause?", "jobs", "lanes", "pauze")]
    [InlineData("an id is a whole number above 0, not 'x'", "jobs", "show", "x")]
    [InlineData("an id is a whole number above 0, not '-'", "jobs", "cancel", "3", "-")]
    [InlineData("ID... is missing", "jobs", "wake")]
    [InlineData("--state wants one of scheduled, waiting, ready,", "jobs", "list", "--state", "asleep")]
    [InlineData("--error goes with --dead", "jobs", "list", "--error", "timeout")]
    [InlineData("--dead and --state exclude each other", "jobs", "list", "--dead", "--state", "ready")]
    [InlineData("which ones? give ids, or --all", "jobs", "retry")]
    [InlineData("ids and --all exclude each other", "jobs", "discard", "3", "--all")]
    [InlineData("--lane goes with --all", "jobs", "retry", "3", "--lane", "sketch")]
    [InlineData("--payload goes with one id", "jobs", "retry", "--all", "--payload", "{}")]
    [InlineData("--payload wants JSON", "jobs", "retry", "3", "--payload", "{")]
    [InlineData("what should be set? --concurrency,", "jobs", "lanes", "set", "sketch")]
    [InlineData("--concurrency wants a whole number above 0, or none, not '0'", "jobs", "lanes", "set", "sketch", "--concurrency", "0")]
    [InlineData("--rate wants a number in a time such as 10/1s, 100/1m or 20cost/1m, or none alone, not '10'", "jobs", "lanes", "set", "sketch", "--rate", "10")]
    [InlineData("--adaptive wants bounds such as 2-16", "jobs", "lanes", "set", "sketch", "--adaptive", "16-2")]
    [InlineData("--until wants a time such as 10m, or 2030-01-31T08:00Z, not '2030-01-31T08:00'", "jobs", "lanes", "park", "sketch", "--until", "2030-01-31T08:00")]
    [InlineData("'--until' is required", "jobs", "lanes", "park", "sketch")]
    [InlineData("what should be set? --weight or --concurrency", "jobs", "tenants", "set", "ann")]
    [InlineData("--weight wants a number above 0, such as 0.5 or 4, not '0'", "jobs", "tenants", "set", "ann", "--weight", "0")]
    [InlineData("--minutes wants a whole number from 1 to 1440", "queue", "stats", "--minutes", "0")]
    [InlineData("--set wants KEY=VALUE, not 'fast'", "doctor", "--set", "fast")]
    public async Task It_says_what_is_wrong(string says, params string[] args)
    {
        var answer = await terminal.Type(args);

        answer.Code.ShouldBe(ExitCode.Usage);
        answer.Out.ShouldBeEmpty();
        answer.Error.ShouldContain(says);
        answer.Error.ShouldContain("--help");
        answer.Error.ShouldNotContain("   at ");
        Directory.EnumerateFileSystemEntries(terminal.Folder).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("serve", "--urls", "ftp://x")]
    [InlineData("serve", "--roles", "painter")]
    [InlineData("worker", "--concurrency", "0")]
    [InlineData("generate", "a cat", "--set", "worker.concurency=3")]
    [InlineData("models", "--database", "mysql://x")]
    [InlineData("migrate", "--set", "logging.level=loud")]
    [InlineData("doctor", "--set", "logging.level=loud")]
    public async Task A_wrong_setting_ends_every_command_before_it_begins(params string[] args)
    {
        var answer = await terminal.Type(args);

        answer.Code.ShouldBe(ExitCode.Configuration);
        (answer.Error + answer.Out).ShouldContain("fix:");
        Directory.EnumerateFileSystemEntries(terminal.Folder).ShouldBeEmpty();
    }
}

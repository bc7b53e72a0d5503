// `atelier jobs list`: unfinished jobs, or dead letters. Changes nothing.

using System.CommandLine;
using Atelier.Cli.Output;
using Atelier.Client;
using Atelier.Durable;
using Atelier.Web;

namespace Atelier.Cli.Commands.Jobs;

internal sealed class JobsListCommand : QueueCommand
{
    private const int DefaultLimit = 50;
    private const int PageSize = 1_000;

    private static readonly JobState[] States = [.. Enum.GetValues<JobState>().Where(state => !state.IsFinal() || state == JobState.Dead)];

    private readonly Option<JobState?> state = CommonOptions.Parsed(
        "--state", "STATE", "Only in this state", $"one of {string.Join(", ", States.Select(QueueRecords.NameOf))}", text =>
            States.Cast<JobState?>().FirstOrDefault(known => QueueRecords.NameOf(known!.Value) == text));

    private readonly Option<bool> dead = new("--dead") { Description = "The dead letters: jobs that were given up" };
    private readonly Option<string> lane = JobOptions.Lane();
    private readonly Option<string> kind = JobOptions.Kind();
    private readonly Option<string> tenant = JobOptions.Tenant();
    private readonly Option<string> error = JobOptions.Error();
    private readonly Option<int?> limit = CommonOptions.WholeNumber("--limit", "N", $"At most so many, oldest first (default: {DefaultLimit})", 1, 1_000_000);
    private readonly Option<bool> json = CommonOptions.Json();

    public JobsListCommand()
        : base("list", "List unfinished jobs, or dead letters")
    {
        foreach (var option in (Option[])[state, dead, lane, kind, tenant, error, limit, json]) Add(option);
        Validators.Add(result =>
        {
            // The words as written: whether they are a state is told elsewhere.
            var written = result.GetResult(state) is { Implicit: false, Tokens: [var word] } ? word.Value : null;
            var asksDead = result.GetValue(dead) || written == QueueRecords.NameOf(JobState.Dead);
            if (result.GetResult(error) is { Implicit: false } && !asksDead) result.AddError("--error goes with --dead");
            if (result.GetValue(dead) && written is not null && written != QueueRecords.NameOf(JobState.Dead)) result.AddError("--dead and --state exclude each other");
        });
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier jobs list", "everything unfinished, oldest first"),
        new("atelier jobs list --state parked --lane replicate", "what a rate limit holds back"),
        new("atelier jobs list --dead --error timeout", "what was given up because of timeouts"),
        new("atelier jobs list --limit 100000 --json", "one JSON object a job, for scripts"),
    ];

    protected override async Task<ExitCode> RunAsync(OpenQueue open, Invocation invocation, CancellationToken cancellationToken)
    {
        var (terminal, most) = (invocation.Terminal, invocation.Value(limit) ?? DefaultLimit);
        var asksDead = invocation.Value(dead) || invocation.Value(state) == JobState.Dead;
        var found = await ReadAsync(asksDead ? DeadLetters : Unfinished, most + 1, cancellationToken);
        var sheet = new Sheet("ID", "STATE", "LANE", "KIND", "TENANT", "ATTEMPT", "ENQUEUED", asksDead ? "DIED" : "DUE", "LAST ERROR");
        foreach (var job in found.Take(most))
        {
            if (invocation.Value(json)) terminal.Out.WriteLine(JobOptions.Json(job));
            else sheet.Add(Row(job));
        }

        if (!invocation.Value(json)) sheet.Print(terminal, asksDead ? "no dead letters" : "no unfinished jobs");
        if (found.Count > most) terminal.Say($"there are more; --limit {most * 10L} shows more");
        return ExitCode.Ok;

        async Task<IReadOnlyList<JobRecord>> DeadLetters(JobId? after)
        {
            var filter = new DeadLetterFilter(invocation.Value(lane), invocation.Value(kind), invocation.Value(tenant), invocation.Value(error));
            return [.. (await open.Queue.DeadLettersAsync(filter, after, PageSize, cancellationToken)).Select(QueueRecords.Of)];
        }

        async Task<IReadOnlyList<JobRecord>> Unfinished(JobId? after)
        {
            var filter = new JobFilter(invocation.Value(lane), invocation.Value(state), invocation.Value(kind), invocation.Value(tenant));
            return [.. (await open.Queue.ListAsync(filter, after, PageSize, cancellationToken)).Select(QueueRecords.Of)];
        }
    }

    private static async Task<List<JobRecord>> ReadAsync(
        Func<JobId?, Task<IReadOnlyList<JobRecord>>> read, int most, CancellationToken cancellationToken)
    {
        var all = new List<JobRecord>();
        IReadOnlyList<JobRecord> page;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            page = await read(all.Count == 0 ? null : new JobId(all[^1].Id));
            all.AddRange(page);
        }
        while (page.Count == PageSize && all.Count < most);
        return all;
    }

    private static string[] Row(JobRecord job) =>
    [
        $"{job.Id}", job.CancelRequested ? $"{job.State} (canceling)" : job.State, job.Lane, job.Kind, job.Tenant, $"{job.Attempt}/{job.MaxAttempts}",
        Times.Show(job.EnqueuedAt), Times.Show(job.DiedAt ?? job.RunAt), job.Failures.Count == 0 ? "" : $"{job.Failures[^1].Code}: {job.Failures[^1].Message}",
    ];
}

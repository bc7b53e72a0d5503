// Which dead letters a command is about: named by their ids, or all that match.

using System.CommandLine;
using System.CommandLine.Parsing;
using Atelier.Durable;

namespace Atelier.Cli.Commands.Jobs;

internal sealed class DeadLetterChoice
{
    private const int PageSize = 1_000;

    private readonly Argument<JobId[]> ids = JobOptions.Ids(mayBeNone: true);
    private readonly Option<bool> all = new("--all") { Description = "All dead letters, or all that match the filters" };
    private readonly Option<string> lane = JobOptions.Lane();
    private readonly Option<string> kind = JobOptions.Kind();
    private readonly Option<string> tenant = JobOptions.Tenant();
    private readonly Option<string> error = JobOptions.Error();

    public void AddTo(Command command)
    {
        command.Add(ids);
        foreach (var option in (Option[])[all, lane, kind, tenant, error]) command.Add(option);
        command.Validators.Add(Check);
    }

    public bool IsAll(Invocation invocation) => invocation.Value(all);

    public bool IsOne(CommandResult result) => !result.GetValue(all) && result.GetResult(ids)?.Tokens.Count == 1;

    public DeadLetterFilter Filter(Invocation invocation) =>
        new(invocation.Value(lane), invocation.Value(kind), invocation.Value(tenant), invocation.Value(error));

    // In the order of the ids, a page at a time: what dies again meanwhile is not met twice.
    public async Task<IReadOnlyList<JobId>> ReadAsync(JobQueue queue, Invocation invocation, CancellationToken cancellationToken)
    {
        if (!IsAll(invocation)) return [.. (invocation.Value(ids) ?? []).Distinct()];
        var found = new List<JobId>();
        IReadOnlyList<DeadLetter> page;
        do
        {
            page = await queue.DeadLettersAsync(Filter(invocation), found.Count == 0 ? null : found[^1], PageSize, cancellationToken);
            found.AddRange(page.Select(letter => letter.Job.Id));
        }
        while (page.Count == PageSize);
        return found;
    }

    private void Check(CommandResult result)
    {
        var (named, everything) = (result.GetResult(ids)?.Tokens.Count > 0, result.GetValue(all));
        if (named == everything) result.AddError(named ? "ids and --all exclude each other" : "which ones? give ids, or --all");
        if (everything) return;
        foreach (var option in ((Option<string>[])[lane, kind, tenant, error]).Where(option => result.GetResult(option) is { Implicit: false }))
            result.AddError($"{option.Name} goes with --all");
    }
}

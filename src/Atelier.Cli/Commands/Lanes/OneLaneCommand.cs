// What commands about one lane have in common: a misspelt name is refused instead of making a lane of that name.

using System.CommandLine;
using Atelier.Cli.Commands.Jobs;
using Atelier.Web;
using Atelier.Web.Configuration;

namespace Atelier.Cli.Commands.Lanes;

internal abstract class OneLaneCommand : QueueCommand
{
    private readonly Argument<string> lane = new("lane") { HelpName = "LANE", Description = "The lane, as `atelier jobs lanes` shows it" };
    private readonly Option<bool> json = CommonOptions.Json();

    protected OneLaneCommand(string name, string description)
        : base(name, description)
    {
        Add(lane);
        Add(json);
    }

    protected virtual bool MayBeNew => false;

    protected sealed override async Task<ExitCode> RunAsync(OpenQueue open, Invocation invocation, CancellationToken cancellationToken)
    {
        var (terminal, name) = (invocation.Terminal, invocation.Value(lane)!);
        if (name.Length is < 1 or > 200) return terminal.Fail(ExitCode.Usage, "a lane's name has 1 to 200 characters", null);
        var known = await QueueRecords.LaneNamesAsync(open.Queue, cancellationToken);
        if (!known.Contains(name) && !MayBeNew)
        {
            var meant = NearestName.Of(name, known) is { } near ? $"did you mean {near}" : $"there {(known.Count == 0 ? "are none yet" : $"is {string.Join(", ", known)}")}";
            return terminal.Fail(ExitCode.Failed, $"there is no lane '{name}'", $"{meant}; `atelier jobs lanes set` makes a new one");
        }

        await ChangeAsync(open, name, invocation, cancellationToken);
        var after = (await open.Queue.Lanes.ListAsync(cancellationToken)).Where(status => status.Name == name).Select(QueueRecords.Of).ToList();
        if (invocation.Value(json)) foreach (var record in after) terminal.Out.WriteLine(JobOptions.Json(record));
        else LanesCommand.Print(terminal, after);
        return ExitCode.Ok;
    }

    protected abstract Task ChangeAsync(OpenQueue open, string lane, Invocation invocation, CancellationToken cancellationToken);
}

internal sealed class LaneModeCommand(string name, string description, Func<Atelier.Durable.Lanes, string, CancellationToken, Task> change) : OneLaneCommand(name, description)
{
    public override IReadOnlyList<Example> Examples => [new($"atelier jobs lanes {Name} replicate", "holds for all workers at once")];

    protected override Task ChangeAsync(OpenQueue open, string lane, Invocation invocation, CancellationToken cancellationToken) =>
        change(open.Queue.Lanes, lane, cancellationToken);
}

internal sealed class LanesUnparkCommand : OneLaneCommand
{
    private readonly Option<string> key = new("--key") { HelpName = "KEY", Description = "Only this part of the lane (default: the lane itself)" };

    public LanesUnparkCommand()
        : base("unpark", "End a parking; the jobs that it held back are ready at once") => Add(key);

    public override IReadOnlyList<Example> Examples { get; } = [new("atelier jobs lanes unpark replicate", "do not wait for its end")];

    protected override Task ChangeAsync(OpenQueue open, string lane, Invocation invocation, CancellationToken cancellationToken) =>
        open.Queue.Lanes.UnparkAsync(lane, invocation.Value(key), cancellationToken);
}

// Shows how far several pieces of work have come: drawn and redrawn on a terminal, as plain lines elsewhere, not at all for programs.

using Spectre.Console;

namespace Atelier.Cli.Output;

// One piece of work, from 0; percent from 0 to 100.
internal sealed record ProgressStep(int Index, int Percent, string Status);

internal abstract class ProgressView
{
    public static ProgressView Of(Terminal terminal, bool silent) =>
        silent ? new NoProgress() : terminal.IsInteractive ? new DrawnProgress(terminal) : new WrittenProgress(terminal);

    public abstract Task ShowAsync(IReadOnlyList<string> titles, Func<Action<ProgressStep>, Task> work);
}

internal sealed class NoProgress : ProgressView
{
    public override Task ShowAsync(IReadOnlyList<string> titles, Func<Action<ProgressStep>, Task> work) => work(_ => { });
}

internal sealed class WrittenProgress(Terminal terminal) : ProgressView
{
    private const int Stride = 25;

    // A line when the status changes and at each quarter: enough for a log, not a flood.
    public override Task ShowAsync(IReadOnlyList<string> titles, Func<Action<ProgressStep>, Task> work)
    {
        var told = new ProgressStep?[titles.Count];
        return work(step =>
        {
            var before = told[step.Index];
            if (before is not null && before.Status == step.Status && (step.Percent == 100 || step.Percent / Stride <= before.Percent / Stride)) return;
            told[step.Index] = step;
            terminal.Say($"{titles[step.Index]}: {step.Status}{(step.Percent is > 0 and < 100 ? $" {step.Percent}%" : "")}");
        });
    }
}

internal sealed class DrawnProgress(Terminal terminal) : ProgressView
{
    public override Task ShowAsync(IReadOnlyList<string> titles, Func<Action<ProgressStep>, Task> work) =>
        terminal.Drawing().Progress().AutoClear(true).HideCompleted(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(context =>
            {
                var bars = titles.Select(title => context.AddTask(Markup.Escape(title), maxValue: 100)).ToArray();
                return work(step =>
                {
                    bars[step.Index].Description = Markup.Escape($"{titles[step.Index]} {step.Status}");
                    bars[step.Index].Value = Math.Max(bars[step.Index].Value, step.Percent);
                });
            });
}

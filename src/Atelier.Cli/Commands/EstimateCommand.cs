// `atelier estimate PROMPT`: what the same words after `generate` would come to. Paints and records nothing.

using System.CommandLine;
using Atelier.Cli.Commands.Jobs;
using Atelier.Cli.Output;
using Atelier.Client;
using Atelier.Submitting;
using Atelier.Web;
using Atelier.Web.Configuration;

namespace Atelier.Cli.Commands;

internal sealed class EstimateCommand : WorkshopCommand
{
    private readonly WishOptions wish = new();
    private readonly Option<bool> json = CommonOptions.Json();

    public EstimateCommand()
        : base("estimate", "Tell what a picture would cost, how long it would take, and who would paint it")
    {
        wish.AddTo(this);
        Add(json);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier estimate \"a red bicycle\" --model flux-schnell --count 4", "the same flags as `generate`"),
        new("atelier estimate \"a red bicycle\" --quality 4k --json", "as POST /api/v1/estimates answers"),
    ];

    protected override async Task<ExitCode> RunAsync(IServiceProvider services, Invocation invocation, CancellationToken cancellationToken)
    {
        var (terminal, asked) = (invocation.Terminal, wish.Read(invocation));
        var (files, refusal, option) = await WishOptions.InputOfAsync(asked, services.GetRequiredService<AtelierSettings>().Limits, invocation.Surroundings.Folder, cancellationToken);
        if (refusal is not null) return terminal.Fail(ExitCode.Usage, refusal, option);
        switch (await services.GetRequiredService<Estimation>().OfAsync(asked.ToRequest(files), Submitter.Local, cancellationToken))
        {
            case Estimate.Expected expected:
                var record = EstimateRecords.Of(expected);
                if (invocation.Value(json)) terminal.Out.WriteLine(JobOptions.Json(record));
                else Print(terminal, record);
                return ExitCode.Ok;
            case Estimate.Invalid invalid:
                return terminal.Fail(ExitCode.Usage, string.Join('\n', invalid.Errors.Select(WishOptions.InWords)), "atelier estimate --help shows what is understood");
            case var other:
                throw new InvalidOperationException($"Unknown answer {other.GetType().Name}.");
        }
    }

    private static void Print(Terminal terminal, EstimateRecord estimate)
    {
        Line("model", $"{estimate.Model}{(estimate.StandsInFor is { } other ? $", which stands in for {other}" : "")}");
        Line("size", $"{estimate.Delivered.Width}×{estimate.Delivered.Height}{(estimate.Upscaled ? $", upscaled from {estimate.Painted.Width}×{estimate.Painted.Height}" : "")}");
        Line("cost", estimate.Count == 1 || estimate.Cost == 0 ? Money.Price(estimate.Cost) : $"{Money.Show(estimate.Cost)} for {estimate.Count}, {Money.Show(estimate.CostPerImage)} each");
        Line("time", $"about {Times.ShowSeconds(estimate.ExpectedSeconds)}{(estimate.Count == 1 ? "" : " each")}");
        if (estimate.WaitsUntil is { } time) Line("begins", $"not before {Times.Show(time)}");
        foreach (var warning in estimate.Warnings) terminal.Say($"note: {warning}");

        void Line(string name, string value) => terminal.Out.WriteLine($"{terminal.Paint(name.PadRight(8), Colour.Dim)}{value}");
    }
}

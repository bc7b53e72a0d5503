// `atelier generate PROMPT`: the whole way of a picture in one process, from the prompt to the file.

using System.CommandLine;
using Atelier.Cli.Output;
using Atelier.Cli.Painting;
using Atelier.Generating;
using Atelier.Submitting;
using Atelier.Web;

namespace Atelier.Cli.Commands;

internal sealed class GenerateCommand : CliCommand
{
    private readonly WishOptions wish = new();
    private readonly Option<bool> force = new("--force") { Description = "Overwrite files that exist" };
    private readonly Option<bool> json = CommonOptions.Json();

    public GenerateCommand()
        : base("generate", "Paint a picture into a file")
    {
        wish.AddTo(this);
        Add(force);
        Add(json);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier generate \"a red bicycle under a tree\"", "paints a picture into this folder"),
        new("atelier generate \"a lighthouse at dusk\" --aspect 16:9 --style watercolour", "another shape, another style"),
        new("atelier generate \"three cats on a sofa\" --count 4 --seed 7 -o cats/", "four images, the same ones every time"),
        new("atelier generate \"make it snow\" --image house.png --strength 0.6 -o snow.png", "starts from an image"),
        new("atelier generate \"a red door\" --image house.png --mask door.png --model gpt-image-2", "repaints only where the mask is white"),
        new("atelier generate \"a blue fish\" --format svg --json", "one JSON object an image, for scripts"),
    ];

    public GenerateArguments Read(Invocation invocation) => wish.Read(invocation) with { Force = invocation.Value(force), Json = invocation.Value(json) };

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        if (invocation.SettingsOrComplaint() is not { } settings) return ExitCode.Configuration;
        var (terminal, asked) = (invocation.Terminal, Read(invocation));
        var plan = new OutputPlan(asked.Output, asked.Prompt, asked.Count, asked.Force, invocation.Surroundings.Folder);
        if (plan.Obstacle() is { } obstacle) return terminal.Fail(ExitCode.Failed, obstacle, "--force overwrites it, -o names another");
        var (files, refusal, option) = await WishOptions.InputOfAsync(asked, settings.Limits, invocation.Surroundings.Folder, cancellationToken);
        if (refusal is not null) return terminal.Fail(ExitCode.Usage, refusal, option);

        using var workshop = Workshop.Build(settings, invocation.Surroundings.Clock, LogLevel.Error);
        await AtelierApp.PrepareAsync(workshop.Services, cancellationToken);
        var commission = new Commission(workshop.Services);
        switch (await commission.SubmitAsync(asked.ToRequest(files), cancellationToken))
        {
            case SubmissionResult.Accepted accepted:
                var painted = await PaintAsync(workshop, commission, accepted.Generations, ProgressView.Of(terminal, silent: asked.Json), cancellationToken);
                return await new Easel(workshop.Services.GetRequiredService<PictureDownload>(), plan, terminal, asked.Json).HandOverAsync(painted, cancellationToken);
            case SubmissionResult.Invalid invalid:
                return terminal.Fail(ExitCode.Usage, string.Join('\n', invalid.Errors.Select(WishOptions.InWords)), "atelier generate --help shows what is understood");
            case SubmissionResult.QueueFull full:
                return terminal.Fail(ExitCode.TryAgain, $"{full.Unfinished} generations are waiting already; {full.Max} may", "atelier worker --drain works them off");
            case SubmissionResult.NotEnoughCredits dear:
                return terminal.Fail(ExitCode.Failed, $"this costs {dear.Price} credits; {dear.Available} are left", "atelier credits grant USERNAME AMOUNT gives more");
            case var other:
                throw new InvalidOperationException($"Unknown answer {other.GetType().Name}.");
        }
    }

    private static async Task<IReadOnlyList<Generation>> PaintAsync(
        IHost workshop, Commission commission, IReadOnlyList<Generation> generations, ProgressView view, CancellationToken cancellationToken)
    {
        IReadOnlyList<Generation> ended = [];
        var titles = generations.Select((_, index) => generations.Count == 1 ? "picture" : $"picture {index + 1}/{generations.Count}").ToArray();
        await workshop.StartAsync(cancellationToken);
        try
        {
            await view.ShowAsync(titles, async tell => ended = await commission.FollowAsync(generations, tell, cancellationToken));
        }
        finally
        {
            await workshop.StopAsync(CancellationToken.None);
        }

        return ended;
    }
}

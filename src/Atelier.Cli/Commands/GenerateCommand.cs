// `atelier generate PROMPT`: the whole way of a picture in one process, from the prompt to the file.

using System.CommandLine;
using System.Globalization;
using Atelier.Cli.Output;
using Atelier.Cli.Painting;
using Atelier.Generating;
using Atelier.Submitting;
using Atelier.Web;
using Atelier.Web.Configuration;

namespace Atelier.Cli.Commands;

internal sealed class GenerateCommand : CliCommand
{
    private const int LargestSide = 16_384;
    private const string FromStandardInput = "-";

    private static readonly string[] Formats = ["webp", "png", "jpeg", "avif", "svg"];

    private readonly Argument<string[]> prompt = new("prompt")
    {
        HelpName = "PROMPT",
        Description = "What to paint; '-' reads it from standard input",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> model = new("--model") { HelpName = "MODEL", Description = "Which model paints; `atelier models` lists them" };
    private readonly Option<string> aspect = new("--aspect") { HelpName = "W:H", Description = "Shape, such as 16:9 (default: 1:1)" };
    private readonly Option<int?> width = CommonOptions.WholeNumber("--width", "PIXELS", "Width, together with --height", 1, LargestSide);
    private readonly Option<int?> height = CommonOptions.WholeNumber("--height", "PIXELS", "Height, together with --width", 1, LargestSide);
    private readonly Option<string> quality = new("--quality") { HelpName = "QUALITY", Description = "standard, hd, hd+ or 4k (default: standard)" };
    private readonly Option<int?> count = CommonOptions.WholeNumber("--count", "N", "How many images (default: 1)", 1, 16);

    private readonly Option<long?> seed = CommonOptions.Parsed(
        "--seed", "N", "The same seed paints the same picture (default: random)", "a whole number from 0 to 4294967295", text =>
            uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : (long?)null);

    private readonly Option<int?> steps = CommonOptions.WholeNumber("--steps", "N", "Steps, where the model has them", 1, 1000);
    private readonly Option<string> negative = new("--negative") { HelpName = "TEXT", Description = "What must not appear" };
    private readonly Option<string> style = new("--style") { HelpName = "STYLE", Description = "A style preset, such as watercolour or pixel-art" };
    private readonly Option<string> image = new("--image") { HelpName = "FILE", Description = "Start from this image" };

    private readonly Option<double?> strength = CommonOptions.Parsed(
        "--strength", "0..1", "How far to depart from the image", "a number from 0 to 1", text =>
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number <= 1 ? number : (double?)null);

    private readonly Option<string> format = new("--format") { HelpName = "FORMAT", Description = $"{string.Join(", ", Formats)} (default: what the output's name says, else the model's own)" };
    private readonly Option<string> output = new("--output", "-o") { HelpName = "FILE|DIR", Description = "Write here (default: a name made of the prompt, in this folder)" };
    private readonly Option<bool> force = new("--force") { Description = "Overwrite files that exist" };
    private readonly Option<bool> json = CommonOptions.Json();

    public GenerateCommand()
        : base("generate", "Paint a picture into a file")
    {
        Add(prompt);
        foreach (var option in (Option[])[model, aspect, width, height, quality, seed, count, steps, negative, style, image, strength, format, output, force, json]) Add(option);
        Validators.Add(CheckTogether);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier generate \"a red bicycle under a tree\"", "paints a picture into this folder"),
        new("atelier generate \"a lighthouse at dusk\" --aspect 16:9 --style watercolour", "another shape, another style"),
        new("atelier generate \"three cats on a sofa\" --count 4 --seed 7 -o cats/", "four images, the same ones every time"),
        new("atelier generate \"make it snow\" --image house.png --strength 0.6 -o snow.png", "starts from an image"),
        new("atelier generate \"a blue fish\" --format svg --json", "one JSON object an image, for scripts"),
    ];

    public GenerateArguments Read(Invocation invocation) => new()
    {
        Prompt = PromptOf(invocation),
        Model = invocation.Value(model),
        Aspect = invocation.Value(aspect),
        Width = invocation.Value(width),
        Height = invocation.Value(height),
        Quality = invocation.Value(quality),
        Seed = invocation.Value(seed),
        Count = invocation.Value(count) ?? 1,
        Steps = invocation.Value(steps),
        Negative = invocation.Value(negative),
        Style = invocation.Value(style),
        Image = invocation.Value(image),
        Strength = invocation.Value(strength),
        Format = invocation.Value(format) ?? OutputPlan.FormatOf(invocation.Value(output)),
        Output = invocation.Value(output),
        Force = invocation.Value(force),
        Json = invocation.Value(json),
    };

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        if (invocation.SettingsOrComplaint() is not { } settings) return ExitCode.Configuration;
        var (terminal, asked) = (invocation.Terminal, Read(invocation));
        var plan = new OutputPlan(asked.Output, asked.Prompt, asked.Count, asked.Force, invocation.Surroundings.Folder);
        if (plan.Obstacle() is { } obstacle) return terminal.Fail(ExitCode.Failed, obstacle, "--force overwrites it, -o names another");
        var (source, refusal) = await InputOfAsync(asked, settings.Limits, invocation.Surroundings.Folder, cancellationToken);
        if (refusal is not null) return terminal.Fail(ExitCode.Usage, refusal, "--image names the image to start from");

        using var workshop = Workshop.Build(settings, invocation.Surroundings.Clock, LogLevel.Error);
        await AtelierApp.PrepareAsync(workshop.Services, cancellationToken);
        var commission = new Commission(workshop.Services);
        switch (await commission.SubmitAsync(asked.ToRequest(source), cancellationToken))
        {
            case SubmissionResult.Accepted accepted:
                var painted = await PaintAsync(workshop, commission, accepted.Generations, ProgressView.Of(terminal, silent: asked.Json), cancellationToken);
                return await new Easel(workshop.Services.GetRequiredService<PictureDownload>(), plan, terminal, asked.Json).HandOverAsync(painted, cancellationToken);
            case SubmissionResult.Invalid invalid:
                return terminal.Fail(ExitCode.Usage, string.Join('\n', invalid.Errors.Select(InWords)), "atelier generate --help shows what is understood");
            case SubmissionResult.QueueFull full:
                return terminal.Fail(ExitCode.TryAgain, $"{full.Unfinished} generations are waiting already; {full.Max} may", "atelier worker --drain works them off");
            case var other:
                throw new InvalidOperationException($"Unknown answer {other.GetType().Name}.");
        }
    }

    // The message begins with the field's name; the value stands best right behind it.
    private static string InWords(FieldError error)
    {
        var message = error.Value is null ? error.Message : error.Message.Replace($"{error.Field} ", $"{error.Field} '{error.Value}' ", StringComparison.Ordinal);
        return error.Allowed is { Count: > 0 } allowed ? $"{message} Allowed: {string.Join(", ", allowed)}." : message;
    }

    // The image to start from, if one is named and may be; or why not.
    private static async Task<(byte[]? Bytes, string? Refusal)> InputOfAsync(GenerateArguments asked, LimitsOptions limits, string folder, CancellationToken cancellationToken)
    {
        if (asked.Image is null) return (null, null);
        var file = new FileInfo(Path.GetFullPath(asked.Image, folder));
        if (!file.Exists) return (null, $"there is no file {file.FullName}");
        if (file.Length > limits.MaxUploadBytes) return (null, $"{file.FullName} has {file.Length} bytes; limits.max_upload_bytes allows {limits.MaxUploadBytes}");
        return (await File.ReadAllBytesAsync(file.FullName, cancellationToken), null);
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

    private string PromptOf(Invocation invocation)
    {
        var words = invocation.Value(prompt) ?? [];
        return words is [FromStandardInput] ? invocation.Surroundings.Input.ReadToEnd().Trim() : string.Join(' ', words).Trim();
    }

    // What only the command line can know; everything else is checked where the API's requests are checked.
    private void CheckTogether(System.CommandLine.Parsing.CommandResult result)
    {
        bool Given(Option option) => result.GetResult(option) is { Implicit: false };

        if (Given(width) != Given(height)) result.AddError("--width and --height go together");
        if (Given(aspect) && Given(width)) result.AddError("--aspect and --width with --height exclude each other");
        if (Given(strength) && !Given(image)) result.AddError("--strength needs --image");
        if (result.GetValue(format) is { } wanted && !Formats.Contains(wanted, StringComparer.Ordinal))
            result.AddError($"--format wants one of {string.Join(", ", Formats)}, not '{wanted}'");
        else if (result.GetValue(format) is { } chosen && OutputPlan.FormatOf(result.GetValue(output)) is { } named && named != chosen)
            result.AddError($"--format {chosen} contradicts the name {result.GetValue(output)}");
    }
}

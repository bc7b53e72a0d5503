// The prompt and the flags that say what to paint, as `generate` and `estimate` have them.

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Atelier.Submitting;
using Atelier.Web.Configuration;

namespace Atelier.Cli.Commands;

internal sealed class WishOptions
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

    private readonly Option<string> mask = new("--mask") { HelpName = "FILE", Description = "Repaint the image only where this one is white" };

    private readonly Option<double?> strength = CommonOptions.Parsed(
        "--strength", "0..1", "How far to depart from the image", "a number from 0 to 1", text =>
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number <= 1 ? number : (double?)null);

    private readonly Option<string> format = new("--format") { HelpName = "FORMAT", Description = $"{string.Join(", ", Formats)} (default: what the output's name says, else the model's own)" };
    private readonly Option<string> output = new("--output", "-o") { HelpName = "FILE|DIR", Description = "Write here (default: a name made of the prompt, in this folder)" };

    public void AddTo(Command command)
    {
        command.Add(prompt);
        foreach (var option in (Option[])[model, aspect, width, height, quality, seed, count, steps, negative, style, image, mask, strength, format, output]) command.Add(option);
        command.Validators.Add(CheckTogether);
    }

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
        Mask = invocation.Value(mask),
        Strength = invocation.Value(strength),
        Format = invocation.Value(format) ?? OutputPlan.FormatOf(invocation.Value(output)),
        Output = invocation.Value(output),
    };

    // The image to start from and its mask, if they are named and may be; or why not, and which option named it.
    public static async Task<(InputFiles Files, string? Refusal, string Option)> InputOfAsync(
        GenerateArguments asked, LimitsOptions limits, string folder, CancellationToken cancellationToken)
    {
        var (image, refused) = await ReadAsync(asked.Image, limits, folder, cancellationToken);
        if (refused is not null) return (new InputFiles(null, null), refused, "--image names the image to start from");
        var (mask, unread) = await ReadAsync(asked.Mask, limits, folder, cancellationToken);
        return (new InputFiles(image, mask), unread, "--mask names a picture that is white where the image is repainted");
    }

    private static async Task<(byte[]? Bytes, string? Refusal)> ReadAsync(string? name, LimitsOptions limits, string folder, CancellationToken cancellationToken)
    {
        if (name is null) return (null, null);
        var file = new FileInfo(Path.GetFullPath(name, folder));
        if (!file.Exists) return (null, $"there is no file {file.FullName}");
        if (file.Length > limits.MaxUploadBytes) return (null, $"{file.FullName} has {file.Length} bytes; limits.max_upload_bytes allows {limits.MaxUploadBytes}");
        return (await File.ReadAllBytesAsync(file.FullName, cancellationToken), null);
    }

    // The message begins with the field's name; the value stands best right behind it.
    public static string InWords(FieldError error)
    {
        var message = error.Value is null ? error.Message : error.Message.Replace($"{error.Field} ", $"{error.Field} '{error.Value}' ", StringComparison.Ordinal);
        return error.Allowed is { Count: > 0 } allowed ? $"{message} Allowed: {string.Join(", ", allowed)}." : message;
    }

    private string PromptOf(Invocation invocation)
    {
        var words = invocation.Value(prompt) ?? [];
        return words is [FromStandardInput] ? invocation.Surroundings.Input.ReadToEnd().Trim() : string.Join(' ', words).Trim();
    }

    // What only the command line can know; everything else is checked where the API's requests are checked.
    private void CheckTogether(CommandResult result)
    {
        bool Given(Option option) => result.GetResult(option) is { Implicit: false };

        if (Given(width) != Given(height)) result.AddError("--width and --height go together");
        if (Given(aspect) && Given(width)) result.AddError("--aspect and --width with --height exclude each other");
        if (Given(mask) && !Given(image)) result.AddError("--mask needs --image");
        if (Given(strength) && !Given(image)) result.AddError("--strength needs --image");
        if (result.GetValue(format) is { } wanted && !Formats.Contains(wanted, StringComparer.Ordinal))
            result.AddError($"--format wants one of {string.Join(", ", Formats)}, not '{wanted}'");
        else if (result.GetValue(format) is { } chosen && OutputPlan.FormatOf(result.GetValue(output)) is { } named && named != chosen)
            result.AddError($"--format {chosen} contradicts the name {result.GetValue(output)}");
    }
}

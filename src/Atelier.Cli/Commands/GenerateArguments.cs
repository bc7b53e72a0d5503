// What `atelier generate` was asked for.

using Atelier.Submitting;

namespace Atelier.Cli.Commands;

internal sealed record GenerateArguments
{
    public required string Prompt { get; init; }

    public string? Model { get; init; }

    public string? Aspect { get; init; }

    public int? Width { get; init; }

    public int? Height { get; init; }

    public string? Quality { get; init; }

    public long? Seed { get; init; }

    public int Count { get; init; } = 1;

    public int? Steps { get; init; }

    public string? Negative { get; init; }

    public string? Style { get; init; }

    public string? Image { get; init; }

    public string? Mask { get; init; }

    public double? Strength { get; init; }

    public string? Format { get; init; }

    public string? Output { get; init; }

    public bool Force { get; init; }

    public bool Json { get; init; }

    public GenerationRequest ToRequest(InputFiles files) => new()
    {
        Prompt = Prompt,
        NegativePrompt = Negative,
        Model = Model,
        AspectRatio = Aspect,
        Width = Width,
        Height = Height,
        Quality = Quality,
        Count = Count,
        Seed = Seed,
        Steps = Steps,
        Strength = Strength,
        InputImages = files.Image is null ? [] : [new InputSource.Upload(files.Image)],
        Mask = files.Mask is null ? null : new InputSource.Upload(files.Mask),
        Style = Style,
        OutputFormat = Format,
    };
}

// What the files hold that were named; null for none.
internal sealed record InputFiles(byte[]? Image, byte[]? Mask);

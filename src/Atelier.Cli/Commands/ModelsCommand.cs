// `atelier models`: what can paint, and what it understands.

using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Atelier.Catalogue;
using Atelier.Cli.Output;
using Atelier.Generating;

namespace Atelier.Cli.Commands;

internal sealed class ModelsCommand : CliCommand
{
    private readonly Option<bool> json = CommonOptions.Json();

    public ModelsCommand()
        : base("models", "List the models and what each can do") => Add(json);

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier models", "what can paint"),
        new("atelier models --json", "one JSON object a model, with every parameter"),
    ];

    public override Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        if (invocation.SettingsOrComplaint() is not { } settings) return Task.FromResult(ExitCode.Configuration);
        using var workshop = Workshop.Build(settings, invocation.Surroundings.Clock);
        var catalogue = workshop.Services.GetRequiredService<ModelCatalogue>();
        var router = workshop.Services.GetRequiredService<ProviderRouter>();

        foreach (var model in catalogue.Models)
        {
            if (invocation.Value(json)) invocation.Terminal.Out.WriteLine(Json(model, isDefault: model == catalogue.Default, router.Find(model) is not null));
            else Print(invocation.Terminal, model, isDefault: model == catalogue.Default, router.Find(model) is not null);
        }

        if (!invocation.Value(json)) invocation.Terminal.Out.WriteLine($"Styles: {string.Join(", ", catalogue.Styles.Select(style => style.Id))}");
        return Task.FromResult(ExitCode.Ok);
    }

    private static void Print(Terminal terminal, Model model, bool isDefault, bool isAvailable)
    {
        var remarks = string.Concat(isDefault ? "  (default)" : "", isAvailable ? "" : "  (its provider is not set up here)");
        var price = model.PricePerImage == 0 ? "free" : string.Create(CultureInfo.InvariantCulture, $"${model.PricePerImage}");
        terminal.Out.WriteLine($"{terminal.Paint(model.Id, Colour.Bold)}{remarks}");
        terminal.Out.WriteLine($"  {model.Name}: {model.Description}");
        terminal.Out.WriteLine($"  {string.Join(", ", model.Formats)}; {Sizes(model.Sizes)}; {price} an image, about {Duration.Show(TimeSpan.FromSeconds(model.TypicalSeconds))}\n");
    }

    private static string Sizes(ModelSizes sizes) =>
        sizes.Exact.Count > 0 ? string.Join(", ", sizes.Exact) : $"{sizes.Min} to {sizes.Max} pixels";

    private static string Json(Model model, bool isDefault, bool isAvailable) => JsonSerializer.Serialize(new
    {
        model.Id, model.Aliases, model.Name, model.Description, model.Provider, isDefault, isAvailable, model.Formats, model.Parameters,
        sizes = new { exact = model.Sizes.Exact.Select(size => size.ToString()), model.Sizes.MultipleOf, model.Sizes.Min, model.Sizes.Max, model.Sizes.MaxPixels, model.Sizes.Qualities },
        model.PricePerImage, model.TypicalSeconds,
    }, JsonLines.Format);
}

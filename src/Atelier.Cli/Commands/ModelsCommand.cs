// `atelier models`: what can paint, what each can do, costs and takes, and whether it can begin now. Changes nothing.

using System.CommandLine;
using Atelier.Catalogue;
using Atelier.Cli.Commands.Jobs;
using Atelier.Cli.Output;
using Atelier.Client;
using Atelier.Web;

namespace Atelier.Cli.Commands;

internal sealed class ModelsCommand : WorkshopCommand
{
    private readonly Argument<string> name = new("model")
    {
        HelpName = "[MODEL]",
        Description = "Only this one, by id or alias, with everything about it",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> available = new("--available") { Description = "Only those that can begin a picture now" };
    private readonly Option<bool> json = CommonOptions.Json();

    public ModelsCommand()
        : base("models", "List the models: what each can do, costs and takes, and whether it can paint now")
    {
        Add(name);
        Add(available);
        Add(json);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier models", "what can paint"),
        new("atelier models flux-schnell", "one of them, or all that share the name"),
        new("atelier models --available --json", "one JSON object a model, as GET /api/v1/models answers"),
    ];

    protected override async Task<ExitCode> RunAsync(IServiceProvider services, Invocation invocation, CancellationToken cancellationToken)
    {
        var (terminal, catalogue) = (invocation.Terminal, services.GetRequiredService<ModelCatalogue>());
        var all = await services.GetRequiredService<ModelRecords>().AllAsync(cancellationToken);
        var meant = invocation.Value(name) is { } text ? catalogue.FindAll(text).Select(model => model.Id).ToHashSet(StringComparer.Ordinal) : null;
        if (meant is { Count: 0 })
            return terminal.Fail(ExitCode.Failed, $"there is no model '{invocation.Value(name)}'", "atelier models lists them all");

        var records = all.Where(model => meant?.Contains(model.Id) != false && (model.Available || !invocation.Value(available))).ToList();
        if (invocation.Value(json)) foreach (var model in records) terminal.Out.WriteLine(JobOptions.Json(model));
        else if (meant is not null) foreach (var model in records) Describe(terminal, model);
        else Print(terminal, records, all[0].Id, catalogue.Styles.Select(style => style.Id));
        return ExitCode.Ok;
    }

    private static void Print(Terminal terminal, IReadOnlyList<ModelRecord> models, string first, IEnumerable<string> styles)
    {
        var sheet = new Sheet("MODEL", "PROVIDER", "PRICE", "TIME", "CAN", "NOW");
        foreach (var model in models.OrderByDescending(model => model.Available))
            sheet.Add(model.Id, model.Provider, Money.Price(model.PricePerImage), Times.ShowSeconds(model.TypicalSeconds), Can(model), Now(model));
        sheet.Print(terminal, "no model can paint now");
        terminal.Say($"default: {first}; styles: {string.Join(", ", styles)}");
        foreach (var group in models.Where(model => model is { Available: false, AvailableAt: null }).GroupBy(model => (model.Provider, model.UnavailableBecause)))
            terminal.Say($"{group.Key.Provider} {group.Key.UnavailableBecause}");
    }

    private static void Describe(Terminal terminal, ModelRecord model)
    {
        terminal.Out.WriteLine($"{terminal.Paint(model.Id, Colour.Bold)}  {model.Name}: {model.Description}");
        Line("also called", string.Join(", ", model.Aliases.Select(alias => model.SharedAliases.Contains(alias) ? $"{alias} (shared)" : alias)));
        Line("provider", model.Provider);
        Line("now", model.Available ? "yes" : $"no, {(model.AvailableAt is { } time ? $"but from {Times.Show(time)}: " : "it ")}{model.UnavailableBecause}");
        Line("takes", $"about {Times.ShowSeconds(model.TypicalSeconds)}");
        Line("can", Can(model));
        Line("prompt", $"at most {model.Parameters.MaxPrompt} characters");
        foreach (var (what, range) in new[] { ("steps", model.Parameters.Steps), ("guidance", model.Parameters.Guidance), ("strength", model.Parameters.Strength) })
            Line(what, range is null ? "" : FormattableString.Invariant($"{range.Min} to {range.Max}, else {range.Default}"));
        Line("formats", string.Join(", ", model.OutputFormats));
        foreach (var quality in model.Qualities)
            Line(quality.Name, $"{Money.Price(quality.Price)}, {quality.Delivered} as a square{(quality.Upscaled ? $", upscaled from {quality.Painted}" : "")}");
        Line("licence", model.Licence);
        Line("not safe", model.NsfwPolicy == "unknown" ? "" : $"pictures that are not safe for work are {model.NsfwPolicy}");
        terminal.Out.WriteLine();

        void Line(string title, string value)
        {
            if (value.Length > 0) terminal.Out.WriteLine($"  {terminal.Paint(title.PadRight(12), Colour.Dim)}{value}");
        }
    }

    private static string Now(ModelRecord model) => model.Available ? "yes" : model.AvailableAt is { } time ? $"from {Times.Show(time)}" : "no";

    private static string Can(ModelRecord model)
    {
        var can = new List<string>();
        if (model.Parameters.MaxInputImages > 0) can.Add($"{(model.Parameters.NeedsInputImage ? "only " : "")}{(model.Parameters.MaxInputImages == 1 ? "image" : $"{model.Parameters.MaxInputImages} images")}");
        if (model.Parameters.Mask) can.Add("mask");
        if (model.Parameters.NegativePrompt) can.Add("negative");
        if (model.Parameters.Seed) can.Add("seed");
        if (model.OutputFormats.Contains("svg")) can.Add("svg");
        if (model.Qualities.LastOrDefault(quality => !quality.Upscaled) is { } own && own.Name != SizePlan.StandardQuality) can.Add(own.Name);
        return string.Join(", ", can);
    }
}

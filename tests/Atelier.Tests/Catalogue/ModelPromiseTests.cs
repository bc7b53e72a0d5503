// What is promised of the models that ship: enough of them, none that is gone, and stand-ins that are the same model.
using System.Text.Json.Nodes;
using Atelier.Catalogue;
using Atelier.Providers;

namespace Atelier.Tests.Catalogue;

public sealed class ModelPromiseTests
{
    // By their providers' own announcements, until the end of 2026.
    private static readonly string[] Retired =
    [
        "dall-e-2", "dall-e-3", "gpt-image-1", "gpt-image-1-mini", "gpt-image-1.5", "chatgpt-image-latest",
        "gemini-2.5-flash-image", "gemini-2.5-flash-image-preview", "gemini-3.1-flash-image", "gemini-3.1-flash-image-preview", "gemini-3-pro-image-preview",
        "imagen-4", "imagen-4-fast", "imagen-4-ultra", "imagen-4.0-generate-001", "imagen-4.0-fast-generate-001", "imagen-4.0-ultra-generate-001",
    ];

    // Behind Hugging Face's router: the first part of a model's name there.
    private static readonly string[] RetiredRoutes = ["nebius", "hyperbolic", "black-forest-labs"];

    private static readonly IReadOnlyList<Model> Models = ModelCatalogue.BuiltIn().Models;

    public static TheoryData<string> SharedNames => [.. Models.SelectMany(model => model.Aliases).GroupBy(alias => alias).Where(group => group.Count() > 1).Select(group => group.Key)];

    [Fact]
    public void There_are_at_least_thirty_of_at_least_eight_providers()
    {
        Models.Count.ShouldBeGreaterThanOrEqualTo(30);
        Models.Select(model => model.Provider).Distinct().Count().ShouldBeGreaterThanOrEqualTo(8);
    }

    [Fact]
    public void None_names_a_model_that_is_gone()
    {
        foreach (var model in Models)
            Names(model).SelectMany(name => name.Split('/', ':')).Intersect(Retired, StringComparer.OrdinalIgnoreCase).ShouldBeEmpty(model.Id);
        Models.Where(model => model.Provider == "huggingface").Select(model => model.ProviderModel.Split('/')[0]).Intersect(RetiredRoutes).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(SharedNames))]
    public void Models_that_stand_in_for_each_other_are_one_and_the_same(string alias)
    {
        var members = Models.Where(model => model.Aliases.Contains(alias)).ToList();
        members.Select(Family).Distinct().Count().ShouldBe(1, $"{alias}: {string.Join(", ", members.Select(model => $"{model.Id} is {model.Name}"))}");
    }

    [Fact]
    public void Each_says_what_it_costs_how_long_it_takes_and_what_its_licence_allows()
    {
        foreach (var model in Models.Where(model => ProviderAdapter.Find(model.Provider).ShouldNotBeNull(model.Id).Paid && !model.Id.EndsWith("-free", StringComparison.Ordinal)))
        {
            model.PricePerImage.ShouldBeGreaterThan(0, model.Id);
            model.TypicalSeconds.ShouldBeInRange(0.1, 300, model.Id);
            model.Licence.ShouldNotBeEmpty(model.Id);
        }
    }

    // Everything by which a provider may be asked for a model: its name, the name for edits, and texts of the input.
    private static IEnumerable<string> Names(Model model) =>
        [model.ProviderModel, .. model.Edit is { } edit ? Texts(edit.Input).Append(edit.ProviderModel) : [], .. Texts(model.Input)];

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(field => Texts(field.Value)),
        JsonArray items => items.SelectMany(Texts),
        JsonValue value when value.TryGetValue<string>(out var text) => [text],
        _ => [],
    };

    // FLUX1.1 pro and FLUX 1.1 pro, with or without the engine in brackets.
    private static string Family(Model model) => string.Concat(model.Name.Split('(')[0].Where(char.IsLetterOrDigit)).ToLowerInvariant();
}

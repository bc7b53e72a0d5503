// What can paint and what it would come to, as people and scripts read it.

using System.Text.Json;
using Atelier.Cli;
using Atelier.Client;

namespace Atelier.EndToEnd.Cli;

public sealed class ModelsTests : IDisposable
{
    private readonly CommandLineDriver terminal = new();

    public void Dispose() => terminal.Dispose();

    [Fact]
    public async Task Every_model_is_a_line_with_price_time_abilities_and_whether_it_can_paint_now()
    {
        var answer = await terminal.Type("models");

        var lines = answer.Out.Trim().Split('\n');
        lines[0].Split('\t').ShouldSatisfyAllConditions(
            cells => (cells[0], cells[1], cells[2], cells[5]).ShouldBe(("sketch", "sketch", "free", "yes")), cells => cells[4].ShouldContain("svg"));
        lines.Single(line => line.StartsWith("replicate/flux-schnell\t", StringComparison.Ordinal)).Split('\t')[^1].ShouldBe("no");
        answer.Error.ShouldContain("atelier keys add replicate");
        (await terminal.Type("models", "--available")).Out.Trim().Split('\n').ShouldHaveSingleItem();
    }

    [Fact]
    public async Task One_model_is_told_with_everything_about_it()
    {
        var answer = await terminal.Environment("REPLICATE_API_TOKEN", "test-key").Type("models", "replicate/flux-schnell");

        answer.Out.ShouldMatch(@"now +yes");
        answer.Out.ShouldMatch(@"steps +1 to 4, else 4");
        answer.Out.ShouldMatch(@"4k +\$0\.003, 2880x2880 as a square, upscaled from 1024x1024");
        (await terminal.Type("models", "flux-shnell")).Code.ShouldBe(ExitCode.Failed);
    }

    [Fact]
    public async Task Its_json_is_what_the_api_answers()
    {
        var models = (await terminal.Type("models", "--json")).Out.Trim().Split('\n').Select(line => JsonSerializer.Deserialize<ModelRecord>(line, AtelierJson.Options)!).ToList();

        models[0].Id.ShouldBe("sketch");
        foreach (var model in models) model.Qualities.Select(quality => quality.Name).ShouldBe(["standard", "hd", "hd+", "4k"]);
    }

    [Fact]
    public async Task Providers_say_why_they_cannot_be_asked()
    {
        var answer = await terminal.Type("providers");

        answer.Out.ShouldContain("provider\tsketch\tbuilt in\t1\tnone needed\t$0\tyes");
        answer.Out.ShouldContain("no: it has no key; add one with: atelier keys add replicate");
        var providers = (await terminal.Type("providers", "--json")).Out.Trim().Split('\n').Select(line => JsonSerializer.Deserialize<ProviderRecord>(line, AtelierJson.Options)!);
        providers.First().Name.ShouldBe("sketch");
    }

    [Fact]
    public async Task An_estimate_takes_the_words_of_generate_and_paints_nothing()
    {
        terminal.Environment("REPLICATE_API_TOKEN", "test-key");

        var answer = await terminal.Type("estimate", "three", "cats", "--model", "replicate/flux-schnell", "--count", "4", "--aspect", "16:9", "-o", "cats/");

        answer.Code.ShouldBe(ExitCode.Ok, answer.Error);
        answer.Out.ShouldMatch(@"model +replicate/flux-schnell");
        answer.Out.ShouldMatch(@"cost +\$0\.012 for 4, \$0\.003 each");
        (await terminal.Type("jobs", "list")).Out.ShouldBeEmpty();
        Directory.Exists(Path.Combine(terminal.Folder, "cats")).ShouldBeFalse();
    }

    [Fact]
    public async Task An_estimate_refuses_what_generate_refuses()
    {
        var answer = await terminal.Type("estimate", "a cat", "--model", "sketch", "--steps", "999");

        answer.Code.ShouldBe(ExitCode.Usage);
        answer.Error.ShouldContain("steps '999' must be");
        using var json = JsonDocument.Parse((await terminal.Type("estimate", "a cat", "--quality", "4k", "--json")).Out);
        json.RootElement.GetProperty("delivered").GetProperty("width").GetInt32().ShouldBe(2880);
    }
}

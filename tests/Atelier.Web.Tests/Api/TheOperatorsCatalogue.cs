// The operator's own catalogue file: laid over what ships, read again when it changes, and never half in force.
using Atelier.Catalogue;
using Atelier.Testing;
using Microsoft.Extensions.Logging;

namespace Atelier.Web.Tests.Api;

public sealed class TheOperatorsCatalogue
{
    [Fact]
    public async Task It_is_in_force_from_the_start_and_a_change_soon_after()
    {
        using var folder = new TempFolder();
        Write(folder, "models: [{ id: sketch, name: House painter }]");
        await using var server = await AtelierServer.StartAsync(folder: folder);
        (await NameAsync(server)).ShouldBe("House painter");

        Write(folder, "models: [{ id: sketch, name: Another name }]");
        await server.Logs.UntilAsync(lines => lines.Any(line => line.Text.Contains("read again", StringComparison.Ordinal)));

        (await NameAsync(server)).ShouldBe("Another name");
    }

    [Fact]
    public async Task A_broken_change_is_told_with_its_line_and_the_one_before_stays()
    {
        using var folder = new TempFolder();
        Write(folder, "models: [{ id: sketch, name: House painter }]");
        await using var server = await AtelierServer.StartAsync(folder: folder);

        Write(folder, "models:\n  - id: sketch\n    colour: red\n");
        await server.Logs.UntilAsync(lines => lines.Any(line => line.Level == LogLevel.Error));

        server.Logs.Lines.Single(line => line.Level == LogLevel.Error).Text.ShouldContain("catalogue.yaml, line 3: sketch: colour is no field here");
        (await NameAsync(server)).ShouldBe("House painter");
    }

    [Fact]
    public async Task A_process_does_not_start_on_a_broken_one()
    {
        using var folder = new TempFolder();
        Write(folder, "models: 5");

        (await Should.ThrowAsync<CatalogueException>(() => AtelierServer.StartAsync(folder: folder))).Message.ShouldContain("catalogue.yaml, line 1");
    }

    private static void Write(TempFolder folder, string yaml) => File.WriteAllText(Path.Combine(folder.Path, CatalogueWatch.FileName), yaml);

    private static async Task<string> NameAsync(AtelierServer server) => (await server.Client.ModelsAsync()).Single(model => model.Id == "sketch").Name;
}

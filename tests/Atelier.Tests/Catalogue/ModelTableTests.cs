// docs/models.md is what the catalogue says. ATELIER_WRITE_DOCS=1 writes it anew.
using System.Runtime.CompilerServices;
using Atelier.Catalogue;

namespace Atelier.Tests.Catalogue;

public sealed class ModelTableTests
{
    [Fact]
    public void The_table_of_models_is_up_to_date()
    {
        var file = Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../../docs/models.md");
        var table = ModelTable.Write(ModelCatalogue.BuiltIn());
        if (Environment.GetEnvironmentVariable("ATELIER_WRITE_DOCS") == "1")
            File.WriteAllText(file, table);

        File.ReadAllText(file).ShouldBe(table, "docs/models.md is out of date: ATELIER_WRITE_DOCS=1 ./test --filter ModelTable");
    }

    [Fact]
    public void Every_model_of_a_provider_is_tried_by_the_contract() =>
        ModelCatalogue.BuiltIn().Models.Select(model => model.Provider).Distinct().Except(ModelTable.Covered()).ShouldBe(["sketch"]);

    private static string ThisFile([CallerFilePath] string path = "") => path;
}

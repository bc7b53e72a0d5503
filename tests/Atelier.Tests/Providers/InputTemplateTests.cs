// The slots of the catalogue's inputs: a misspelt one would be left out in silence.
using System.Text.Json.Nodes;
using Atelier.Catalogue;
using Atelier.Providers;
using Atelier.Vips;

namespace Atelier.Tests.Providers;

public sealed class InputTemplateTests
{
    public static TheoryData<string> Models => [.. ModelCatalogue.BuiltIn().Models.Select(model => model.Id)];

    [Theory]
    [MemberData(nameof(Models))]
    public void Every_slot_of_the_catalogue_exists(string id)
    {
        var model = ModelCatalogue.BuiltIn().Find(id).ShouldNotBeNull();

        InputTemplate.UnknownSlots(model.Input).Concat(InputTemplate.UnknownSlots(model.Edit?.Input)).ShouldBeEmpty();
    }

    [Fact]
    public void The_model_has_a_slot_of_its_own_and_a_prompt_cannot_fill_others()
    {
        var request = new PaintRequest
        {
            Model = "sdxl.safetensors", Prompt = "{seed} {model}", Width = 8, Height = 8, Seed = 7, Format = ImageFormat.Png,
            Input = new JsonObject { ["ckpt"] = "{model}", ["text"] = "{prompt}", ["seed"] = "{seed}" },
        };

        InputTemplate.Fill(request, _ => "").ToJsonString().ShouldBe("""{"ckpt":"sdxl.safetensors","text":"{seed} {model}","seed":7}""");
    }
}

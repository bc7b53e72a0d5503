// Every field of a wish has its bounds; what is outside is refused with the field, the value and what is allowed.
using Atelier.Catalogue;
using Atelier.Submitting;

namespace Atelier.Tests.Submitting;

public sealed class RequestCheckTests
{
    private static readonly GenerationRequest Cat = new() { Prompt = "a cat" };

    public static TheoryData<string, GenerationRequest> Refused => new()
    {
        { "prompt", new GenerationRequest() },
        { "prompt", Cat with { Prompt = "   " } },
        { "prompt", Cat with { Prompt = new string('x', 2_001) } },
        { "prompt", Cat with { Prompt = "a\0cat" } },
        { "prompt", Cat with { Prompt = "half \ud83d smile" } },
        { "negative_prompt", Cat with { NegativePrompt = new string('x', 2_001) } },
        { "model", Cat with { Model = "midjourney" } },
        { "count", Cat with { Count = 0 } },
        { "count", Cat with { Count = 5 } },
        { "seed", Cat with { Seed = -1 } },
        { "seed", Cat with { Seed = 4_294_967_296 } },
        { "seed", Cat with { Seed = 4_294_967_295, Count = 2 } },
        { "aspect_ratio", Cat with { AspectRatio = "wide" } },
        { "aspect_ratio", Cat with { AspectRatio = "16:9", Width = 512, Height = 512 } },
        { "width", Cat with { Height = 512 } },
        { "height", Cat with { Width = 512 } },
        { "width", Cat with { Width = 0, Height = 512 } },
        { "height", Cat with { Width = 512, Height = -5 } },
        { "width", Cat with { Width = int.MaxValue, Height = int.MaxValue } },
        { "quality", Cat with { Quality = "8k" } },
        { "steps", Cat with { Steps = 0 } },
        { "steps", Cat with { Steps = 51 } },
        { "strength", Cat with { Strength = 1.5, InputImages = [new InputSource.Upload(default)] } },
        { "strength", Cat with { Strength = double.NaN, InputImages = [new InputSource.Upload(default)] } },
        { "input_images", Cat with { InputImages = [new InputSource.Upload(default), new InputSource.Upload(default)] } },
        { "style", Cat with { Style = "cubism" } },
        { "output_format", Cat with { OutputFormat = "bmp" } },
        { "visibility", Cat with { Visibility = "friends" } },
        { "priority", Cat with { Priority = 11 } },
        { "tags", Cat with { Tags = [new string('x', 41)] } },
        { "tags", Cat with { Tags = [.. Enumerable.Range(0, 17).Select(i => $"t{i}")] } },
        { "metadata", Cat with { Metadata = new Dictionary<string, string> { [""] = "x" } } },
        { "metadata.k", Cat with { Metadata = new Dictionary<string, string> { ["k"] = new string('x', 501) } } },
        { "metadata.k", Cat with { Metadata = new Dictionary<string, string> { ["k"] = "\0" } } },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_is_out_of_bounds_is_refused_by_name(string field, GenerationRequest request)
    {
        var check = Check(request);
        check.Run().ShouldBeNull();
        check.Errors.ShouldContain(error => error.Field == field, string.Join("; ", check.Errors));
        check.Errors.ShouldAllBe(error => error.Message.StartsWith(error.Field));
    }

    [Fact]
    public void All_errors_come_together() =>
        ErrorsOf(Cat with { Prompt = "", Count = 9, Quality = "8k", Style = "cubism" }).Select(error => error.Field).Order()
            .ShouldBe(["count", "prompt", "quality", "style"]);

    [Fact]
    public void What_can_be_listed_is_listed() =>
        ErrorsOf(Cat with { OutputFormat = "bmp" }).Single().Allowed.ShouldBe(["webp", "png", "jpeg", "avif", "svg"]);

    [Fact]
    public void Long_values_are_shortened_in_errors() =>
        ErrorsOf(Cat with { Prompt = new string('x', 5_000_000) }).Single().Value!.Length.ShouldBeLessThan(100);

    [Fact]
    public void A_bare_wish_takes_the_models_defaults()
    {
        var parameters = Check(Cat).Run().ShouldNotBeNull();
        parameters.Model.Id.ShouldBe("sketch");
        parameters.Size.ShouldBe(new PixelSize(1024, 1024));
        parameters.Steps.ShouldBe(8);
        parameters.Count.ShouldBe(1);
        parameters.OutputFormat.ShouldBe("webp");
        parameters.Strength.ShouldBeNull();
    }

    [Fact]
    public void What_the_model_ignores_is_reported() =>
        Check(Cat with { Guidance = 7 }).Run().ShouldNotBeNull().Warnings.Single().ShouldContain("guidance is not supported by sketch");

    private static IReadOnlyList<FieldError> ErrorsOf(GenerationRequest request)
    {
        var check = Check(request);
        check.Run();
        return check.Errors;
    }

    private static RequestCheck Check(GenerationRequest request) =>
        new(request, Submitter.Local, Models, request.Model is null ? Models.Default : Models.Find(request.Model), new SubmissionLimits());

    private static ModelCatalogue Models { get; } = ModelCatalogue.BuiltIn();
}

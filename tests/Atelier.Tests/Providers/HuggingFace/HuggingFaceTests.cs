// Hugging Face's own engine, and what all behind its router have in common, against its double.
using System.Text.Json.Nodes;
using Atelier.Doubles;
using Atelier.Doubles.HuggingFace;
using Atelier.Providers;
using Atelier.Providers.HuggingFace;

namespace Atelier.Tests.Providers.HuggingFace;

public sealed class HuggingFaceTests(DoublesFixture doubles) : ProviderContract<HuggingFaceDouble>(doubles)
{
    protected override ProviderAdapter Adapter => HuggingFaceProvider.Adapter;

    protected override string PlainModel => "huggingface/flux-schnell";

    protected override bool PaintsAtOnce => true;

    protected override bool IsTestable => true;

    protected override bool IsStart(HttpRequestLike request) => request.Method == "POST";

    [Theory]
    [InlineData(402, """{"error":"You have exceeded your monthly included credits for Inference Providers. Subscribe to PRO to get 20x more."}""", FailureKind.QuotaExhausted)]
    [InlineData(429, """{"error":"You have exceeded your monthly included credits for Inference Providers."}""", FailureKind.QuotaExhausted)]
    [InlineData(429, """{"error":"Too Many Requests"}""", FailureKind.RateLimited)]
    [InlineData(401, """{"error":"Invalid username or password."}""", FailureKind.Auth)]
    [InlineData(403, """{"error":"This authentication method does not have sufficient permissions to call Inference Providers on behalf of user ada"}""", FailureKind.Auth)]
    [InlineData(400, """{"error":"Model not supported by provider hf-inference"}""", FailureKind.RetiredModel)]
    [InlineData(404, "Not Found", FailureKind.RetiredModel)]
    [InlineData(410, """{"error":"The requested model is deprecated and no longer supported"}""", FailureKind.RetiredModel)]
    [InlineData(422, """{"detail":[{"loc":["body","prompt"],"msg":"The content could not be processed","type":"content_policy_violation"}]}""", FailureKind.Refused)]
    [InlineData(400, """{"error":{"message":"width must be divisible by 8"}}""", FailureKind.BadInput)]
    [InlineData(500, """{"message":"CUDA out of memory"}""", FailureKind.Retryable)]
    public async Task Every_known_error_is_understood(int status, string body, FailureKind kind)
    {
        Host.Faults.Once(Fault.Answering("known", status, body));

        var failure = (await StartAsync(PlainModel)).ShouldBeOfType<ProviderAnswer.Failed>().Failure;

        failure.Kind.ShouldBe(kind, failure.ToString());
    }

    [Fact]
    public async Task A_model_that_is_being_loaded_is_asked_again_when_it_is_there()
    {
        Host.Faults.Once(Fault.Answering("loading", 503, """{"error":"Model black-forest-labs/FLUX.1-schnell is currently loading","estimated_time":20.0}"""));

        var failure = (await StartAsync(PlainModel)).ShouldBeOfType<ProviderAnswer.Failed>().Failure;

        (failure.Kind, failure.RetryAfter).ShouldBe((FailureKind.Retryable, TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task An_organisation_is_charged_where_the_operator_says_so()
    {
        await StartAsync(PlainModel);
        Theirs.NewestBillTo.ShouldBeNull();

        var endpoint = new ProviderEndpoint { Name = "huggingface", BaseUrl = Host.AddressOf(Theirs), Options = new Dictionary<string, string> { ["bill_to"] = "atelier-org" } };
        await Provider(endpoint: endpoint).StartAsync(Request(Model(PlainModel)), Call(), CancellationToken.None);
        Theirs.NewestBillTo.ShouldBe("atelier-org");
    }

    [Theory]
    [InlineData("huggingface/sdxl", "/hf-inference/models/stabilityai/stable-diffusion-xl-base-1.0")]
    [InlineData("huggingface/flux-dev", "/fal-ai/fal-ai/flux/dev?_subdomain=queue")]
    [InlineData("huggingface/flux-kontext-dev", "/replicate/v1/models/black-forest-labs/flux-kontext-dev/predictions")]
    [InlineData("huggingface/flux-schnell-together", "/together/v1/images/generations")]
    [InlineData("huggingface/flux-schnell-nscale", "/nscale/v1/images/generations")]
    public async Task The_first_part_of_the_name_says_who_paints(string model, string path)
    {
        var request = Request(Model(model), images: Model(model).Parameters.NeedsInputImage ? 1 : 0);

        await PaintAsync(Provider(), Call(), request);

        Host.Calls.Last(call => call.Method == "POST").Path.ShouldBe("/huggingface" + path);
    }

    [Fact]
    public async Task A_name_that_says_nobody_is_a_fault_of_the_catalogue()
    {
        var before = Host.Calls.Count;

        var answer = await Provider().StartAsync(Request(Model(PlainModel)) with { Model = "nebius/flux" }, Call(), CancellationToken.None);

        answer.ShouldBeOfType<ProviderAnswer.Failed>().Failure.Kind.ShouldBe(FailureKind.Permanent);
        Host.Calls.Count.ShouldBe(before);
    }

    [Fact]
    public async Task Its_own_engine_is_given_an_image_as_plain_base64()
    {
        var request = Request(Model("huggingface/flux-dev"), images: 1) with
        {
            Model = "hf-inference/timbrooks/instruct-pix2pix",
            Input = new JsonObject { ["inputs"] = "{image}", ["parameters"] = new JsonObject { ["prompt"] = "{prompt}", ["target_size"] = new JsonObject { ["width"] = "{width}", ["height"] = "{height}" } } },
        };

        (await PaintAsync(Provider(), Call(), request)).Images.ShouldHaveSingleItem();

        JsonNode.Parse(Host.Calls.Last().Body)!["inputs"]!.GetValue<string>().ShouldBe(request.InputImages[0].Base64);
    }

    private Task<ProviderAnswer> StartAsync(string model) => Provider().StartAsync(Request(Model(model)), Call(), CancellationToken.None);
}

// ComfyUI, against its double: the workflow, its images, its errors, and that nothing is queued twice.
using System.Text.Json.Nodes;
using Atelier.Doubles;
using Atelier.Doubles.ComfyUi;
using Atelier.Providers;
using Atelier.Providers.ComfyUi;

namespace Atelier.Tests.Providers.ComfyUi;

public sealed partial class ComfyUiTests(DoublesFixture doubles) : ProviderContract<ComfyUiDouble>(doubles), IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("atelier-workflows-").FullName;

    protected override ProviderAdapter Adapter => ComfyUiProvider.Adapter;

    protected override string PlainModel => "comfyui/sdxl";

    protected override bool IsTestable => true;

    protected override bool IsStart(HttpRequestLike request) => request.Method == "POST" && request.Path.EndsWith("/prompt", StringComparison.Ordinal);

    protected override bool IsFetch(HttpRequestLike request) => request.Path == "/comfyui/view";

    protected override ProviderEndpoint Set(ProviderEndpoint endpoint) =>
        endpoint with { Options = new Dictionary<string, string>(StringComparer.Ordinal) { ["workflows"] = _folder } };

    public Task InitializeAsync()
    {
        (Theirs.FailWith, Theirs.Busy, Theirs.BreakSockets, Theirs.WaitsForInterrupt, Theirs.KeepsLastWord, Theirs.PreviewFormat) = (null, false, false, false, false, 4);
        Theirs.Queued = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return Task.CompletedTask;
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_start_whose_answer_was_lost_is_found_by_its_reference()
    {
        var (provider, call, request) = (Provider(), Call(), Request(Model(PlainModel)));
        Host.Faults.Once(Fault.Of("reset after the call was carried out"));
        (await provider.StartAsync(request, call, CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Failed>().Failure.Kind.ShouldBe(FailureKind.OutcomeUnknown);

        var found = (await provider.FindAsync(request, call, CancellationToken.None)).ShouldBeOfType<ProviderLookup.Found>();
        found.ExternalId.ShouldBe(call.Reference);
        (await FinishAsync(provider, new ProviderAnswer.Pending(found.ExternalId), call)).Images.ShouldHaveSingleItem();

        (await provider.FindAsync(request, Call(), CancellationToken.None)).ShouldBeOfType<ProviderLookup.Absent>();
        Host.Faults.Once(Fault.Of("status 503"));
        (await provider.FindAsync(request, call, CancellationToken.None)).ShouldBeOfType<ProviderLookup.Unanswered>();
    }

    [Fact]
    public async Task A_run_that_waits_is_found_too()
    {
        Theirs.Busy = true;
        var (provider, call, request) = (Provider(), Call(), Request(Model(PlainModel)));
        await provider.StartAsync(request, call, CancellationToken.None);

        (await provider.FindAsync(request, call, CancellationToken.None)).ShouldBeOfType<ProviderLookup.Found>();
    }

    [Fact]
    public async Task A_restarted_server_forgets_and_the_run_is_started_again()
    {
        Theirs.Busy = true;
        var (provider, call) = (Provider(), Call());
        var pending = await StartAsync(provider, call);
        Theirs.Restart();

        (await provider.PollAsync(pending.ExternalId, call, CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Failed>().Failure.Kind.ShouldBe(FailureKind.Retryable);
    }

    [Fact]
    public async Task A_cancel_takes_a_run_out_of_the_queue()
    {
        Theirs.Busy = true;
        var (provider, call) = (Provider(), Call());
        var pending = await StartAsync(provider, call);

        (await provider.CancelAsync(pending.ExternalId, call, CancellationToken.None)).ShouldBeTrue();

        Theirs.StateOf(pending.ExternalId).ShouldBe("removed");
    }

    [Fact]
    public async Task Images_and_mask_are_uploaded_under_names_of_this_start()
    {
        var (call, request) = (Call(), Request(Model(PlainModel), images: 1));
        var mask = new InputImage(new PictureShelf(new DoubleSettings()).Paint(64, 64, seed: 3), "image/png");

        await PaintAsync(Provider(), call, request with { Mask = mask });

        Theirs.Uploads[$"atelier/{call.Reference}-1.png"].ShouldBe(request.InputImages[0].Bytes.ToArray());
        Theirs.Uploads[$"atelier/{call.Reference}-2.png"].ShouldBe(mask.Bytes.ToArray());
        Host.Calls.Last(sent => sent.Path == "/comfyui/prompt").Body.ShouldContain($"\"image\":\"atelier/{call.Reference}-1.png\"");
    }

    [Fact]
    public async Task An_upload_that_fails_starts_nothing()
    {
        var before = Theirs.Billed;
        Host.Faults.Once(Fault.Of("reset after the call was carried out"));

        var failure = await FailAsync(Request(Model(PlainModel), images: 1));

        failure.Kind.ShouldBe(FailureKind.Retryable);
        Theirs.Billed.ShouldBe(before);
    }

    [Fact]
    public async Task A_checkpoint_that_is_missing_is_named()
    {
        var failure = await FailAsync(Request(Model(PlainModel)) with { Model = "juggernautXL.safetensors" });

        failure.Kind.ShouldBe(FailureKind.BadInput);
        failure.Message.ShouldBe("ComfyUI does not accept this request: juggernautXL.safetensors is not installed there.");
    }

    [Fact]
    public async Task A_node_that_is_missing_is_named()
    {
        var failure = await FailAsync(With(graph => graph["decode"]!["class_type"] = "FancyDecode"));

        failure.Kind.ShouldBe(FailureKind.BadInput);
        failure.Message.ShouldBe("ComfyUI does not accept this request: the node FancyDecode is not installed there.");
    }

    [Fact]
    public async Task A_value_that_a_node_rejects_is_told()
    {
        (await FailAsync(Request(Model(PlainModel)) with { Steps = 20_000 })).Message.ShouldContain("KSampler: Value 20000 bigger than max of 10000: steps");
        (await FailAsync(With(graph => graph["sample"]!["inputs"]!["sampler_name"] = "eulerish"))).Message.ShouldContain("KSampler knows no sampler_name eulerish");
        (await FailAsync(With(graph => graph.Remove("save")))).Message.ShouldContain("Prompt has no outputs");
    }

    [Theory]
    [InlineData("torch.OutOfMemoryError", "Allocation on device 0 would exceed allowed memory. (out of memory)", FailureKind.Retryable)]
    [InlineData("RuntimeError", "mat1 and mat2 shapes cannot be multiplied (154x2048 and 768x320)", FailureKind.Permanent)]
    public async Task A_run_that_fails_says_why(string type, string message, FailureKind kind)
    {
        Theirs.FailWith = (type, message);
        var (provider, call) = (Provider(), Call());
        var pending = await StartAsync(provider, call);
        ProviderAnswer answer = pending;
        while (answer is ProviderAnswer.Pending)
            answer = await provider.PollAsync(pending.ExternalId, call, CancellationToken.None);

        var failure = answer.ShouldBeOfType<ProviderAnswer.Failed>().Failure;
        failure.Kind.ShouldBe(kind);
        failure.Details.ShouldNotBeNull().ShouldContain(message);
    }

    [Fact]
    public async Task A_workflow_file_is_filled_like_a_catalogue_entry()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "mine.json"), Request(Model(PlainModel)).Input.ToJsonString());

        (await PaintAsync(Provider(), Call(), Named("mine"))).Images.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("../mine", "not a plain file name")]
    [InlineData("/etc/passwd", "not a plain file name")]
    [InlineData("absent", "missing")]
    [InlineData("ui", "API format")]
    [InlineData("broken", "cannot be read")]
    public async Task A_workflow_file_that_is_no_good_is_told(string name, string reason)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "ui.json"), """{"nodes":[],"links":[],"version":0.4}""");
        await File.WriteAllTextAsync(Path.Combine(_folder, "broken.json"), "{");

        var failure = await FailAsync(Named(name));

        failure.Kind.ShouldBe(FailureKind.Permanent);
        failure.Message.ShouldContain(reason);
    }

    [Fact]
    public async Task Previews_of_a_workflow_count_only_where_nothing_is_saved()
    {
        var both = With(graph => graph["look"] = new JsonObject { ["class_type"] = "PreviewImage", ["inputs"] = new JsonObject { ["images"] = new JsonArray("decode", 0) } });
        (await PaintAsync(Provider(), Call(), both)).Images.ShouldHaveSingleItem();

        var preview = With(graph => graph["save"] = new JsonObject { ["class_type"] = "PreviewImage", ["inputs"] = new JsonObject { ["images"] = new JsonArray("decode", 0) } });
        (await PaintAsync(Provider(), Call(), preview)).Images.ShouldHaveSingleItem();

        var two = With(graph => graph["save-2"] = graph["save"]!.DeepClone());
        (await PaintAsync(Provider(), Call(), two)).Images.Count.ShouldBe(2);
    }

    private PaintRequest Named(string workflow) => Request(Model("comfyui/sdxl")) with { Input = new JsonObject { ["workflow"] = workflow } };

    private PaintRequest With(Action<JsonObject> change)
    {
        var request = Request(Model("comfyui/sdxl"));
        var graph = request.Input.DeepClone().AsObject();
        change(graph);
        return request with { Input = graph };
    }

    private async Task<ProviderAnswer.Pending> StartAsync(ImageProvider provider, PaintCall call) =>
        (await provider.StartAsync(Request(Model("comfyui/sdxl")), call, CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Pending>();

    private async Task<ProviderFailure> FailAsync(PaintRequest request) =>
        (await Provider().StartAsync(request, Call(), CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Failed>().Failure;
}

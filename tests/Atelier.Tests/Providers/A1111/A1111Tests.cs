// AUTOMATIC1111, against its double.
using System.Collections.Concurrent;
using Atelier.Doubles;
using Atelier.Doubles.A1111;
using Atelier.Providers;
using Atelier.Providers.A1111;

namespace Atelier.Tests.Providers.A1111;

public sealed class A1111Tests(DoublesFixture doubles) : ProviderContract<A1111Double>(doubles), IAsyncLifetime
{
    protected override ProviderAdapter Adapter => A1111Provider.Adapter;

    protected override string PlainModel => "a1111/sdxl";

    protected override bool PaintsAtOnce => true;

    protected override bool IsTestable => true;

    protected override bool IsStart(HttpRequestLike request) => request.Method == "POST" && request.Path.EndsWith("2img", StringComparison.Ordinal);

    public Task InitializeAsync()
    {
        (Theirs.Login, Theirs.LooksPerPicture, Theirs.StandsStill, Theirs.FailWith, Theirs.SendsGrid) = (null, 0, false, null, false);
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Progress_and_previews_are_passed_on_while_it_paints()
    {
        Theirs.LooksPerPicture = 4;
        var heard = new Listener();

        var painted = await PaintAsync(Provider(), Call() with { Progress = heard });

        painted.Images.ShouldHaveSingleItem().Seed.ShouldBe(7);
        heard.All.Select(progress => progress.Fraction).ShouldBeInOrder();
        heard.All.Count.ShouldBeGreaterThan(1);
        heard.All.ShouldContain(progress => progress.PreviewType == "image/png" && progress.Preview.Length > 0);
    }

    [Fact]
    public async Task Previews_are_not_asked_for_sooner_than_they_are_shown()
    {
        Theirs.LooksPerPicture = 4;
        var heard = new Listener();

        await PaintAsync(Provider(), Call() with { Progress = heard, PreviewInterval = TimeSpan.FromHours(1) });

        heard.All.Count(progress => progress.Preview.Length > 0).ShouldBe(1);
    }

    [Fact]
    public async Task Progress_that_stands_still_is_not_believed()
    {
        (Theirs.LooksPerPicture, Theirs.StandsStill) = (3, true);
        var heard = new Listener();

        await PaintAsync(Provider(), Call() with { Progress = heard });

        heard.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_call_that_is_cancelled_interrupts_the_engine()
    {
        Theirs.LooksPerPicture = 1_000;
        var before = Theirs.Interrupts;
        using var cancel = new CancellationTokenSource();
        var painting = Provider().StartAsync(Request(Model(PlainModel)), Call(), cancel.Token);
        await Theirs.Begun.Task.WaitAsync(TimeSpan.FromSeconds(20));

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(painting);
        Theirs.Interrupts.ShouldBe(before + 1);
    }

    [Theory]
    [InlineData("ada:secret", true)]
    [InlineData("ada:wrong", false)]
    [InlineData(null, false)]
    public async Task A_login_is_sent_where_one_is_given(string? login, bool accepted)
    {
        Theirs.Login = "ada:secret";
        var call = Call() with { Key = login is null ? null : new ProviderKey("a1111", "main", login) };

        var answer = await Provider().StartAsync(Request(Model(PlainModel)), call, CancellationToken.None);

        if (accepted)
            answer.ShouldBeOfType<ProviderAnswer.Painted>();
        else
            answer.ShouldBeOfType<ProviderAnswer.Failed>().Failure.Kind.ShouldBe(FailureKind.Auth);
    }

    [Fact]
    public async Task A_picture_and_a_mask_go_to_img2img()
    {
        var request = Request(Model(PlainModel), images: 1);

        (await PaintAsync(Provider(), Call(), request with { Mask = request.InputImages[0] })).Images.ShouldHaveSingleItem();

        var call = Host.Calls.Last(call => call.Method == "POST");
        call.Path.ShouldEndWith("/img2img");
        call.Body.ShouldContain("\"mask\":\"iVBOR");
        call.Body.ShouldContain("\"denoising_strength\":0.7");
    }

    [Fact]
    public async Task A_grid_is_no_picture()
    {
        Theirs.SendsGrid = true;

        (await PaintAsync(Provider(), Call())).Images.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_checkpoint_that_it_passes_over_is_told()
    {
        var failure = await FailAsync(Request(Model(PlainModel)) with { Model = "dreamshaper_8.safetensors [879db523c3]" });

        failure.Kind.ShouldBe(FailureKind.BadInput);
        failure.Message.ShouldContain("dreamshaper_8");
    }

    [Fact]
    public async Task A_field_that_it_rejects_is_told()
    {
        var failure = await FailAsync(Request(Model(PlainModel)) with { Steps = 900 });

        failure.Kind.ShouldBe(FailureKind.BadInput);
        failure.Message.ShouldContain("steps: steps must be less than or equal to 150");
    }

    [Fact]
    public async Task A_sampler_that_it_does_not_know_is_told()
    {
        var input = Request(Model(PlainModel)).Input.DeepClone().AsObject();
        input["sampler_name"] = "Eulerish";

        var failure = await FailAsync(Request(Model(PlainModel)) with { Input = input });

        failure.Kind.ShouldBe(FailureKind.BadInput);
        failure.Message.ShouldBe("AUTOMATIC1111 does not accept this request: Sampler not found.");
    }

    [Fact]
    public async Task A_picture_that_it_cannot_read_is_told()
    {
        Host.Faults.Once(Fault.Answering("bad image", 500, """{"error":"HTTPException","detail":"Invalid encoded image","body":"","errors":""}"""));

        (await FailAsync(Request(Model(PlainModel), images: 1))).Message.ShouldContain("Invalid encoded image");
    }

    [Fact]
    public async Task Memory_that_ran_out_may_suffice_another_time()
    {
        Theirs.FailWith = ("OutOfMemoryError", "CUDA out of memory. Tried to allocate 4.50 GiB");

        var failure = await FailAsync(Request(Model(PlainModel)));

        failure.Kind.ShouldBe(FailureKind.Retryable);
        failure.Details.ShouldNotBeNull().ShouldContain("out of memory");
    }

    private async Task<ProviderFailure> FailAsync(PaintRequest request) =>
        (await Provider().StartAsync(request, Call(), CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Failed>().Failure;

    private sealed class Listener : IProgress<PaintProgress>
    {
        public ConcurrentQueue<PaintProgress> All { get; } = new();

        public void Report(PaintProgress value) => All.Enqueue(value);
    }
}

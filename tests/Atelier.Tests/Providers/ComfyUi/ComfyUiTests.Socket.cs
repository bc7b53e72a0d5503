// ComfyUI's socket, against its double: progress and previews while somebody listens, and polling whenever the socket fails.
using System.Collections.Concurrent;
using Atelier.Doubles;
using Atelier.Providers;

namespace Atelier.Tests.Providers.ComfyUi;

public sealed partial class ComfyUiTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Progress_and_previews_come_while_somebody_listens(int frames)
    {
        Theirs.PreviewFormat = frames;
        var heard = new Listener();

        var answer = await Provider().StartAsync(Request(Model(PlainModel)), Call() with { Progress = heard }, CancellationToken.None);

        answer.ShouldBeOfType<ProviderAnswer.Painted>().Images.ShouldHaveSingleItem();
        heard.All.Select(progress => progress.Fraction).ShouldBeInOrder();
        heard.All.Select(progress => Math.Round(progress.Fraction, 2)).Distinct().ShouldBe([0.33, 0.67, 1]);
        var previews = heard.All.Where(progress => progress.PreviewType is not null).ToList();
        previews.Count.ShouldBe(3);
        previews.ShouldAllBe(progress => progress.PreviewType == "image/png" && IsPng(progress.Preview));
    }

    [Fact]
    public async Task Two_samplers_share_the_progress()
    {
        var request = With(graph =>
        {
            var second = graph["sample"]!.DeepClone();
            second["inputs"]!["latent_image"]![0] = "sample";
            graph["sample-2"] = second;
            graph["decode"]!["inputs"]!["samples"]![0] = "sample-2";
        });
        var heard = new Listener();

        await Provider().StartAsync(request, Call() with { Progress = heard }, CancellationToken.None);

        heard.All.Select(progress => Math.Round(progress.Fraction, 2)).Distinct().ShouldBe([0.17, 0.33, 0.5, 0.67, 0.83, 1]);
    }

    [Fact]
    public async Task Previews_come_no_sooner_than_they_are_shown()
    {
        var heard = new Listener();

        await Provider().StartAsync(Request(Model(PlainModel)), Call() with { Progress = heard, PreviewInterval = TimeSpan.FromHours(1) }, CancellationToken.None);

        heard.All.Count(progress => progress.PreviewType is not null).ShouldBe(1);
    }

    [Fact]
    public async Task A_socket_that_cannot_be_opened_leaves_the_run_to_be_polled()
    {
        Host.Faults.Once(Fault.Of("status 403"), request => request.Path == "/comfyui/ws");
        var (provider, call, before) = (Provider(), Call() with { Progress = new Listener() }, Theirs.Billed);

        var pending = (await provider.StartAsync(Request(Model(PlainModel)), call, CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Pending>();

        (await FinishAsync(provider, pending, call)).Images.ShouldHaveSingleItem();
        (Theirs.Billed - before).ShouldBe(1);
    }

    [Fact]
    public async Task A_socket_that_breaks_leaves_the_run_to_be_polled()
    {
        Theirs.BreakSockets = true;
        var (provider, call, before) = (Provider(), Call() with { Progress = new Listener() }, Theirs.Billed);

        var answer = await provider.StartAsync(Request(Model(PlainModel)), call, CancellationToken.None);

        // The run may have ended by the time of the first look.
        if (answer is not ProviderAnswer.Painted)
            (await FinishAsync(provider, answer.ShouldBeOfType<ProviderAnswer.Pending>(), call)).Images.ShouldHaveSingleItem();
        (Theirs.Billed - before).ShouldBe(1);
    }

    [Fact]
    public async Task A_last_word_that_never_comes_is_not_waited_for()
    {
        Theirs.KeepsLastWord = true;

        var answer = await Provider().StartAsync(Request(Model(PlainModel)), Call() with { Progress = new Listener() }, CancellationToken.None);

        answer.ShouldBeOfType<ProviderAnswer.Painted>().Images.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_run_that_fails_while_it_is_followed_says_why()
    {
        Theirs.FailWith = ("torch.OutOfMemoryError", "Allocation on device");

        var answer = await Provider().StartAsync(Request(Model(PlainModel)), Call() with { Progress = new Listener() }, CancellationToken.None);

        answer.ShouldBeOfType<ProviderAnswer.Failed>().Failure.Kind.ShouldBe(FailureKind.Retryable);
    }

    [Fact]
    public async Task A_run_that_is_interrupted_while_it_is_followed_ends()
    {
        Theirs.WaitsForInterrupt = true;
        var (provider, call) = (Provider(), Call());
        // The first word about progress is the moment to interrupt it.
        var heard = new Listener { Heard = () => provider.CancelAsync(call.Reference, call, CancellationToken.None).GetAwaiter().GetResult().ShouldBeTrue() };

        var answer = await provider.StartAsync(Request(Model(PlainModel)), call with { Progress = heard }, CancellationToken.None);

        var failure = answer.ShouldBeOfType<ProviderAnswer.Failed>().Failure;
        failure.Kind.ShouldBe(FailureKind.Retryable);
        failure.Details.ShouldNotBeNull().ShouldContain("interrupted");
    }

    [Fact]
    public async Task A_run_that_takes_too_long_gives_its_place_up()
    {
        Theirs.Busy = true;
        var call = Call() with { Progress = new Listener() };

        (await Provider(endpoint: Here() with { PaintLimit = TimeSpan.FromMilliseconds(300) }).StartAsync(Request(Model(PlainModel)), call, CancellationToken.None)).ShouldBeOfType<ProviderAnswer.Pending>().ExternalId.ShouldBe(call.Reference);
    }

    [Fact]
    public async Task A_run_that_is_followed_can_be_left_and_found_again()
    {
        Theirs.Busy = true;
        var (provider, call, request) = (Provider(), Call() with { Progress = new Listener() }, Request(Model(PlainModel)));
        using var stop = new CancellationTokenSource();
        var following = provider.StartAsync(request, call, stop.Token);
        await Theirs.Queued.Task.WaitAsync(TimeSpan.FromSeconds(20));

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(following);

        (await provider.FindAsync(request, call, CancellationToken.None)).ShouldBeOfType<ProviderLookup.Found>();
    }

    private static bool IsPng(ReadOnlyMemory<byte> picture) => picture.Span[1..].StartsWith("PNG"u8);

    private ProviderEndpoint Here() => new() { Name = "comfyui", BaseUrl = Host.AddressOf(Theirs) };

    private sealed class Listener : IProgress<PaintProgress>
    {
        private int _heard;

        public ConcurrentQueue<PaintProgress> All { get; } = new();

        public Action? Heard { get; init; }

        public void Report(PaintProgress value)
        {
            All.Enqueue(value);
            if (Interlocked.Increment(ref _heard) == 1)
                Heard?.Invoke();
        }
    }
}

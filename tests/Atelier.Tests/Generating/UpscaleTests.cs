// The last step of a picture that is larger than its model paints: by an upscaler where one is set up, without it where it fails, never paid twice.
using Atelier.Catalogue;
using Atelier.Doubles;
using Atelier.Doubles.A1111;
using Atelier.Doubles.ComfyUi;
using Atelier.Generating;
using Atelier.Providers;
using Atelier.Storage;
using Atelier.Submitting;
using Atelier.Tests.Providers;
using Atelier.Vips;

namespace Atelier.Tests.Generating;

public sealed class UpscaleTests(DoublesFixture doubles) : IClassFixture<DoublesFixture>, IDisposable
{
    private static readonly ModelCatalogue Small = ModelCatalogue.Parse("""
        models:
          - id: sketch/small
            name: Small
            description: Paints small.
            provider: sketch
            provider_model: small
            price: { per: image, usd: 0.5 }
            formats: [png]
            sizes: { min: 64, max: 256, max_pixels: 65536, qualities: { standard: 65536 } }
            parameters: { seed: true }
        """);

    private static readonly GenerationRequest Large = new() { Prompt = "a cat", Model = "sketch/small", Quality = "hd", AspectRatio = "4:3", Seed = 5 };

    private readonly ProviderHttp _http = new(TimeProvider.System);

    public void Dispose() => _http.Dispose();

    [Theory]
    [InlineData("a1111", "R-ESRGAN 4x+")]
    [InlineData("comfyui", "RealESRGAN_x4plus.pth")]
    public async Task An_upscaler_that_is_set_up_makes_the_picture_larger(string kind, string name)
    {
        var before = (Upscaled(kind), Billed(kind));
        await using var studio = await OpenAsync(Upscaler(kind, name));

        var (done, full) = await PaintAsync(studio);

        // The shape that came, 64 x 48, in the area of the quality.
        (full.Width, full.Height).ShouldBe((1774, 1330));
        (done.Picture!.Width, done.Picture.Height, done.Picture.ContentType).ShouldBe((1774, 1330, "image/png"));
        done.Warnings.ShouldBeEmpty();
        IsOfTheDouble(full).ShouldBeTrue();
        (Upscaled(kind), Billed(kind)).ShouldBe((before.Item1 + 1, before.Item2));
        // The engine's own picture stays what it was, and is all that was paid for.
        using (var own = await ReadAsync(studio, done.Picture.OriginalKey))
            (own.Width, own.Height).ShouldBe((64, 48));
        var attempt = (await studio.Generations.AttemptsAsync(done.Id)).ShouldHaveSingleItem();
        (attempt.Outcome, attempt.Cost).ShouldBe(("painted", 0.5m));
        full.Dispose();
    }

    [Theory]
    [InlineData("a1111", "missing", "AUTOMATIC1111")]
    [InlineData("comfyui", "missing.pth", "missing.pth is not installed there")]
    public async Task Where_the_upscaler_fails_the_picture_is_enlarged_without_it_and_says_so(string kind, string name, string why)
    {
        await using var studio = await OpenAsync(Upscaler(kind, name));

        var (done, full) = await PaintAsync(studio);

        (full.Width, full.Height).ShouldBe((1774, 1330));
        IsOfTheDouble(full).ShouldBeFalse();
        done.Warnings.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            warning => warning.ShouldStartWith($"the upscaler {name} of {kind} was not used"), warning => warning.ShouldContain(why));
        studio.Provider.Started.Count.ShouldBe(1);
        full.Dispose();
    }

    [Fact]
    public async Task A_run_of_the_upscaler_that_fails_later_is_no_loss_either()
    {
        var comfy = doubles.Host.Get<ComfyUiDouble>();
        comfy.FailWith = ("torch.OutOfMemoryError", "Allocation on device");
        await using var studio = await OpenAsync(Upscaler("comfyui", "RealESRGAN_x4plus.pth"));

        var (done, full) = await PaintAsync(studio);
        comfy.FailWith = null;

        done.Warnings.ShouldHaveSingleItem().ShouldContain("was not used");
        (done.Status, full.Width, studio.Provider.Started.Count).ShouldBe((GenerationStatus.Completed, 1774, 1));
        full.Dispose();
    }

    [Fact]
    public async Task A_worker_that_dies_while_it_upscales_costs_a_second_upscale_and_no_second_painting()
    {
        var stumbling = new StumblingUpscaler();
        await using var studio = await OpenAsync(new ProviderSetup { Provider = stumbling, Adapter = ProviderAdapter.Find("a1111")! });

        var (done, full) = await PaintAsync(studio);

        (stumbling.Asked, studio.Provider.Started.Count).ShouldBe((3, 1));
        (done.Status, done.Attempt, full.Width).ShouldBe((GenerationStatus.Completed, 1, 1774));
        IsOfTheDouble(full).ShouldBeTrue();
        (await studio.Generations.AttemptsAsync(done.Id)).ShouldHaveSingleItem().Outcome.ShouldBe("painted");
        (await studio.Generations.UsedBlobsAsync([BlobKey.Parse(done.Picture!.OriginalKey)])).Count.ShouldBe(1);
        full.Dispose();
    }

    [Fact]
    public async Task A_picture_in_its_models_own_size_is_left_to_itself()
    {
        var before = Upscaled("a1111");
        await using var studio = await OpenAsync(Upscaler("a1111", "R-ESRGAN 4x+"));

        (await studio.UntilFinishedAsync((await studio.SubmitOneAsync(Large with { Quality = "standard" })).Id)).Picture!.Width.ShouldBe(64);

        Upscaled("a1111").ShouldBe(before);
    }

    private static async Task<(Generation Done, VipsImage Full)> PaintAsync(Studio studio)
    {
        var done = await studio.UntilFinishedAsync((await studio.SubmitOneAsync(Large)).Id);
        done.Status.ShouldBe(GenerationStatus.Completed, done.Error?.Message);
        return (done, await ReadAsync(studio, done.Picture!.FullKey));
    }

    private static async Task<VipsImage> ReadAsync(Studio studio, string key)
    {
        await using var blob = (await studio.Blobs.OpenAsync(BlobKey.Parse(key))).ShouldNotBeNull();
        var bytes = new byte[blob.Length];
        await blob.Stream.ReadExactlyAsync(bytes);
        return VipsImage.FromEncoded(bytes);
    }

    // The double paints red from none to full; the scripted engine paints noise, which is grey from afar.
    private static bool IsOfTheDouble(VipsImage picture)
    {
        using var left = picture.Crop(0, 0, picture.Width / 8, picture.Height);
        using var right = picture.Crop(picture.Width - picture.Width / 8, 0, picture.Width / 8, picture.Height);
        return right.Statistics()[0].Mean - left.Statistics()[0].Mean > 150;
    }

    private int Upscaled(string kind) =>
        kind == "a1111" ? doubles.Host.Get<A1111Double>().Upscaled.Count : doubles.Host.Get<ComfyUiDouble>().Upscaled.Count;

    private long Billed(string kind) => kind == "a1111" ? doubles.Host.Get<A1111Double>().Billed : doubles.Host.Get<ComfyUiDouble>().Billed;

    private ProviderSetup Upscaler(string kind, string name)
    {
        var adapter = ProviderAdapter.Find(kind)!;
        ProviderDouble theirs = kind == "a1111" ? doubles.Host.Get<A1111Double>() : doubles.Host.Get<ComfyUiDouble>();
        var endpoint = new ProviderEndpoint
        {
            Name = kind, BaseUrl = doubles.Host.AddressOf(theirs),
            Options = new Dictionary<string, string>(StringComparer.Ordinal) { [ProviderEndpoint.UpscalerOption] = name },
        };
        return new ProviderSetup { Provider = adapter.Create(endpoint, _http, TimeProvider.System), Adapter = adapter };
    }

    private static async Task<Studio> OpenAsync(ProviderSetup upscaler) =>
        (await Studio.OpenAsync(folder => Task.FromResult($"Data Source={folder["test.db"]}"), others: [upscaler], models: Small)).StartWorker();

    private sealed class StumblingUpscaler : ImageProvider
    {
        public int Asked { get; private set; }

        public override string Name => "stumbling";

        public override string? Upscaler => "any";

        public override Task<ProviderAnswer> StartAsync(PaintRequest request, PaintCall call, CancellationToken cancellationToken) =>
            throw new NotSupportedException("It only upscales.");

        public override Task<ProviderAnswer> UpscaleAsync(InputImage picture, int width, int height, PaintCall call, CancellationToken cancellationToken)
        {
            // As if the process had gone: nothing is said, and the job runs again from its checkpoint.
            if (++Asked < 3)
                throw new InvalidOperationException("gone");
            var painted = new PaintedImage(new PictureShelf(new DoubleSettings()).Paint(width, height), "image/png", Seed: null);
            return Task.FromResult<ProviderAnswer>(new ProviderAnswer.Painted([painted]));
        }
    }
}

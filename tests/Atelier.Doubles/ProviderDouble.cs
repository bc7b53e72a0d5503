// What every double shares: its name, its keys, what it billed.
namespace Atelier.Doubles;

/// <summary>An imitation of a provider's HTTP interface, as strict as the original where that is known.</summary>
public abstract class ProviderDouble(PictureShelf pictures)
{
    /// <summary>Keys are accepted when they begin with this.</summary>
    public const string GoodKey = "test-";

    /// <summary>A key of an account without money.</summary>
    public const string PoorKey = "test-poor";

    private long _billed;

    /// <summary>The provider's name: the first part of the path.</summary>
    public abstract string Name { get; }

    /// <summary>What follows the name in the base address, such as <c>/v1</c>; empty where nothing does.</summary>
    public virtual string BasePath => "";

    /// <summary>How many pictures were billed.</summary>
    public long Billed => Interlocked.Read(ref _billed);

    protected PictureShelf Pictures { get; } = pictures;

    /// <summary>Adds the routes; the group stands for the provider's name.</summary>
    public abstract void Map(IEndpointRouteBuilder routes);

    /// <summary>Every double there is.</summary>
    public static IReadOnlyList<ProviderDouble> All(PictureShelf pictures) =>
    [
        new A1111.A1111Double(pictures),
        new Bfl.BflDouble(pictures),
        new ComfyUi.ComfyUiDouble(pictures),
        new Fal.FalDouble(pictures),
        new Gemini.GeminiDouble(pictures),
        new HuggingFace.HuggingFaceDouble(pictures),
        new OpenAi.CompatibleDouble(pictures),
        new OpenAi.OpenAiDouble(pictures),
        new Replicate.ReplicateDouble(pictures),
        new SdServer.SdServerDouble(pictures),
        new Stability.StabilityDouble(pictures),
        new Together.TogetherDouble(pictures),
    ];

    /// <summary>Notes that pictures were painted and are charged for.</summary>
    protected void Bill(int pictures = 1) => Interlocked.Add(ref _billed, pictures);
}

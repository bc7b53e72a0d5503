// What pictures cost in credits: the catalogue's word, or the operator's where there is one. A copy of the database, read again every few seconds.
using Atelier.Catalogue;
using Atelier.Durable;

namespace Atelier.Credits;

/// <summary>Prices in credits.</summary>
public sealed class PriceList(Database database, CreditOptions options) : IDisposable
{
    /// <summary>US dollars that one credit stands for where the catalogue names no price in credits.</summary>
    public const decimal DollarsPerCredit = 0.01m;

    /// <summary>The most credits a picture of standard quality can cost.</summary>
    public const long MostCredits = 100_000;

    // Sizes are rounded to what a model can paint, so an area a little beyond a quality's still is of that quality.
    private const double AreaTolerance = 1.1;

    // What each quality costs, in pictures of standard quality, the smallest first.
    private static readonly (string Quality, long Factor)[] Factors = [(SizePlan.StandardQuality, 1), ("hd", 1), ("hd+", 2), ("4k", 4)];

    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile Dictionary<string, long>? _overrides;

    /// <summary>Whether pictures cost credits here. Where not, nothing is held and nothing is shown.</summary>
    public bool Enabled => options.Enabled;

    /// <summary>What pictures cost.</summary>
    /// <param name="model">The model.</param>
    /// <param name="quality">A key of <see cref="SizePlan.Qualities"/>.</param>
    /// <param name="count">How many pictures.</param>
    public long PriceOf(Model model, string quality, int count = 1) => ClassOf(model) * FactorOf(quality) * count;

    /// <summary>What one picture of a size costs: a large size costs what the quality of that size does, whatever quality was named.</summary>
    public long PriceOf(Model model, string quality, int width, int height) =>
        ClassOf(model) * Math.Max(FactorOf(quality), FactorOf((long)width * height));

    /// <summary>What one picture is charged: its price, or nothing where pictures cost no credits.</summary>
    public async ValueTask<long> ChargeForAsync(Model model, string quality, int width, int height, CancellationToken cancellationToken = default)
    {
        if (!Enabled)
            return 0;
        if (_overrides is null)
            await RefreshAsync(cancellationToken);
        return PriceOf(model, quality, width, height);
    }

    /// <summary>Reads the operator's prices. Whoever changes one calls it; other processes see it within seconds.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken = default)
    {
        // One reader at a time: a slow, older answer must not replace a newer one.
        await _reading.WaitAsync(cancellationToken);
        try
        {
            var rows = await database.AskAsync(session => session.QueryAsync<Row>(
                "SELECT model, credits FROM model_settings WHERE credits IS NOT NULL"), cancellationToken);
            _overrides = rows.ToDictionary(row => row.Model, row => row.Credits, StringComparer.OrdinalIgnoreCase);
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _reading.Dispose();

    // The price class: what a picture of standard quality costs.
    private long ClassOf(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return _overrides?.TryGetValue(model.Id, out var decided) == true ? decided : model.Credits ?? DerivedFrom(model.PriceOf("hd"));
    }

    // Even a picture that costs the operator nothing takes time of a machine that others wait for.
    private static long DerivedFrom(decimal dollars) => (long)Math.Clamp(Math.Ceiling(dollars / DollarsPerCredit), 1, MostCredits);

    private static long FactorOf(string quality) =>
        Array.Find(Factors, entry => entry.Quality == quality) is { Factor: > 0 } known
            ? known.Factor
            : throw new ArgumentException($"'{quality}' is not a quality.", nameof(quality));

    private static long FactorOf(long pixels)
    {
        foreach (var (quality, factor) in Factors)
        {
            if (pixels <= SizePlan.Qualities[quality] * AreaTolerance)
                return factor;
        }
        return Factors[^1].Factor;
    }

    private sealed class Row
    {
        public string Model { get; init; } = "";
        public long Credits { get; init; }
    }
}

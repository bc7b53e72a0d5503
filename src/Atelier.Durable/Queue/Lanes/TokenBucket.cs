// What is left of a rate at a moment. It lies in the lane's row, so what a crash takes back of a claim it takes back here too.
namespace Atelier.Durable;

/// <summary>The tokens of one <see cref="RateLimit"/>.</summary>
/// <param name="Tokens">How many there were; below 0 after a job that cost more than the bucket holds.</param>
/// <param name="At">When, in Unix milliseconds of the database.</param>
internal readonly record struct TokenBucket(double Tokens, long At)
{
    // A fill that is full but for the rounding of its sums counts as full.
    private const double Rounding = 1e-9;

    public static TokenBucket Full(RateLimit rate, long now) => new(rate.Capacity, now);

    /// <summary>The same bucket at a later time; a clock that was set back adds nothing.</summary>
    public TokenBucket RefilledAt(RateLimit rate, long now)
    {
        var gain = Math.Max(0, now - At) * rate.Amount / rate.Per.TotalMilliseconds;
        return new TokenBucket(Math.Min(rate.Capacity, Tokens + gain), now);
    }

    public TokenBucket Less(double tokens) => this with { Tokens = Tokens - tokens };

    public bool IsFull(RateLimit rate) => Tokens >= rate.Capacity - (Rounding * rate.Capacity);

    /// <summary>How many whole jobs it lets through.</summary>
    public int WholeTokens => (int)Math.Clamp(Math.Floor(Tokens + Rounding), 0, int.MaxValue);

    /// <summary>How long until it holds as much as is wanted, or is full, in milliseconds.</summary>
    public long MillisecondsUntil(RateLimit rate, double wanted)
    {
        var missing = Math.Min(wanted, rate.Capacity) - Tokens;
        return missing <= 0 ? 0 : (long)Math.Min(long.MaxValue / 2, Math.Ceiling(missing * rate.Per.TotalMilliseconds / rate.Amount));
    }
}

// The painter's own dice: xoshiro256** seeded by SplitMix64 (Blackman and Vigna, public domain), so that a seed means the same picture
// everywhere.
namespace Atelier.Providers.Sketch;

/// <summary>Seeded random numbers; forks by name so that one part of a picture never disturbs another.</summary>
internal sealed class Rng
{
    private readonly ulong _seed;
    private ulong _a, _b, _c, _d;

    public Rng(ulong seed)
    {
        _seed = seed;
        var state = seed;
        _a = SplitMix(ref state);
        _b = SplitMix(ref state);
        _c = SplitMix(ref state);
        _d = SplitMix(ref state);
    }

    /// <summary>The dice of a picture: its seed stirred with its words.</summary>
    public static Rng For(long seed, string words) => new(unchecked((ulong)seed * 0x9E3779B97F4A7C15UL) ^ Hash(words));

    public Rng Fork(string name) => new(_seed ^ Hash(name));

    public double Next() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    public double Between(double low, double high) => low + (high - low) * Next();

    /// <summary>A number around zero, mostly within one: the sum of three even throws.</summary>
    public double Bell() => Next() + Next() + Next() - 1.5;

    public int Below(int count) => (int)(Next() * count);

    public bool Chance(double probability) => Next() < probability;

    public T Pick<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    private ulong NextBits()
    {
        var result = ulong.RotateLeft(_b * 5, 7) * 9;
        var t = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= t;
        _d = ulong.RotateLeft(_d, 45);
        return result;
    }

    private static ulong SplitMix(ref ulong state)
    {
        var z = unchecked(state += 0x9E3779B97F4A7C15UL);
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EBUL);
        return z ^ (z >> 31);
    }

    private static ulong Hash(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in text)
            hash = unchecked((hash ^ c) * 1099511628211UL);
        return hash;
    }
}

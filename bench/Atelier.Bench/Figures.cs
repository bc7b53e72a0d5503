// Prints figures the same way everywhere.
namespace Atelier.Bench;

internal static class Figures
{
    public static void Print(string benchmark, string scene, IReadOnlyCollection<double> milliseconds, double boundP50, double boundP99)
    {
        var sorted = milliseconds.Order().ToArray();
        var (p50, p99) = (At(sorted, 0.50), At(sorted, 0.99));
        Console.WriteLine($"{benchmark,-10} {scene,-11} n={sorted.Length,5}  p50 {p50,7:0.00} ms ({p50 / boundP50:0.00} of its bound)   "
            + $"p99 {p99,7:0.00} ms ({p99 / boundP99:0.00} of its bound)   max {sorted[^1],7:0.00} ms");
    }

    public static void Print(string benchmark, string scene, string figure, double value, string unit, double bound) =>
        Console.WriteLine($"{benchmark,-10} {scene,-11} {figure}: {value:0.0} {unit} ({value / bound:0.00} of its bound of {bound:0} {unit})");

    private static double At(double[] sorted, double share) => sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(sorted.Length * share) - 1)];
}

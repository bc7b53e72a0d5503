// Sizes as people write them.

using System.Globalization;

namespace Atelier.Web.Configuration;

internal static class ByteCount
{
    private static readonly (string Unit, long Bytes)[] Units =
    [
        ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10),
        ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000), ("B", 1),
    ];

    public static bool TryParse(string text, out long bytes)
    {
        var (unit, size) = Units.FirstOrDefault(unit => text.EndsWith(unit.Unit, StringComparison.OrdinalIgnoreCase), ("", 1));
        bytes = 0;
        if (!decimal.TryParse(text[..^unit.Length].Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return false;
        if (number > long.MaxValue / size) return false;
        bytes = (long)(number * size);
        return true;
    }

    public static string Show(long bytes)
    {
        var (unit, size) = Units.FirstOrDefault(unit => bytes >= unit.Bytes && bytes % unit.Bytes == 0, ("B", 1));
        return $"{bytes / size}{unit}";
    }
}

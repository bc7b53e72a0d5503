// US dollars as people read them.

using System.Globalization;

namespace Atelier.Cli.Output;

internal static class Money
{
    public static string Show(decimal dollars) => string.Create(CultureInfo.InvariantCulture, $"${dollars:0.######}");

    public static string Show(decimal? dollars) => dollars is { } known ? Show(known) : "";

    // What a picture costs.
    public static string Price(decimal dollars) => dollars == 0 ? "free" : Show(dollars);
}

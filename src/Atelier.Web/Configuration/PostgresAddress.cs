// Turns what people and hosting services write for a PostgreSQL server into Npgsql's connection string.

using Npgsql;

namespace Atelier.Web.Configuration;

internal static class PostgresAddress
{
    // A connection string, or what is wrong with the text; the text itself is never repeated, for it holds a password.
    public static (string? Connection, string Wrong) Parse(string text)
    {
        try
        {
            return text.StartsWith("postgres://", StringComparison.Ordinal) || text.StartsWith("postgresql://", StringComparison.Ordinal)
                ? FromUrl(text)
                : FromKeywords(text);
        }
        catch (Exception failure) when (failure is ArgumentException or FormatException or InvalidOperationException)
        {
            return (null, "it has a keyword that is unknown or an impossible value");
        }
    }

    private static (string?, string) FromKeywords(string text)
    {
        if (!text.Contains('=', StringComparison.Ordinal)) return (null, "it is neither");
        var address = new NpgsqlConnectionStringBuilder(text);
        return string.IsNullOrEmpty(address.Host) ? (null, "it names no host") : (address.ConnectionString, "");
    }

    private static (string?, string) FromUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url))
            return (null, "the URL is malformed: letters such as # / @ : in the password are written as %23 %2F %40 %3A");

        var user = url.UserInfo.Split(':', 2);
        var address = new NpgsqlConnectionStringBuilder();
        if (url.Host.Length > 0) address.Host = url.Host.Trim('[', ']');
        if (url.Port > 0) address.Port = url.Port;
        if (user[0].Length > 0) address.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1) address.Password = Uri.UnescapeDataString(user[1]);
        if (url.AbsolutePath.Length > 1) address.Database = Uri.UnescapeDataString(url.AbsolutePath[1..]);
        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)) SetParameter(address, pair.Split('=', 2));
        if (url.Fragment.Length > 0) return (null, "the URL has a #: in a password it is written as %23");
        return string.IsNullOrEmpty(address.Host) ? (null, "it names no host") : (address.ConnectionString, "");
    }

    // libpq's names where they differ from Npgsql's; the others are the same but for the underscore.
    private static void SetParameter(NpgsqlConnectionStringBuilder address, string[] pair)
    {
        var value = pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : "";
        var (keyword, understood) = pair[0] switch
        {
            "sslmode" => ("SSL Mode", value.Replace("-", "", StringComparison.Ordinal)),
            "sslrootcert" => ("Root Certificate", value),
            "sslcert" => ("SSL Certificate", value),
            "sslkey" => ("SSL Key", value),
            "connect_timeout" => ("Timeout", value),
            "user" => ("Username", value),
            "dbname" => ("Database", value),
            var name => (name.Replace('_', ' '), value),
        };
        address[keyword] = understood;
    }
}

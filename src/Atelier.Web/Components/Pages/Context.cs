// The list that a picture was opened from: its address travels in the picture's own address, so that arrows and closing stay within it.
using Atelier.Web.Components.Layout;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;

namespace Atelier.Web.Components.Pages;

/// <summary>Where a picture was opened from.</summary>
/// <param name="Address">The list's address; null where a picture was opened by itself.</param>
public sealed record Context(string? Address)
{
    private const string Parameter = "in";
    private const int Longest = 600;

    /// <summary>The part of the library that it is, where it is one.</summary>
    public LibraryQuery? Library => LibraryQuery.Of(Address);

    /// <summary>The context of a request: from its address, or from the page whose link was followed.</summary>
    public static Context Of(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        var request = http.Request;
        if (request.Query[Parameter].ToString() is { Length: > 0 } named)
            return new Context(Legal(named));
        return Uri.TryCreate(request.Headers.Referer.ToString(), UriKind.Absolute, out var from) && from.Authority == request.Host.Value
            ? from.AbsolutePath.StartsWith("/g/", StringComparison.Ordinal) ? Of(from.PathAndQuery) : new Context(Legal(from.PathAndQuery))
            : new Context(Address: null);
    }

    /// <summary>The context that a picture's address names.</summary>
    public static Context Of(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var at = address.IndexOf('?', StringComparison.Ordinal);
        return new Context(at < 0 ? null : Legal(QueryHelpers.ParseQuery(address[at..]).GetValueOrDefault(Parameter).ToString()));
    }

    /// <summary>The address of another picture in the same context.</summary>
    public string Link(string id) => Address is null ? Links.Generation(id) : $"{Links.Generation(id)}?{Parameter}={Uri.EscapeDataString(Address)}";

    // Only lists of pictures are places to go back to, and only our own.
    private static string? Legal(string address) =>
        address.Length is > 0 and <= Longest && RedirectHttpResult.IsLocalUrl(address) && LibraryQuery.Of(address) is { } library
            ? (library with { Before = null }).ToString()
            : null;
}

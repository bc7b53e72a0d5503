// Style sheet, modules and icons: held in the program itself and served under an address that changes with their content. Nothing to lose.
using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Atelier.Web.Components.Layout;

/// <summary>The files that pages are made of, in one version.</summary>
internal sealed class Assets
{
    private const string Prefix = "wwwroot/", Styles = "wwwroot/styles/";
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    private readonly FrozenDictionary<string, Asset> _byName;
    private readonly string _version;

    public Assets()
    {
        _byName = Load().ToFrozenDictionary(asset => asset.Name, StringComparer.Ordinal);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var asset in _byName.Values.OrderBy(asset => asset.Name, StringComparer.Ordinal))
            hash.AppendData(asset.Plain);
        _version = Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 6));
    }

    /// <summary>Where this version is served.</summary>
    public string Path => $"/assets/{_version}";

    /// <summary>Maps the files, and the ones that browsers look for by themselves.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/assets/{version}/{name}", ["GET", "HEAD"], (string version, string name, HttpContext http) => Serve(http, name, version == _version)).Allow(Access.Everyone);
        // A worker reaches as far as the folder it lies in, and keeps its address for good.
        routes.MapMethods("/push-worker.js", ["GET", "HEAD"], (HttpContext http) => Serve(http, "push-worker.js", lasting: false)).Allow(Access.Everyone);
        routes.MapMethods("/favicon.ico", ["GET", "HEAD"], (HttpContext http) => Serve(http, "favicon.svg", lasting: false)).Allow(Access.Everyone);
    }

    private IResult Serve(HttpContext http, string name, bool lasting)
    {
        if (!_byName.TryGetValue(name, out var asset))
            return TypedResults.NotFound();
        // A page of the version before may still ask here for a short while; its answer must not be kept under the old address.
        http.Response.GetTypedHeaders().CacheControl = lasting
            ? new CacheControlHeaderValue { Public = true, MaxAge = Year, Extensions = { new NameValueHeaderValue("immutable") } }
            : new CacheControlHeaderValue { NoCache = true };
        http.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        var brotli = http.Request.GetTypedHeaders().AcceptEncoding.Any(encoding => encoding.Value == "br" && encoding.Quality is null or > 0);
        if (brotli)
            http.Response.Headers.ContentEncoding = "br";
        return TypedResults.Bytes(brotli ? asset.Brotli : asset.Plain, asset.ContentType);
    }

    private static IEnumerable<Asset> Load()
    {
        var names = typeof(Assets).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).ToList();
        var styles = names.Where(name => name.StartsWith(Styles, StringComparison.Ordinal)).ToList();
        foreach (var resource in names.Except(styles))
            yield return Pack(resource[Prefix.Length..], Read(resource));
        // One style sheet for all pages, so that none waits for a second one: tokens and layers first, then the rest by name.
        yield return Pack("atelier.css", [.. styles.OrderBy(name => name != Styles + "base.css").ThenBy(name => name, StringComparer.Ordinal).SelectMany(Read)]);
    }

    private static byte[] Read(string resource)
    {
        using var stream = typeof(Assets).Assembly.GetManifestResourceStream(resource)!;
        using var plain = new MemoryStream();
        stream.CopyTo(plain);
        return plain.ToArray();
    }

    private static Asset Pack(string name, byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            brotli.Write(plain);
        return new Asset(name, ContentTypeOf(name), plain, packed.ToArray());
    }

    private static string ContentTypeOf(string name) => System.IO.Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"'{name}' is of no kind that pages use ({other})."),
    };

    private sealed record Asset(string Name, string ContentType, byte[] Plain, byte[] Brotli);
}

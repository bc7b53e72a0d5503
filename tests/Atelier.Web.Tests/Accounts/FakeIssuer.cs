// An OpenID Connect issuer in the test's own hands: honest unless it is told to lie, and strict about the code verifier.
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace Atelier.Web.Tests.Accounts;

internal sealed class FakeIssuer : IAsyncDisposable
{
    public const string ClientId = "atelier-here", ClientSecret = "a secret between the two of us, long enough for a signature";

    private readonly WebApplication _app;
    private readonly RSA _key = RSA.Create(2048);
    private readonly Dictionary<string, (string Challenge, string Nonce)> _codes = [];

    private FakeIssuer(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    public string[] Settings => [$"accounts.oidc.fake.issuer={Address}", $"accounts.oidc.fake.client_id={ClientId}", $"accounts.oidc.fake.client_secret={ClientSecret}", "accounts.oidc.fake.title=Fake"];

    /// <summary>What the identity says, to be bent.</summary>
    public Action<Dictionary<string, object>> Bend { get; set; } = _ => { };

    /// <summary>How it is signed.</summary>
    public string Algorithm { get; set; } = "RS256";

    /// <summary>Whether it signs with a key that it does not publish.</summary>
    public bool SignsWithAnother { get; set; }

    public string Subject { get; set; } = "person-1";

    public string Email { get; set; } = "ada@example.org";

    public static async Task<FakeIssuer> OpenAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var issuer = new FakeIssuer(app);
        app.MapGet("/.well-known/openid-configuration", () => Results.Json(new
        {
            issuer = issuer.Address, authorization_endpoint = $"{issuer.Address}/authorize", token_endpoint = $"{issuer.Address}/token", jwks_uri = $"{issuer.Address}/keys",
        }));
        app.MapGet("/keys", () => issuer.Keys());
        app.MapPost("/token", issuer.Token);
        await app.StartAsync();
        return issuer;
    }

    /// <summary>What the person does at the issuer: says yes. Returns the path and query at which the browser comes back.</summary>
    public string Agree(string authorizationAddress)
    {
        var asked = QueryHelpers.ParseQuery(new Uri(authorizationAddress).Query);
        asked["client_id"].ToString().ShouldBe(ClientId);
        asked["code_challenge_method"].ToString().ShouldBe("S256");
        var code = Guid.NewGuid().ToString("N");
        _codes[code] = (asked["code_challenge"].ToString(), asked["nonce"].ToString());
        return $"{new Uri(asked["redirect_uri"].ToString()).AbsolutePath}?code={code}&state={Uri.EscapeDataString(asked["state"].ToString())}";
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
    }

    private IResult Keys()
    {
        var parameters = _key.ExportParameters(includePrivateParameters: false);
        return Results.Json(new { keys = new[] { new { kty = "RSA", use = "sig", kid = "1", alg = "RS256", n = Base64UrlTextEncoder.Encode(parameters.Modulus!), e = Base64UrlTextEncoder.Encode(parameters.Exponent!) } } });
    }

    private async Task<IResult> Token(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        if (!_codes.Remove(form["code"].ToString(), out var promised) || form["client_secret"] != ClientSecret
            || Base64UrlTextEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) != promised.Challenge)
            return Results.Json(new { error = "invalid_grant" }, statusCode: (int)HttpStatusCode.BadRequest);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = new Dictionary<string, object>
        {
            ["iss"] = Address, ["sub"] = Subject, ["aud"] = ClientId, ["iat"] = now, ["exp"] = now + 300, ["nonce"] = promised.Nonce,
            ["email"] = Email, ["email_verified"] = true, ["preferred_username"] = "Ada L.",
        };
        Bend(claims);
        return Results.Json(new { access_token = "access", token_type = "Bearer", id_token = Sign(claims) });
    }

    private string Sign(Dictionary<string, object> claims)
    {
        var signed = $"{Part(new { alg = Algorithm, kid = "1", typ = "JWT" })}.{Part(claims)}";
        using var another = RSA.Create(2048);
        var bytes = Encoding.ASCII.GetBytes(signed);
        var signature = Algorithm switch
        {
            "none" => [],
            "HS256" => HMACSHA256.HashData(Encoding.UTF8.GetBytes(ClientSecret), bytes),
            _ => (SignsWithAnother ? another : _key).SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        };
        return $"{signed}.{Base64UrlTextEncoder.Encode(signature)}";
    }

    private static string Part(object content) => Base64UrlTextEncoder.Encode(JsonSerializer.SerializeToUtf8Bytes(content));
}

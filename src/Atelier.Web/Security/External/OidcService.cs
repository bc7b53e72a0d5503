// OpenID Connect: authorization code with PKCE, and an identity that the issuer has signed for us, for this journey, a moment ago.
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Atelier.Accounts;
using Atelier.Web.Configuration;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Atelier.Web.Security.External;

internal sealed class OidcService(IdentityServiceOptions options, ServiceHttp http, TimeProvider time) : IdentityService
{
    private static readonly TimeSpan KnownFor = TimeSpan.FromHours(1), ClockSkew = TimeSpan.FromMinutes(2);

    // Signatures only the issuer can make: none at all, or one made with a secret that we know too, is no proof.
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384,
        SecurityAlgorithms.RsaSsaPssSha512, SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private readonly JsonWebTokenHandler _tokens = new() { MapInboundClaims = false };
    private Description? _known;

    public override string Name => options.Name;

    public override string Title => options.Title;

    public override string Issuer => options.Issuer;

    public override async Task<string> AddressAsync(Journey journey, string callback, CancellationToken cancellationToken) =>
        QueryHelpers.AddQueryString((await DescribeAsync(fresh: false, cancellationToken)).Authorization, new Dictionary<string, string?>
        {
            ["response_type"] = "code", ["client_id"] = options.ClientId, ["redirect_uri"] = callback, ["scope"] = "openid email profile",
            ["state"] = journey.State, ["nonce"] = journey.Nonce, ["code_challenge"] = ServiceHttp.ChallengeOf(journey.Verifier), ["code_challenge_method"] = "S256",
        });

    public override async Task<VouchedPerson> RedeemAsync(string code, Journey journey, string callback, CancellationToken cancellationToken)
    {
        var description = await DescribeAsync(fresh: false, cancellationToken);
        var answer = await http.PostAsync(description.Token, new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = callback, ["client_id"] = options.ClientId,
            ["client_secret"] = options.ClientSecret, ["code_verifier"] = journey.Verifier,
        }, cancellationToken);
        var token = answer.TextOf("id_token") ?? throw new VouchingException($"{Title} sent no identity.");
        var result = await _tokens.ValidateTokenAsync(token, Rules(description));
        // Issuers change their keys now and then.
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException)
            result = await _tokens.ValidateTokenAsync(token, Rules(description = await DescribeAsync(fresh: true, cancellationToken)));
        if (!result.IsValid)
            throw new VouchingException($"The identity from {Title} does not hold: {result.Exception.GetType().Name}.", result.Exception);
        var identity = (JsonWebToken)result.SecurityToken;
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Claim(identity, "nonce") ?? ""), Encoding.UTF8.GetBytes(journey.Nonce)))
            throw new VouchingException($"The identity from {Title} was made for another sign-in.");
        if (identity.Audiences.Count() > 1 && Claim(identity, "azp") != options.ClientId)
            throw new VouchingException($"The identity from {Title} was made for another program.");
        if (string.IsNullOrEmpty(identity.Subject))
            throw new VouchingException($"The identity from {Title} names nobody.");
        return await PersonAsync(identity, description, answer.TextOf("access_token"), cancellationToken);
    }

    private async Task<VouchedPerson> PersonAsync(JsonWebToken identity, Description description, string? access, CancellationToken cancellationToken)
    {
        var (email, verified, name) = (Claim(identity, "email"), IsTrue(Claim(identity, "email_verified")), Claim(identity, "preferred_username") ?? Claim(identity, "name"));
        if (email is null && access is not null && description.UserInfo is { } address)
        {
            var info = await http.GetAsync(address, cancellationToken, access);
            // Somebody else's particulars must not slip in.
            if (info.TextOf("sub") == identity.Subject)
                (email, verified, name) = (info.TextOf("email"), info.TryGetProperty("email_verified", out var value) && IsTrue(value.ToString()), name ?? info.TextOf("preferred_username") ?? info.TextOf("name"));
        }
        return new VouchedPerson(new ExternalIdentity(Issuer, identity.Subject), email, verified, name ?? "");
    }

    private TokenValidationParameters Rules(Description description) => new()
    {
        ValidIssuer = description.Issuer, ValidAudience = options.ClientId, IssuerSigningKeys = description.Keys, ValidAlgorithms = Algorithms,
        RequireSignedTokens = true, RequireExpirationTime = true, TryAllIssuerSigningKeys = false,
        LifetimeValidator = (from, until, _, _) => until + ClockSkew > time.GetUtcNow().UtcDateTime && (from is null || from - ClockSkew <= time.GetUtcNow().UtcDateTime),
    };

    private async Task<Description> DescribeAsync(bool fresh, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!fresh && _known is { } known && known.ReadAt + KnownFor > now)
            return known;
        var document = await http.GetAsync($"{Issuer.TrimEnd('/')}/.well-known/openid-configuration", cancellationToken);
        string Required(string name) => document.TextOf(name) is { } text && Uri.TryCreate(text, UriKind.Absolute, out _) ? text : throw new VouchingException($"{Title} does not tell its {name}.");
        if (!string.Equals(Required("issuer").TrimEnd('/'), Issuer.TrimEnd('/'), StringComparison.Ordinal))
            throw new VouchingException($"{Title} describes another issuer.");
        var keys = await http.GetAsync(Required("jwks_uri"), cancellationToken);
        return _known = new Description(
            Required("issuer"), Required("authorization_endpoint"), Required("token_endpoint"), document.TextOf("userinfo_endpoint"),
            [.. new JsonWebKeySet(keys.GetRawText()).GetSigningKeys()], now);
    }

    private static string? Claim(JsonWebToken token, string name) => token.TryGetPayloadValue<JsonElement>(name, out var value) ? value.ToString() : token.TryGetPayloadValue<string>(name, out var text) ? text : null;

    private static bool IsTrue(string? text) => string.Equals(text, "true", StringComparison.OrdinalIgnoreCase);

    private sealed record Description(
        string Issuer, string Authorization, string Token, string? UserInfo, IReadOnlyList<SecurityKey> Keys, DateTimeOffset ReadAt);
}

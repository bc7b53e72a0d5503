// GitHub speaks OAuth only: who somebody is, it says when it is asked with the token that the code was worth.
using System.Text.Json;
using Atelier.Accounts;
using Atelier.Web.Configuration;
using Microsoft.AspNetCore.WebUtilities;

namespace Atelier.Web.Security.External;

internal sealed class GitHubService(IdentityServiceOptions options, ServiceHttp http) : IdentityService
{
    public override string Name => options.Name;

    public override string Title => options.Title;

    public override string Issuer => options.Issuer;

    // A GitHub of one's own company has its API below its own address.
    private string Api => Issuer == IdentityServiceOptions.GitHub ? "https://api.github.com" : $"{Issuer}/api/v3";

    public override Task<string> AddressAsync(Journey journey, string callback, CancellationToken cancellationToken) =>
        Task.FromResult(QueryHelpers.AddQueryString($"{Issuer}/login/oauth/authorize", new Dictionary<string, string?>
        {
            ["client_id"] = options.ClientId, ["redirect_uri"] = callback, ["scope"] = "user:email", ["state"] = journey.State,
            ["code_challenge"] = ServiceHttp.ChallengeOf(journey.Verifier), ["code_challenge_method"] = "S256",
        }));

    public override async Task<VouchedPerson> RedeemAsync(string code, Journey journey, string callback, CancellationToken cancellationToken)
    {
        var answer = await http.PostAsync($"{Issuer}/login/oauth/access_token", new Dictionary<string, string>
        {
            ["client_id"] = options.ClientId, ["client_secret"] = options.ClientSecret, ["code"] = code, ["redirect_uri"] = callback, ["code_verifier"] = journey.Verifier,
        }, cancellationToken);
        var token = answer.TextOf("access_token") ?? throw new VouchingException($"{Title} did not take the code.");
        var user = await http.GetAsync($"{Api}/user", cancellationToken, token);
        if (!user.TryGetProperty("id", out var id) || id.ValueKind != JsonValueKind.Number)
            throw new VouchingException($"{Title} did not say who it is.");
        var emails = await http.GetAsync($"{Api}/user/emails", cancellationToken, token);
        var primary = emails.ValueKind == JsonValueKind.Array
            ? emails.EnumerateArray().FirstOrDefault(email => IsTrue(email, "primary") && IsTrue(email, "verified")) : default;
        return new VouchedPerson(new ExternalIdentity(Issuer, id.GetRawText()), primary.TextOf("email"), EmailVerified: true, user.TextOf("login") ?? "");
    }

    private static bool IsTrue(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}

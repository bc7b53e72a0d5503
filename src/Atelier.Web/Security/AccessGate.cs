// Stands before every route: finds out who asks, once, and lets through whom the route's rule allows.
using Atelier.Accounts;
using Atelier.Web.Components;
using Atelier.Web.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Web.Security;

internal sealed class AccessGate(RequestDelegate next, CallerReader callers, RateLimits limits)
{
    public async Task InvokeAsync(HttpContext http)
    {
        // No route of ours (or not with this method): the answer is the same for everybody.
        if (http.GetEndpoint() is not RouteEndpoint endpoint)
        {
            await next(http);
            return;
        }
        var rule = endpoint.Metadata.GetMetadata<AccessRule>()
            ?? throw new InvalidOperationException($"The route {endpoint.DisplayName} says nothing about who may use it.");
        if (rule == Access.Everyone)
        {
            await next(http);
            return;
        }
        var caller = await callers.ReadAsync(http);
        http.Features.Set(caller);
        if ((limits.Refusal(caller, http) ?? await RefusalAsync(rule, caller, http)) is { } refusal)
            await refusal.ExecuteAsync(http);
        else
            await next(http);
    }

    private static async Task<IResult?> RefusalAsync(AccessRule rule, Caller caller, HttpContext http)
    {
        if (!rule.MustBeKnown && !caller.IsKnown)
            return null;
        if (!caller.IsKnown)
            return SignInFirst.Answer(http);
        if (caller.Proof == Proof.ApiKey && !rule.TakesKeys)
            return ProblemResult.Of(ProblemKind.NotAllowed, "This cannot be done with an API key: sign in on the pages.");
        if (!caller.Scopes.HasFlag(rule.Scope))
            return ProblemResult.Of(ProblemKind.NotAllowed, $"The API key was not made for this: it lacks the scope '{ScopeNames.Of(rule.Scope)}'.");
        return caller.Role >= rule.Least
            ? null
            : SignInFirst.IsProgram(http)
                ? ProblemResult.Of(ProblemKind.NotAllowed, $"This takes the role '{RoleNames.Of(rule.Least)}' or more; yours is '{RoleNames.Of(caller.Role)}'.")
                // A page that is not for this reader is not there for this reader.
                : await Answers.NotFoundAsync(http.RequestServices.GetRequiredService<PageFrames>(), http);
    }
}

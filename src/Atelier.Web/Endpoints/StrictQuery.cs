// Refuses query parameters that an endpoint does not take: a misspelt filter must not silently list everything.
using Atelier.Submitting;
using Atelier.Web.Configuration;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Endpoints;

internal sealed class StrictQuery : IEndpointFilter
{
    private const int MaxErrors = 20;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var parameters = http.GetEndpoint()?.Metadata.GetMetadata<QueryParameters>() ?? QueryParameters.None;
        var known = parameters.Items.Select(parameter => parameter.Name).ToList();
        var errors = http.Request.Query
            .Select(pair => Check(pair.Key, pair.Value.Count, known)).OfType<FieldError>().Take(MaxErrors).ToList();
        return errors.Count > 0 ? ProblemResult.InvalidParameters(errors) : await next(context);
    }

    private static FieldError? Check(string name, int count, List<string> known)
    {
        var shown = Shown.Short(name);
        if (!known.Contains(name))
        {
            var meant = NearestName.Of(shown, known) is { } near ? $" Did you mean '{near}'?" : "";
            return new FieldError(shown, null, $"'{shown}' is not a parameter here.{meant}", known);
        }
        return count > 1 ? new FieldError(name, null, $"{name} is given {count} times; give it once.") : null;
    }
}

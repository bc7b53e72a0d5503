// An answer that tells why a request was not carried out (RFC 9457).
using System.Globalization;
using System.Text.Json;
using Atelier.Client;
using Atelier.Submitting;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Endpoints;

internal sealed class ProblemResult(Problem problem, TimeSpan? retryAfter = null) : IResult
{
    public static ProblemResult Of(ProblemKind kind, string detail, IEnumerable<FieldError>? errors = null) => new(new Problem
    {
        Type = kind.Type,
        Title = kind.Title,
        Status = kind.Status,
        Detail = detail,
        Errors = errors is null ? null : [.. errors.Select(error => new FieldProblem(error.Field, error.Value, error.Message, error.Allowed))],
    });

    public static ProblemResult NoGeneration(string id) =>
        Of(ProblemKind.NotFound, $"There is no generation '{Shown.Short(id)}' that you may see.");

    public static ProblemResult NotEnoughCredits(long price, long available, string consequence) =>
        Of(ProblemKind.NotEnoughCredits, $"This costs {price} credits; you have {available}. {consequence}");

    public static ProblemResult InvalidFields(IReadOnlyList<FieldError> errors) =>
        Of(ProblemKind.InvalidFields, Count(errors, "field") + " Nothing was recorded.", errors);

    public static ProblemResult InvalidParameters(IReadOnlyList<FieldError> errors) =>
        Of(ProblemKind.InvalidParameters, Count(errors, "parameter"), errors);

    public ProblemResult After(TimeSpan wait) => new(problem, wait);

    public ProblemResult WithIncident(string incident) => new(problem with { Incident = incident }, retryAfter);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = problem.Status;
        response.ContentType = Problem.MediaType;
        response.Headers.CacheControl = "no-store";
        if (retryAfter is { } wait)
            response.Headers.RetryAfter = ((int)wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        await JsonSerializer.SerializeAsync(response.Body, problem, AtelierJson.Options, httpContext.RequestAborted);
    }

    private static string Count(IReadOnlyList<FieldError> errors, string noun) =>
        errors.Count == 1 ? errors[0].Message : $"{errors.Count} {noun}s are wrong; 'errors' names each.";
}

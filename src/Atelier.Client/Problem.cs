// What the API answers when it cannot do what was asked (RFC 9457).
using System.Text.Json.Serialization;

namespace Atelier.Client;

/// <summary>Why a request was not carried out. Its media type is <c>application/problem+json</c>.</summary>
public sealed record Problem
{
    /// <summary>The media type of problems.</summary>
    public const string MediaType = "application/problem+json";

    /// <summary>The kind of problem, a relative address such as <c>/problems/invalid-fields</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The kind of problem in words.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>What went wrong this time and what to do.</summary>
    public required string Detail { get; init; }

    /// <summary>Each field or parameter that is wrong; empty where the problem is not about fields.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<FieldProblem>? Errors { get; init; }

    /// <summary>What to tell the operator, who finds it in the log; only with status 500.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Incident { get; init; }
}

/// <summary>What is wrong with one field.</summary>
/// <param name="Field">The field, such as <c>width</c>, <c>input_images[0].data</c>, or a header's name.</param>
/// <param name="Value">The value given, shortened; null where it is missing.</param>
/// <param name="Message">What is wrong and what is allowed, in a sentence.</param>
/// <param name="Allowed">The allowed values, where they can be listed.</param>
public sealed record FieldProblem(string Field, string? Value, string Message, IReadOnlyList<string>? Allowed);

/// <summary>The server refused a request or failed at it.</summary>
public sealed class AtelierProblemException : Exception
{
    /// <summary>Wraps a problem.</summary>
    public AtelierProblemException(Problem problem)
        : base(Describe(problem)) => Problem = problem;

    /// <summary>What the server answered.</summary>
    public Problem Problem { get; }

    /// <summary>The HTTP status.</summary>
    public int Status => Problem.Status;

    /// <summary>Each field that is wrong.</summary>
    public IReadOnlyList<FieldProblem> Errors => Problem.Errors ?? [];

    private static string Describe(Problem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        var fields = string.Concat((problem.Errors ?? []).Select(error => $"\n  {error.Message}"));
        return $"{problem.Title}: {problem.Detail}{fields}";
    }
}

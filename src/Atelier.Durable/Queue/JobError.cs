// Why an attempt failed, as a value.
namespace Atelier.Durable;

/// <summary>Why an attempt failed.</summary>
/// <param name="Code">A short stable word for programs, such as <c>timeout</c>.</param>
/// <param name="Message">A sentence for the job's owner; holds no secrets.</param>
/// <param name="Details">For the operator only (stack trace, provider's answer); null if there is no more to say.</param>
public sealed record JobError(string Code, string Message, string? Details = null)
{
    /// <summary>A handler threw: a bug.</summary>
    public const string Unhandled = "unhandled_exception";

    /// <summary>The process that ran the job died or lost its lease.</summary>
    public const string LeaseLost = "lease_lost";

    /// <summary>The job's deadline passed before it was done.</summary>
    public const string DeadlinePassed = "deadline_passed";
}

/// <summary>One failed attempt in a job's history.</summary>
/// <param name="Attempt">The number of the attempt, from 1.</param>
/// <param name="At">When it failed, on the database's clock.</param>
/// <param name="Error">Why.</param>
public sealed record JobFailure(int Attempt, DateTimeOffset At, JobError Error);

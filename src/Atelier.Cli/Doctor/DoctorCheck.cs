// One thing that must be well, and what was found about it.

namespace Atelier.Cli.Doctor;

internal enum Health
{
    Ok,
    Warn,
    Fail,
}

// Mend says what to do; it is there whenever something is not well.
internal sealed record Finding(Health Health, string Message, string? Mend)
{
    public static Finding Ok(string message) => new(Health.Ok, message, null);

    public static Finding Warn(string message, string mend) => new(Health.Warn, message, mend);

    public static Finding Fail(string message, string mend) => new(Health.Fail, message, mend);
}

internal sealed record DoctorCheck(string Name, Func<CancellationToken, Task<Finding>> Run);

internal sealed record CheckedFinding(string Name, Finding Finding);

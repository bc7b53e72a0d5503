// Runs all checks side by side; one that fails or hangs becomes a finding and never keeps the others from being told.

namespace Atelier.Cli.Doctor;

internal sealed class Examination(IReadOnlyList<DoctorCheck> checks)
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task<IReadOnlyList<CheckedFinding>> RunAsync(TimeProvider clock, CancellationToken cancellationToken) =>
        await Task.WhenAll(checks.Select(check => RunAsync(check, clock, cancellationToken)));

    private static async Task<CheckedFinding> RunAsync(DoctorCheck check, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            // A check may also hang where no token reaches, as in a native library.
            var finding = await Task.Run(() => check.Run(either.Token), CancellationToken.None).WaitAsync(either.Token);
            return new CheckedFinding(check.Name, finding);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            return new CheckedFinding(check.Name, Explained(failure));
        }
    }

    private static Finding Explained(Exception failure)
    {
        if (failure is OperationCanceledException or TimeoutException)
            return Finding.Fail($"no answer within {Patience.TotalSeconds:0} seconds", "check that it runs and can be reached");
        var (_, message, fix) = Unexpected.Explain(failure);
        return Finding.Fail(message, fix);
    }
}

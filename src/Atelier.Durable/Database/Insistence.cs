// Tries work on the database again until it succeeds: nothing that must be written is lost to a restart of the server.
using Microsoft.Extensions.Logging;

namespace Atelier.Durable;

/// <summary>Rides out transient failures with growing, jittered pauses.</summary>
internal sealed partial class Insistence(Database database, TimeProvider time, ILogger log)
{
    private const double FirstPauseMs = 20;
    private const double LongestPauseMs = 2_000;

    /// <summary>
    /// Does the work, again and again while it fails for reasons that pass. The work must bear repeating, for a commit whose
    /// acknowledgement was lost looks like a failure.
    /// </summary>
    public async Task<T> InsistAsync<T>(Func<Task<T>> work, CancellationToken ct)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                return await work();
            }
            catch (Exception failure) when (database.IsTransient(failure))
            {
                ct.ThrowIfCancellationRequested();
                LogAgain(log, failures + 1, failure.Message);
            }

            var limit = Math.Min(LongestPauseMs, FirstPauseMs * Math.Pow(2, Math.Min(failures, 20)));
            await Task.Delay(TimeSpan.FromMilliseconds(limit * (0.5 + (database.Random.NextDouble() / 2))), time, ct);
        }
    }

    /// <inheritdoc cref="InsistAsync{T}"/>
    public Task InsistAsync(Func<Task> work, CancellationToken ct) => InsistAsync(
        async () =>
        {
            await work();
            return true;
        },
        ct);

    [LoggerMessage(1003, LogLevel.Warning, "The database failed ({Failures} in a row: {Reason}); trying again")]
    private static partial void LogAgain(ILogger log, int failures, string reason);
}

// What the API tells about one's own queue.
namespace Atelier.Client;

/// <summary>The caller's own queue.</summary>
/// <param name="Paused">Whether nothing of the caller's begins.</param>
public sealed record OwnQueueRecord(bool Paused);

/// <summary>What canceling a batch did.</summary>
/// <param name="Batch">The batch.</param>
/// <param name="Canceled">How many generations were canceled, or asked to stop; 0 when all had ended.</param>
public sealed record BatchCancelRecord(string Batch, int Canceled);

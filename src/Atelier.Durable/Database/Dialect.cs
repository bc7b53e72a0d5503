// The two databases and the two promises a commit can make.
namespace Atelier.Durable;

/// <summary>The database behind a <see cref="Database"/>; handwritten SQL is chosen by it.</summary>
public enum Dialect
{
    /// <summary>SQLite in WAL mode: one file, one machine, any number of processes.</summary>
    Sqlite,

    /// <summary>PostgreSQL 15 or newer: any number of machines.</summary>
    Postgres,
}

/// <summary>What a commit promises when the machine loses power right after it.</summary>
public enum Durability
{
    /// <summary>The commit is on the disk when it is acknowledged. The default, and the only choice for anything that matters.</summary>
    Durable,

    /// <summary>
    /// The commit may be lost with the last fraction of a second before a power cut (never torn, never reordered).
    /// Only for what the queue can repeat: claims, heartbeats, progress.
    /// </summary>
    Relaxed,
}

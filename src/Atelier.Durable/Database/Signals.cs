// Wakes sleepers after a commit, in this process and, where the database can, in others. Only ever a hint: every sleeper also polls.
namespace Atelier.Durable;

/// <summary>What a signal is about.</summary>
[Flags]
internal enum Topics
{
    None = 0,
    Ready = 1,
    Timed = 2,
    Cancel = 4,
    Events = 8,
    All = Ready | Timed | Cancel | Events,
}

internal abstract class Signals
{
    public abstract void Publish(Topics topics);
}

// What a stretch of work costs this process.
using System.Diagnostics;

namespace QueueRace.Contestants;

/// <summary>Measures from its making on.</summary>
internal sealed class Meter
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly TimeSpan _cpu = Environment.CpuUsage.TotalTime;
    private readonly long _allocated = GC.GetTotalAllocatedBytes();

    /// <summary>CLOCK_MONOTONIC in milliseconds: comparable between the processes of a machine.</summary>
    public static double Now => Stopwatch.GetTimestamp() * 1e3 / Stopwatch.Frequency;

    /// <summary>The cost of so many jobs, which began at that timestamp; null for when this meter did.</summary>
    public Answer Read(int jobs, long? began = null) => new()
    {
        Rate = jobs / Stopwatch.GetElapsedTime(began ?? _started).TotalSeconds,
        WholeRate = jobs / Stopwatch.GetElapsedTime(_started).TotalSeconds,
        Cpu = (Environment.CpuUsage.TotalTime - _cpu).TotalMicroseconds / jobs,
        Allocated = (double)(GC.GetTotalAllocatedBytes() - _allocated) / jobs,
    };
}

// Runs pixel work on threads of its own, so that painting never keeps a request waiting. Work that a crash interrupts is simply gone.
using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Atelier.Vips;

/// <summary>
/// For work that computes for a long time: painting, decoding, encoding. On the shared thread pool such work would hold every thread that
/// requests need, and the pool adds new ones only twice a second. There are as many as cores; on Linux they stand behind all other
/// threads when a core is wanted.
/// </summary>
public static partial class PixelThreads
{
    private const int Niceness = 19;

    private static readonly Lazy<TaskFactory> Threads = new(() => new TaskFactory(new Scheduler(Environment.ProcessorCount)));

    /// <summary>Runs the work on one of the threads.</summary>
    /// <param name="work">What to compute; it should not wait for anything.</param>
    /// <param name="cancellationToken">Takes it back while it has not begun.</param>
    public static Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken = default) =>
        Threads.Value.StartNew(work, cancellationToken);

    private sealed class Scheduler : TaskScheduler
    {
        private readonly BlockingCollection<Task> _waiting = [];

        public Scheduler(int threads)
        {
            for (var i = 0; i < threads; i++)
                new Thread(Work) { IsBackground = true, Name = "Atelier pixels" }.Start();
        }

        protected override void QueueTask(Task task) => _waiting.Add(task);

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

        protected override IEnumerable<Task> GetScheduledTasks() => [.. _waiting];

        private void Work()
        {
            // Linux gives each thread a niceness of its own; elsewhere the call would mean the whole process.
            // A refusal leaves the usual priority.
            if (OperatingSystem.IsLinux())
                _ = SetPriority(ProcessPriority, ThisThread, Niceness);
            foreach (var task in _waiting.GetConsumingEnumerable())
                TryExecuteTask(task);
        }
    }

    private const int ProcessPriority = 0, ThisThread = 0;

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int value);
}

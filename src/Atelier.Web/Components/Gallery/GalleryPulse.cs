// Knows which pictures came last: one look at the database every few seconds for all readers of this process together. Keeps nothing that matters.
using Atelier.Gallery;

namespace Atelier.Web.Components.Gallery;

internal sealed class GalleryPulse(GalleryStore gallery, TimeProvider time) : IDisposable
{
    /// <summary>More new pictures than this are told as so many and more.</summary>
    public const int Most = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private IReadOnlyList<long> _newest = [];
    private DateTimeOffset _readAt = DateTimeOffset.MinValue;

    /// <summary>How many safe public pictures came after a number, at most <see cref="Most"/>.</summary>
    public async Task<int> CountAfterAsync(long number, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() - _readAt >= Pause)
        {
            await _turn.WaitAsync(cancellationToken);
            try
            {
                if (time.GetUtcNow() - _readAt >= Pause)
                    (_newest, _readAt) = (await gallery.NewerAsync(0, Most, cancellationToken), time.GetUtcNow());
            }
            finally
            {
                _turn.Release();
            }
        }
        return _newest.Count(newer => newer > number);
    }

    public void Dispose() => _turn.Dispose();
}

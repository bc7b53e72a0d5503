// The stream by itself: signs of life on the injected clock, and an end to everything when the reader leaves.
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Atelier.Durable;
using Atelier.Web.Endpoints;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Tests.Api;

public sealed class EventStreamHeartbeat
{
    private readonly ManualTime _time = new();
    private readonly MemoryStream _body = new();
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task While_nothing_happens_a_comment_goes_out_every_fifteen_seconds()
    {
        using var leaving = new CancellationTokenSource();
        var following = Stream().FollowAsync(NothingAsync(leaving.Token), _ => Task.FromResult(true), leaving.Token);

        await _time.UntilWaitedForAsync();
        _time.Advance(TimeSpan.FromSeconds(14.9));
        Written().ShouldBe("");
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await _time.UntilWaitedForAsync();
        Written().ShouldBe(":\n\n");
        _time.Advance(TimeSpan.FromSeconds(15));
        await _time.UntilWaitedForAsync();
        Written().ShouldBe(":\n\n:\n\n");

        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => following);
    }

    [Fact]
    public async Task A_reader_that_leaves_releases_its_subscription()
    {
        using var leaving = new CancellationTokenSource();
        var following = Stream().FollowAsync(NothingAsync(CancellationToken.None), _ => Task.FromResult(true), leaving.Token);
        await _time.UntilWaitedForAsync();

        await leaving.CancelAsync();

        await _released.Task.WaitAsync(AtelierServer.Patience);
        await Should.ThrowAsync<OperationCanceledException>(() => following);
    }

    private EventStream Stream()
    {
        var http = new DefaultHttpContext();
        http.Response.Body = _body;
        return new EventStream(http.Response, _time);
    }

    private string Written() => Encoding.UTF8.GetString(_body.ToArray());

    private async IAsyncEnumerable<Event> NothingAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await Channel.CreateUnbounded<int>().Reader.ReadAsync(cancellationToken);
            yield break;
        }
        finally
        {
            _released.SetResult();
        }
    }
}

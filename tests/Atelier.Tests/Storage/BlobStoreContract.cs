// What every blob store promises, whatever it keeps its blobs in.
using System.Text;
using Atelier.Storage;

namespace Atelier.Tests.Storage;

public abstract class BlobStoreContract
{
    private protected static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private protected ManualClock Clock { get; } = new(Noon);

    protected abstract BlobStore Store { get; }

    [Fact]
    public async Task What_is_put_can_be_read_back_under_the_hash_of_its_content()
    {
        var key = await Store.PutAsync("hello"u8.ToArray());
        key.Hash.ShouldBe("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
        await using var content = (await Store.OpenAsync(key)).ShouldNotBeNull();
        content.Length.ShouldBe(5);
        content.LastModified.ShouldBe(Noon, TimeSpan.FromSeconds(1));
        (await ReadAsync(content)).ShouldBe("hello");
    }

    [Fact]
    public async Task A_blob_can_be_read_from_the_middle()
    {
        var key = await Store.PutAsync("0123456789"u8.ToArray());
        await using var content = (await Store.OpenAsync(key)).ShouldNotBeNull();
        content.Stream.Seek(7, SeekOrigin.Begin);
        (await ReadAsync(content)).ShouldBe("789");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5_000_000)]
    public async Task Blobs_of_any_length_come_back_unchanged(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        var key = await Store.PutAsync(bytes);
        await using var content = (await Store.OpenAsync(key)).ShouldNotBeNull();
        using var copy = new MemoryStream();
        await content.Stream.CopyToAsync(copy);
        copy.ToArray().ShouldBe(bytes);
    }

    [Fact]
    public async Task Putting_twice_keeps_one_blob_and_renews_its_time()
    {
        var first = await Store.PutAsync("twice"u8.ToArray());
        Clock.Advance(TimeSpan.FromHours(2));
        (await Store.PutAsync("twice"u8.ToArray())).ShouldBe(first);
        var entry = (await ListAsync()).ShouldHaveSingleItem();
        entry.Key.ShouldBe(first);
        entry.LastModified.ShouldBe(Noon.AddHours(2), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Many_putting_the_same_at_once_all_succeed()
    {
        var bytes = new byte[300_000];
        var keys = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => Store.PutAsync(bytes))));
        keys.Distinct().ShouldHaveSingleItem();
        (await ListAsync()).ShouldHaveSingleItem().Length.ShouldBe(300_000);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        var key = BlobKey.Of("never put"u8);
        (await Store.ExistsAsync(key)).ShouldBeFalse();
        (await Store.OpenAsync(key)).ShouldBeNull();
        (await Store.DeleteAsync(key)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_deleted_blob_is_gone_and_can_be_put_again()
    {
        var key = await Store.PutAsync("gone"u8.ToArray());
        (await Store.ExistsAsync(key)).ShouldBeTrue();
        (await Store.DeleteAsync(key)).ShouldBeTrue();
        (await Store.ExistsAsync(key)).ShouldBeFalse();
        (await Store.PutAsync("gone"u8.ToArray())).ShouldBe(key);
        (await Store.ExistsAsync(key)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_blob_that_is_not_old_enough_is_spared_from_deletion()
    {
        var key = await Store.PutAsync("young"u8.ToArray());
        (await Store.DeleteAsync(key, olderThan: Noon.AddMinutes(-1))).ShouldBeFalse();
        (await Store.ExistsAsync(key)).ShouldBeTrue();
        (await Store.DeleteAsync(key, olderThan: Noon.AddMinutes(1))).ShouldBeTrue();
    }

    [Fact]
    public async Task A_list_holds_every_blob_once_with_its_length()
    {
        var put = new Dictionary<BlobKey, long>();
        for (var i = 1; i <= 40; i++)
            put[await Store.PutAsync(new byte[i])] = i;
        (await ListAsync()).ToDictionary(e => e.Key, e => e.Length).ShouldBe(put, ignoreOrder: true);
    }

    [Fact]
    public async Task A_canceled_put_leaves_no_blob()
    {
        await Should.ThrowAsync<OperationCanceledException>(() => Store.PutAsync(new byte[9], new CancellationToken(canceled: true)));
        (await ListAsync()).ShouldBeEmpty();
    }

    private protected async Task<List<BlobEntry>> ListAsync()
    {
        var entries = new List<BlobEntry>();
        await foreach (var entry in Store.ListAsync())
            entries.Add(entry);
        return entries;
    }

    private static async Task<string> ReadAsync(BlobContent content)
    {
        using var reader = new StreamReader(content.Stream, Encoding.UTF8, leaveOpen: true);
        return await reader.ReadToEndAsync();
    }
}

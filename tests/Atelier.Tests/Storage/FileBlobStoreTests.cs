// Files: the common promises, and what a crash in the middle of a put leaves behind.
using Atelier.Storage;

namespace Atelier.Tests.Storage;

public sealed class FileBlobStoreTests : BlobStoreContract, IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("atelier-blobs-").FullName;
    private readonly FileBlobStore store;

    public FileBlobStoreTests() => store = new FileBlobStore(root, Clock);

    protected override BlobStore Store => store;

    [Fact]
    public async Task A_blob_lies_at_the_path_of_its_key_and_nothing_is_left_aside()
    {
        var key = await store.PutAsync("hello"u8.ToArray());
        File.ReadAllText(Path.Combine(root, key.Path)).ShouldBe("hello");
        Leftovers().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_half_written_file_is_never_seen()
    {
        // What a process that was killed while writing leaves: part of a blob under a name of its own.
        File.WriteAllBytes(Path.Combine(root, "tmp", Guid.NewGuid().ToString("n")), new byte[1000]);
        (await ListAsync()).ShouldBeEmpty();
        (await store.ExistsAsync(BlobKey.Of(new byte[1000]))).ShouldBeFalse();
    }

    [Fact]
    public async Task A_damaged_blob_of_another_length_is_replaced()
    {
        var key = await store.PutAsync("whole"u8.ToArray());
        File.WriteAllText(Path.Combine(root, key.Path), "who");
        await store.PutAsync("whole"u8.ToArray());
        File.ReadAllText(Path.Combine(root, key.Path)).ShouldBe("whole");
    }

    [Fact]
    public async Task Leftovers_are_removed_once_they_are_old()
    {
        var old = Path.Combine(root, "tmp", "old");
        var young = Path.Combine(root, "tmp", "young");
        File.WriteAllText(old, "a");
        File.WriteAllText(young, "b");
        File.SetLastWriteTimeUtc(old, Noon.AddHours(-2).UtcDateTime);
        File.SetLastWriteTimeUtc(young, Noon.AddMinutes(-1).UtcDateTime);
        (await store.RemoveLeftoversAsync(Noon.AddHours(-1))).ShouldBe(1);
        Leftovers().ShouldBe([young]);
    }

    [Fact]
    public async Task Foreign_files_in_the_folder_are_not_blobs()
    {
        Directory.CreateDirectory(Path.Combine(root, "ab", "cd"));
        File.WriteAllText(Path.Combine(root, "ab", "cd", "README"), "not ours");
        File.WriteAllText(Path.Combine(root, "notes.txt"), "not ours");
        (await ListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_open_blob_can_be_read_to_its_end_after_it_is_deleted()
    {
        var key = await store.PutAsync(new byte[200_000]);
        await using var content = (await store.OpenAsync(key)).ShouldNotBeNull();
        await store.DeleteAsync(key);
        using var copy = new MemoryStream();
        await content.Stream.CopyToAsync(copy);
        copy.Length.ShouldBe(200_000);
    }

    [Fact]
    public async Task Where_the_disk_refuses_the_failure_says_so_and_nothing_is_left()
    {
        var key = BlobKey.Of("no room"u8);
        File.WriteAllText(Path.Combine(root, key.Path[..2]), "a file where a folder must be");
        await Should.ThrowAsync<IOException>(() => store.PutAsync("no room"u8.ToArray()));
        Leftovers().ShouldBeEmpty();
    }

    private string[] Leftovers() => Directory.GetFiles(Path.Combine(root, "tmp"));

    public void Dispose() => Directory.Delete(root, recursive: true);
}

// A folder of a test's own, gone with all it holds when the test ends.
namespace Atelier.Testing;

/// <summary>An empty folder under the system's temporary folder.</summary>
public sealed class TempFolder : IDisposable
{
    public TempFolder(string prefix = "atelier-test-") => Path = Directory.CreateTempSubdirectory(prefix).FullName;

    public string Path { get; }

    /// <summary>The path of a file or folder in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}

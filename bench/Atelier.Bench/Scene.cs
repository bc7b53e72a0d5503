// A database under test.
namespace Atelier.Bench;

/// <summary>A database under test.</summary>
/// <param name="Name">Its name in the figures.</param>
/// <param name="Connection">Gives a fresh database; null is SQLite in the data folder.</param>
internal sealed record Scene(string Name, Func<Task<string?>> Connection);

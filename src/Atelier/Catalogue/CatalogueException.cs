// What is wrong with a catalogue file, all of it at once.
namespace Atelier.Catalogue;

/// <summary>One thing that is wrong in a catalogue file.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Message">What is wrong and what is allowed.</param>
public sealed record CatalogueProblem(string File, long Line, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}, line {Line}: {Message}";
}

/// <summary>A catalogue file cannot be used; the message names every line and reason.</summary>
/// <param name="problems">What is wrong; at least one.</param>
public sealed class CatalogueException(IReadOnlyList<CatalogueProblem> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>What is wrong.</summary>
    public IReadOnlyList<CatalogueProblem> Problems { get; } = problems;
}

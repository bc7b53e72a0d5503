// How far a running job has come. Progress is a hint: a crash may lose the latest, and the end of the job removes it.
namespace Atelier.Durable;

/// <summary>How far a running job has come.</summary>
/// <param name="Fraction">From 0 to 1; values outside are clamped.</param>
/// <param name="Note">A few words for people; null for none.</param>
/// <param name="Preview">A small picture or other sample of the result so far; empty for none, at most 256 KiB.</param>
/// <param name="PreviewType">The preview's media type; null exactly when there is none.</param>
public sealed record JobProgress(double Fraction, string? Note = null, ReadOnlyMemory<byte> Preview = default, string? PreviewType = null);

// A named look that a person picks instead of describing it.
namespace Atelier.Catalogue;

/// <summary>A style preset.</summary>
/// <param name="Id">The name callers use, lower case.</param>
/// <param name="Name">The name shown to people.</param>
/// <param name="Prompt">Words added after the prompt for models that do not draw the style by themselves.</param>
/// <param name="NegativePrompt">Words added to the negative prompt where the model understands one; may be empty.</param>
public sealed record StylePreset(string Id, string Name, string Prompt, string NegativePrompt);

// The name of a stored blob: the SHA-256 of its bytes; a value.
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Atelier.Storage;

/// <summary>
/// Names a blob by its content: 64 lower-case hexadecimal digits. Nothing else can be one, so a key is always a safe path.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct BlobKey
{
    /// <summary>Digits of a key.</summary>
    public const int Length = 64;

    private readonly string? hash;

    private BlobKey(string hash) => this.hash = hash;

    /// <summary>The digits. The default value names nothing, and throws here.</summary>
    public string Hash => hash ?? throw new InvalidOperationException("This blob key was never set.");

    /// <summary>The place of the blob in a store: <c>ab/cd/abcd…</c>.</summary>
    public string Path => $"{Hash[..2]}/{Hash[2..4]}/{Hash}";

    /// <summary>The key of these bytes.</summary>
    public static BlobKey Of(ReadOnlySpan<byte> content) => new(Convert.ToHexStringLower(SHA256.HashData(content)));

    /// <summary>Reads the digits of a key, and refuses everything else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out BlobKey key)
    {
        var valid = text is { Length: Length } && text.All(char.IsAsciiHexDigitLower);
        key = valid ? new BlobKey(text!) : default;
        return valid;
    }

    /// <summary>Reads the digits of a key.</summary>
    /// <exception cref="FormatException">The text is not 64 lower-case hexadecimal digits.</exception>
    public static BlobKey Parse(string text) => TryParse(text, out var key)
        ? key
        : throw new FormatException("A blob key is 64 lower-case hexadecimal digits.");

    /// <summary>The digits.</summary>
    public override string ToString() => hash ?? "";
}

// Seals secrets for the database with the installation's own key, so that a dump of the database alone gives nothing away.
using System.Security.Cryptography;
using System.Text;

namespace Atelier.Keys;

/// <summary>AES-256-GCM under one key; every sealing has a nonce of its own. Safe to share.</summary>
public sealed class SecretBox
{
    /// <summary>Length of the key in bytes.</summary>
    public const int KeyBytes = 32;

    private const int NonceBytes = 12, TagBytes = 16;

    private readonly Lazy<byte[]> _key;

    /// <summary>A box under a key.</summary>
    /// <param name="key">32 bytes.</param>
    public SecretBox(byte[] key)
    {
        if (key.Length != KeyBytes)
            throw new ArgumentException($"The key must have {KeyBytes} bytes, not {key.Length}.", nameof(key));
        _key = new Lazy<byte[]>(key);
    }

    // What fails once may be mended while the process runs: a failure is not kept.
    private SecretBox(string path) => _key = new Lazy<byte[]>(() => Read(path), LazyThreadSafetyMode.PublicationOnly);

    /// <summary>
    /// The box whose key lies in a file, read when something is first sealed or opened. The file is made where it is missing then, readable by
    /// its owner only. Where it cannot be read or made, or holds something else, every method throws an <see cref="IOException"/>.
    /// </summary>
    public static SecretBox OfFile(string path) => new(path);

    /// <summary>The key that a text in base64 holds, or null.</summary>
    public static byte[]? DecodeKey(string text)
    {
        var key = new byte[KeyBytes];
        return Convert.TryFromBase64String(text, key, out var written) && written == KeyBytes ? key : null;
    }

    /// <summary>Seals a secret.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="purpose">What it is for; opening it for anything else fails.</param>
    public string Seal(string secret, string purpose)
    {
        var plain = Encoding.UTF8.GetBytes(secret);
        var box = new byte[NonceBytes + plain.Length + TagBytes];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(_key.Value, TagBytes);
        aes.Encrypt(box.AsSpan(0, NonceBytes), plain, box.AsSpan(NonceBytes, plain.Length), box.AsSpan(NonceBytes + plain.Length), Encoding.UTF8.GetBytes(purpose));
        return Convert.ToBase64String(box);
    }

    /// <summary>Opens what was sealed for this purpose under this key; null for anything else.</summary>
    public string? Open(string sealedText, string purpose)
    {
        var box = new byte[sealedText.Length];
        if (!Convert.TryFromBase64String(sealedText, box, out var length) || length < NonceBytes + TagBytes)
            return null;
        var plain = new byte[length - NonceBytes - TagBytes];
        try
        {
            using var aes = new AesGcm(_key.Value, TagBytes);
            aes.Decrypt(box.AsSpan(0, NonceBytes), box.AsSpan(NonceBytes, plain.Length), box.AsSpan(NonceBytes + plain.Length, TagBytes), plain, Encoding.UTF8.GetBytes(purpose));
            return Encoding.UTF8.GetString(plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    /// <summary>A token that only this installation can make for a purpose: 32 hex digits.</summary>
    public string Token(string purpose) => Convert.ToHexStringLower(HMACSHA256.HashData(_key.Value, Encoding.UTF8.GetBytes(purpose)).AsSpan(0, 16));

    private static byte[] Read(string path)
    {
        if (!File.Exists(path))
            Create(path);
        return DecodeKey(File.ReadAllText(path).Trim()) ?? throw new IOException($"{path} does not hold a key of {KeyBytes} bytes in base64.");
    }

    // Written beside and linked into place: two processes that start together agree on one key.
    private static void Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var beside = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(beside, options))
        {
            file.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes))));
            file.Flush(flushToDisk: true);
        }
        try
        {
            File.Move(beside, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(beside);
        }
    }
}

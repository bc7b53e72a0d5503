// The key that seals secrets in the database.

using Atelier.Keys;

namespace Atelier.Web.Configuration;

/// <summary>The key that seals secrets in the database.</summary>
/// <param name="Key">32 bytes; null for a key of its own in the data folder. Machines that share a database need the same one.</param>
/// <param name="File">The file in the data folder.</param>
public sealed record SecretsOptions(byte[]? Key, string File)
{
    internal static SecretsOptions Read(SettingsReader settings, DataOptions data) => new(
        settings.Secret<byte[]?>("secrets.key", "seals keys in the database; the same on every machine that shares it", null, text =>
            SecretBox.DecodeKey(text) is { } key ? key : Understood<byte[]?>.Not($"{SecretBox.KeyBytes} bytes in base64, such as `openssl rand -base64 32` prints"),
            key => key is null ? "" : SettingsReader.Masked),
        Path.Combine(data.Folder, "keys", "secrets.key"));

    /// <summary>The box under this key; makes the file where it is missing, when it is first needed.</summary>
    public SecretBox Open() => Key is { } key ? new SecretBox(key) : SecretBox.OfFile(File);
}

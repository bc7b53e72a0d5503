// Where a provider is and what it may do, as the operator configured it.
namespace Atelier.Providers;

/// <summary>A configured provider: one engine at one address.</summary>
public sealed record ProviderEndpoint
{
    /// <summary>The option that names the upscaler of an engine that has some.</summary>
    public const string UpscalerOption = "upscaler";

    /// <summary>Largest answer that is not a picture, in bytes: 96 MiB, room for pictures inside JSON.</summary>
    public const long DefaultMaxAnswer = 96L * 1024 * 1024;

    /// <summary>Its name, lower case.</summary>
    public required string Name { get; init; }

    /// <summary>The address under which its calls live, without a slash at the end. The operator named it, so it may be a private one.</summary>
    public required Uri BaseUrl { get; init; }

    /// <summary>Further hosts that its pictures may be fetched from; <c>*.example.com</c> stands for every host under it.</summary>
    public IReadOnlyList<string> ResultHosts { get; init; } = [];

    /// <summary>
    /// Further hosts of the same provider that its calls may go to with the key, such as those of its regions, where <see cref="BaseUrl"/> is
    /// at one of them too; patterns as in <see cref="ResultHosts"/>. Only encrypted.
    /// </summary>
    public IReadOnlyList<string> SiblingHosts { get; init; } = [];

    /// <summary>How long a call that paints at once may take. Default: 3 minutes.</summary>
    public TimeSpan PaintLimit { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long any other call may take. Default: 30 seconds.</summary>
    public TimeSpan CallLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest answer in bytes. Default: <see cref="DefaultMaxAnswer"/>.</summary>
    public long MaxAnswer { get; init; } = DefaultMaxAnswer;

    /// <summary>The largest picture in bytes. Default: 64 MiB.</summary>
    public long MaxPicture { get; init; } = 64L * 1024 * 1024;

    /// <summary>Further settings that only its adapter knows, by name, such as the folder of workflows.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>An address under <see cref="BaseUrl"/>.</summary>
    /// <param name="path">Begins with a slash; already escaped.</param>
    public Uri At(string path) => new(BaseUrl.AbsoluteUri.TrimEnd('/') + path);
}

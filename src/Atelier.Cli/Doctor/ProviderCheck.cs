// Whether every provider that is set up here has what it needs: a key, and an address over which a key may go. Asks no provider.

using Atelier.Durable;
using Atelier.Generating;
using Atelier.Keys;
using Atelier.Web;
using Atelier.Web.Configuration;

namespace Atelier.Cli.Doctor;

internal static class ProviderCheck
{
    public static async Task<Finding> RunAsync(AtelierSettings settings, IServiceProvider services, CancellationToken cancellationToken)
    {
        var router = services.GetRequiredService<ProviderRouter>();
        var stored = await StoredAsync(settings.Database, services, cancellationToken);
        var setUp = router.All.Where(setup => setup.Address is not null)
            .Select(setup => (Setup: setup, Keys: (IReadOnlyList<ApiKey>)[.. setup.Keys, .. stored.Where(key => key.Provider == setup.Name)]))
            .Where(each => each.Setup.Named || each.Keys.Count > 0).ToList();
        var complaints = setUp.SelectMany(each => Complaints(each.Setup, each.Keys))
            .Concat(stored.Where(key => router.Find(key.Provider) is null)
                .Select(key => ($"{key} is for a provider that is not set up here", $"set it up under providers: in {AtelierSettings.FileName}, or: atelier keys remove {key.Provider} {key.Label}")))
            .ToList();
        if (complaints.Count > 0)
            return Finding.Warn(string.Join('\n', complaints.Select(complaint => complaint.Item1)), string.Join("; ", complaints.Select(complaint => complaint.Item2).Distinct()));
        return Finding.Ok(setUp.Count == 0
            ? "none but the built-in painter; `atelier keys add PROVIDER` sets one up"
            : string.Join(", ", setUp.Select(each => $"{each.Setup.Name} at {each.Setup.Address!.Authority} with {Count(each.Keys)}")));
    }

    // The providers that have what they need.
    public static async Task<IReadOnlyList<string>> ReadyAsync(AtelierSettings settings, IServiceProvider services, CancellationToken cancellationToken)
    {
        var stored = await StoredAsync(settings.Database, services, cancellationToken);
        return [.. services.GetRequiredService<ProviderRouter>().All
            .Where(setup => !setup.Adapter.NeedsKey || setup.Keys.Concat(stored.Where(key => key.Provider == setup.Name)).Any(key => key is { Disabled: false, Secret: not null }))
            .Select(setup => setup.Name)];
    }

    private static IEnumerable<(string Message, string Mend)> Complaints(ProviderSetup setup, IReadOnlyList<ApiKey> keys)
    {
        if (setup.Adapter.NeedsKey && keys.Count == 0) yield return ($"{setup.Name} has no key", $"atelier keys add {setup.Name}");
        else if (setup.Adapter.NeedsKey && keys.All(key => key.Disabled)) yield return ($"every key of {setup.Name} is disabled", $"atelier keys enable {setup.Name} LABEL");
        foreach (var key in keys.Where(key => key.Secret is null))
            yield return ($"{key} cannot be opened: it was sealed by another installation, or with another secrets.key", $"bring that key back, or: atelier keys remove {key.Provider} {key.Label}, and add it anew");
        if (keys.Count > 0 && setup.Address is { Scheme: "http", IsLoopback: false } address)
            yield return ($"keys of {setup.Name} go to {address.Authority} unencrypted", $"give its address as https://… (providers.{setup.Name}.url)");
    }

    // Where there is no database yet, or not its tables, there are no keys in it.
    private static async Task<IReadOnlyList<ApiKey>> StoredAsync(DatabaseOptions options, IServiceProvider services, CancellationToken cancellationToken)
    {
        if (options.Kind == DatabaseKind.Sqlite && !File.Exists(options.Connection)) return [];
        var pending = await Migrator.PendingAsync(services.GetRequiredService<Database>(), AtelierServices.Migrations, cancellationToken);
        return pending.Count > 0 ? [] : await services.GetRequiredService<StoredKeys>().ListAsync(cancellationToken);
    }

    private static string Count(IReadOnlyList<ApiKey> keys) => keys.Count switch { 0 => "no key", 1 => "1 key", var many => $"{many} keys" };
}

// The providers that an operator sets up: where they are, under which keys, and what to do when they do not answer.

using System.Globalization;
using System.Text.RegularExpressions;
using Atelier.Generating;
using Atelier.Keys;
using Atelier.Providers;

namespace Atelier.Web.Configuration;

/// <summary>A provider in the settings.</summary>
public sealed record ProviderOptions
{
    /// <summary>Its kind.</summary>
    public required ProviderAdapter Adapter { get; init; }

    /// <summary>Where it is and what it may do; null where its address is not known.</summary>
    public required ProviderEndpoint Endpoint { get; init; }

    /// <summary>Its keys from settings and variables.</summary>
    public required IReadOnlyList<ApiKey> Keys { get; init; }

    /// <summary>What to do when it does not say whether it painted. Default: start once more.</summary>
    public UnknownPolicy Unknown { get; init; }

    /// <summary>What its webhooks are signed with; null where that is not set.</summary>
    public string? WebhookSecret { get; init; }

    /// <summary>Whether the settings name it.</summary>
    public bool Named { get; init; }
}

/// <summary>Every provider that can be used here, with a key or not: those of the settings, and those that need nothing but a key.</summary>
/// <param name="All">The providers by name.</param>
public sealed partial record ProvidersOptions(IReadOnlyList<ProviderOptions> All)
{
    private const int LongestName = 40;
    private const string Plain = "letters, digits and signs without spaces";

    // Settings that only one kind of provider knows.
    private static readonly string[] Extras = ["workflows", "bill_to", "organization", "project", "previews", ProviderEndpoint.UpscalerOption];

    internal static ProvidersOptions Read(SettingsReader settings, IReadOnlyDictionary<string, string> environment)
    {
        var named = settings.NamesUnder("providers");
        var kinds = ProviderAdapter.All.Where(adapter => adapter is { BaseUrl: not null, NeedsKey: true }).Select(adapter => adapter.Kind);
        var all = named.Union(kinds, StringComparer.Ordinal)
            .Select(name => named.Contains(name) ? Read(settings, environment, name) : OfKind(settings, ProviderAdapter.Find(name)!, environment)).OfType<ProviderOptions>();
        return new ProvidersOptions([.. all]);
    }

    // What needs nothing but a key is there without a word in the settings.
    private static ProviderOptions OfKind(SettingsReader settings, ProviderAdapter adapter, IReadOnlyDictionary<string, string> environment) => new()
    {
        Adapter = adapter,
        Endpoint = EndpointOf(adapter, adapter.Kind, adapter.BaseUrl!),
        Keys = KeyOfVariable(settings, environment, adapter, adapter.Kind),
    };

    private static ProviderEndpoint EndpointOf(ProviderAdapter adapter, string name, Uri url) =>
        new() { Name = name, BaseUrl = url, ResultHosts = adapter.ResultHosts, SiblingHosts = adapter.SiblingHosts };

    private static ProviderOptions? Read(SettingsReader settings, IReadOnlyDictionary<string, string> environment, string name)
    {
        var (at, section) = (settings.OriginOf($"providers.{name}"), $"providers.{name}");
        var adapter = settings.Value<ProviderAdapter?>($"{section}.adapter", "kind of provider", ProviderAdapter.Find(name), KindOf, kind => kind?.Kind ?? "");
        var url = settings.Value<Uri?>($"{section}.url", "address of its calls", adapter?.BaseUrl, Address, url => url?.ToString() ?? "");
        var options = settings.NamesUnder(section).Intersect(Extras, StringComparer.Ordinal).Select(extra => (extra, text: settings.Value($"{section}.{extra}", "for its kind only", "", text => text)))
            .Where(pair => pair.text.Length > 0).ToDictionary(pair => pair.extra, pair => pair.text, StringComparer.Ordinal);
        var seconds = settings.WholeNumber($"{section}.paint_seconds", "longest call that paints at once", 180, 1, 3_600);
        var unknown = settings.Value($"{section}.unknown", "when it does not say whether it painted: retry-once, ask or give-up", UnknownPolicy.RetryOnce, PolicyOf, NameOf);
        var secret = settings.Secret<string?>($"{section}.webhook_secret", "its webhooks are signed with this", null, text => text, text => text is null ? "" : SettingsReader.Masked);
        var keys = ReadKeys(settings, environment, adapter, name);
        if (!NamePattern().IsMatch(name) || name.Length > LongestName)
            settings.Refuse(section, name, at, "a name of lower-case letters, digits and hyphens", "rename the section");
        if (adapter is null)
            settings.Refuse($"{section}.adapter", null, at, string.Join(", ", ProviderAdapter.All.Select(kind => kind.Kind)), "say which kind of provider it is");
        else if (url is null)
            settings.Refuse($"{section}.url", null, at, "http://… or https://…", $"say where {adapter.Title} is");
        return adapter is null || url is null ? null : new ProviderOptions
        {
            Adapter = adapter,
            Endpoint = EndpointOf(adapter, name, url) with { PaintLimit = TimeSpan.FromSeconds(seconds), Options = options },
            Keys = keys,
            Unknown = unknown,
            WebhookSecret = secret,
            Named = true,
        };
    }

    private static List<ApiKey> ReadKeys(SettingsReader settings, IReadOnlyDictionary<string, string> environment, ProviderAdapter? adapter, string name)
    {
        var keys = new List<ApiKey>();
        foreach (var label in settings.NamesUnder($"providers.{name}.keys"))
        {
            var section = $"providers.{name}.keys.{label}";
            var budget = settings.Value<decimal?>($"{section}.daily_budget", "US dollars a day", null, BudgetOf, value => value?.ToString(CultureInfo.InvariantCulture) ?? "");
            var weight = settings.WholeNumber($"{section}.weight", "its share of the work", 1, 1, 1_000);
            if (Secret(settings, $"{section}.key", section) is { } secret)
                keys.Add(new ApiKey { Provider = name, Label = label, Secret = secret, Weight = weight, DailyBudget = budget, Source = section });
        }
        if (Secret(settings, $"providers.{name}.key") is { } single)
            keys.Insert(0, new ApiKey { Provider = name, Label = "main", Secret = single, Source = $"providers.{name}.key" });
        return adapter is null ? keys : [.. keys, .. KeyOfVariable(settings, environment, adapter, name)];
    }

    // A second provider of a kind is somebody else's account, or no account at all: it does not get the key of the first.
    private static List<ApiKey> KeyOfVariable(SettingsReader settings, IReadOnlyDictionary<string, string> environment, ProviderAdapter adapter, string name)
    {
        var variable = adapter.Kind == name ? adapter.KeyVariables.FirstOrDefault(each => !string.IsNullOrWhiteSpace(environment.GetValueOrDefault(each))) : null;
        if (variable is null)
            return [];
        if (IsPlain(environment[variable].Trim()))
            return [new ApiKey { Provider = name, Label = "environment", Secret = environment[variable].Trim(), Source = variable }];
        settings.Refuse(variable, SettingsReader.Masked, SettingOrigin.Variable(variable), Plain, $"correct the variable {variable}, or unset it");
        return [];
    }

    private static string? Secret(SettingsReader settings, string key, string? shorthand = null) =>
        settings.Secret<string?>(key, "key of an account", null, text => IsPlain(text) ? new Understood<string?>(text, null) : Understood<string?>.Not(Plain), text => text is null ? "" : SettingsReader.Masked, shorthand);

    // Anything else could not travel in a header.
    private static bool IsPlain(string text) => text.Length > 0 && text.All(letter => letter is > ' ' and < '\u007f');

    private static Understood<ProviderAdapter?> KindOf(string text) =>
        ProviderAdapter.Find(text) is { } adapter ? adapter : Understood<ProviderAdapter?>.Not(string.Join(", ", ProviderAdapter.All.Select(kind => kind.Kind)));

    private static Understood<Uri?> Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0 && url.Query.Length == 0
            ? url
            : Understood<Uri?>.Not("https://… or http://… without a user name or a query");

    private static Understood<UnknownPolicy> PolicyOf(string text) => text switch
    {
        "retry-once" => UnknownPolicy.RetryOnce,
        "ask" => UnknownPolicy.Ask,
        "give-up" => UnknownPolicy.GiveUp,
        _ => Understood<UnknownPolicy>.Not("retry-once, ask or give-up"),
    };

    private static string NameOf(UnknownPolicy policy) => policy switch
    {
        UnknownPolicy.Ask => "ask",
        UnknownPolicy.GiveUp => "give-up",
        _ => "retry-once",
    };

    private static Understood<decimal?> BudgetOf(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var dollars) && dollars <= 1_000_000
            ? dollars
            : Understood<decimal?>.Not("US dollars, 0 to 1000000");

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex NamePattern();
}

// Whether pictures cost credits, and what a new account gets.

using System.Globalization;

namespace Atelier.Web.Configuration;

/// <summary>Whether pictures cost credits, and what a new account gets.</summary>
/// <param name="Enabled">Whether pictures cost credits; null, the default, for wherever there are accounts.</param>
/// <param name="OnSignUp">Bonus credits of a new account, 0 to 1,000,000. Default <see cref="DefaultOnSignUp"/>.</param>
/// <param name="BonusDays">Days after which these expire, 1 to 3,650; 0, the default, for never.</param>
public sealed record CreditsOptions(bool? Enabled, int OnSignUp, int BonusDays)
{
    /// <summary>Default of <see cref="OnSignUp"/>.</summary>
    public const int DefaultOnSignUp = 10;

    private const string Automatic = "auto";

    internal static CreditsOptions Read(SettingsReader settings) => new(
        settings.Value("credits.enabled", "whether pictures cost credits (auto: where there are accounts)", null, Understand, value => value switch
        {
            null => Automatic,
            true => "true",
            false => "false",
        }),
        settings.WholeNumber("credits.on_sign_up", "bonus credits of a new account", DefaultOnSignUp, 0, 1_000_000),
        settings.WholeNumber("credits.bonus_days", "days after which these expire (0 for never)", 0, 0, 3_650));

    private static Understood<bool?> Understand(string text) => text.ToLower(CultureInfo.InvariantCulture) switch
    {
        Automatic => new Understood<bool?>(null, null),
        "true" or "yes" or "on" or "1" => new Understood<bool?>(true, null),
        "false" or "no" or "off" or "0" => new Understood<bool?>(false, null),
        _ => Understood<bool?>.Not("auto, true or false"),
    };
}

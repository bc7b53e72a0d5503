// Whether pictures cost credits, and what a new account gets.

namespace Atelier.Web.Configuration;

/// <summary>Whether pictures cost credits, and what a new account gets.</summary>
/// <param name="Enabled">Whether pictures cost credits. Default: where people sign in.</param>
/// <param name="OnSignUp">Bonus credits of a new account, 0 to 1,000,000. Default <see cref="DefaultOnSignUp"/>.</param>
/// <param name="BonusDays">Days after which these expire, 1 to 3,650; 0, the default, for never.</param>
public sealed record CreditsOptions(bool Enabled, int OnSignUp, int BonusDays)
{
    /// <summary>Default of <see cref="OnSignUp"/>.</summary>
    public const int DefaultOnSignUp = 10;

    internal static CreditsOptions Read(SettingsReader settings, AccountsOptions accounts) => new(
        settings.Value("credits.enabled", "whether pictures cost credits (auto: where people sign in)", accounts.Enabled, text => text.ToLowerInvariant() switch
        {
            "auto" or "" => accounts.Enabled,
            "on" or "true" or "yes" or "1" => true,
            "off" or "false" or "no" or "0" => false,
            _ => Understood<bool>.Not("auto, on or off"),
        }, on => on ? "on" : "off"),
        settings.WholeNumber("credits.on_sign_up", "bonus credits of a new account", DefaultOnSignUp, 0, 1_000_000),
        settings.WholeNumber("credits.bonus_days", "days after which these expire (0 for never)", 0, 0, 3_650));
}

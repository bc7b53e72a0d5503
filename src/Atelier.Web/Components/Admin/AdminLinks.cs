// The addresses of the pages of administrators and moderators, and their names.
using Atelier.Accounts;

namespace Atelier.Web.Components.Admin;

/// <summary>Paths of the pages behind the scenes.</summary>
public static class AdminLinks
{
    /// <summary>The accounts.</summary>
    public const string Users = "/admin/users";

    /// <summary>Providers, their keys, lanes.</summary>
    public const string Providers = "/admin/providers";

    /// <summary>Jobs that were given up.</summary>
    public const string DeadLetters = "/admin/dead-letters";

    /// <summary>Models on and off, and their prices.</summary>
    public const string Models = "/admin/models";

    /// <summary>The settings in force.</summary>
    public const string Settings = "/admin/settings";

    /// <summary>Who did what to whom.</summary>
    public const string Audit = "/moderation/audit";

    /// <summary>Reports that were decided.</summary>
    public const string Decided = "/moderation/decided";

    /// <summary>Accounts that may not be used.</summary>
    public const string Banned = "/moderation/banned";

    /// <summary>Words of prompts.</summary>
    public const string Words = "/moderation/words";

    /// <summary>The administrators' pages.</summary>
    public static IReadOnlyList<(string Address, string Name)> Admin { get; } =
    [
        (Layout.Links.Admin, "Dashboard"), (Users, "Users"), (Providers, "Providers"), (DeadLetters, "Dead letters"), (Models, "Models"),
        (Settings, "Settings"), (Audit, "Audit log"),
    ];

    /// <summary>The moderators' pages.</summary>
    public static IReadOnlyList<(string Address, string Name)> Moderation(Caller reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return
        [
            (Layout.Links.Moderation, "Open"), (Decided, "Decided"), (Banned, "Banned"), (Words, "Words"), (Audit, "Audit log"),
        ];
    }
}

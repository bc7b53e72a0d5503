// Every setting of the program, read once at start from flags, environment, atelier.yaml and defaults; it holds nothing a crash could lose.

namespace Atelier.Web.Configuration;

/// <summary>All settings in force, one record per concern. Read once at start and never changed afterwards.</summary>
/// <param name="Server">Where the server listens.</param>
/// <param name="Data">The data folder.</param>
/// <param name="Database">SQLite in the data folder, or PostgreSQL.</param>
/// <param name="Storage">Where pictures are kept.</param>
/// <param name="Worker">How generations are worked off.</param>
/// <param name="Limits">What a request may ask for at most.</param>
/// <param name="Credits">Whether pictures cost credits.</param>
/// <param name="Wakeup">Whom to call when jobs wait.</param>
/// <param name="Providers">The providers that are set up.</param>
/// <param name="Secrets">The key that seals secrets in the database.</param>
/// <param name="Accounts">Whether people sign in.</param>
/// <param name="Mail">How mail leaves.</param>
/// <param name="Logging">What is logged, and how.</param>
public sealed record AtelierSettings(
    ServerOptions Server,
    DataOptions Data,
    DatabaseOptions Database,
    StorageOptions Storage,
    WorkerOptions Worker,
    LimitsOptions Limits,
    CreditsOptions Credits,
    WakeupOptions Wakeup,
    ProvidersOptions Providers,
    SecretsOptions Secrets,
    AccountsOptions Accounts,
    MailOptions Mail,
    LoggingOptions Logging)
{
    /// <summary>Every setting in force with its source; secrets are masked.</summary>
    public SettingsReport Report { get; private init; } = new([]);

    /// <summary>The name of the settings file in the data folder.</summary>
    public const string FileName = "atelier.yaml";

    /// <summary>
    /// Reads and checks every setting. Precedence: flags, environment (<c>ATELIER_…</c>), <c>atelier.yaml</c> in the data folder, defaults.
    /// Creates and changes nothing on disk.
    /// </summary>
    /// <returns>The settings, or every problem found, all together; the report of effective settings in both cases.</returns>
    public static SettingsLoad Load(SettingsInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var reader = new SettingsReader(input);

        var data = DataOptions.Read(reader, input);
        reader.AddFile(Path.Combine(data.Folder, FileName));

        var server = ServerOptions.Read(reader);
        var accounts = AccountsOptions.Read(reader, server);
        var settings = new AtelierSettings(
            server,
            data,
            DatabaseOptions.Read(reader, data),
            StorageOptions.Read(reader, data),
            WorkerOptions.Read(reader),
            LimitsOptions.Read(reader),
            CreditsOptions.Read(reader, accounts),
            WakeupOptions.Read(reader),
            ProvidersOptions.Read(reader, input.Environment),
            SecretsOptions.Read(reader, data),
            accounts,
            MailOptions.Read(reader),
            LoggingOptions.Read(reader));
        reader.RefuseUnknownKeys();

        var report = new SettingsReport(reader.Effective);
        return new SettingsLoad(reader.Problems.Count == 0 ? settings with { Report = report } : null, reader.Problems, report);
    }
}

/// <summary>What reading the settings came to.</summary>
/// <param name="Settings">The settings, or null when there are problems.</param>
/// <param name="Problems">Everything that is wrong, empty when all is well.</param>
/// <param name="Report">Each effective setting with its source; what is wrong is shown with its default.</param>
public sealed record SettingsLoad(AtelierSettings? Settings, IReadOnlyList<SettingProblem> Problems, SettingsReport Report);

// Says in words what an exception that nobody expected probably means.

using System.Data.Common;
using System.Net.Sockets;
using Atelier.Catalogue;
using Atelier.Durable;
using Atelier.Vips;
using Atelier.Web.Configuration;

namespace Atelier.Cli;

internal static class Unexpected
{
    public static (ExitCode Code, string Message, string Fix) Explain(Exception failure) => failure switch
    {
        VipsMissingException => (ExitCode.Unavailable, "the image library libvips is missing or too old", VipsMissingException.HowToInstall),
        DbException { IsTransient: true } or DbException { InnerException: SocketException or TimeoutException } =>
            (ExitCode.Unavailable, $"the database does not answer: {failure.Message}", $"check that it runs and that {DatabaseKey} is right"),
        CatalogueException => (ExitCode.Configuration, failure.Message, "mend the lines, or move catalogue.yaml out of the data folder"),
        MigrationException => (ExitCode.Failed, failure.Message, "run the version of atelier that made this database, or a newer one"),
        DbException => (ExitCode.Failed, $"the database refused: {failure.Message}", "`atelier doctor` checks it"),
        _ => (ExitCode.Failed, $"unexpected: {failure.Message}", "`atelier doctor` checks the installation"),
    };

    private static string DatabaseKey => $"{nameof(AtelierSettings.Database).ToLowerInvariant()} (ATELIER_DATABASE)";
}

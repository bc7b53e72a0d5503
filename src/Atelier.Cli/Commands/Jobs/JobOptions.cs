// The options and arguments that several commands about jobs have, and how their answers are written.

using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Atelier.Cli.Output;
using Atelier.Client;
using Atelier.Durable;

namespace Atelier.Cli.Commands.Jobs;

internal static class JobOptions
{
    public static Option<string> Lane() => new("--lane") { HelpName = "LANE", Description = "Only of this lane" };

    public static Option<string> Kind() => new("--kind") { HelpName = "KIND", Description = "Only of this kind, such as generation" };

    public static Option<string> Tenant() => new("--tenant") { HelpName = "TENANT", Description = "Only of this user" };

    public static Option<string> Error() => new("--error") { HelpName = "CODE", Description = "Only those whose last failure had this code" };

    public static Argument<JobId[]> Ids(bool mayBeNone = false) => new("ids")
    {
        HelpName = mayBeNone ? "[ID...]" : "ID...",
        Description = "The ids of the jobs, as `atelier jobs list` shows them",
        Arity = mayBeNone ? ArgumentArity.ZeroOrMore : ArgumentArity.OneOrMore,
        CustomParser = result =>
        {
            foreach (var token in result.Tokens.Where(token => ParseId(token.Value) is null))
                result.AddError($"an id is a whole number above 0, not '{token.Value}'");
            return [.. result.Tokens.Select(token => ParseId(token.Value)).OfType<JobId>()];
        },
    };

    public static Argument<JobId?> Id() => new("id")
    {
        HelpName = "ID",
        Description = "The id of the job, as `atelier jobs list` shows it",
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result =>
        {
            var id = ParseId(result.Tokens[0].Value);
            if (id is null) result.AddError($"an id is a whole number above 0, not '{result.Tokens[0].Value}'");
            return id;
        },
    };

    public static string Json<T>(T value) => JsonSerializer.Serialize(value, AtelierJson.Options);

    // What became of one job of several: a line each.
    public static void Tell(Terminal terminal, bool json, JobId id, string result, string inWords) =>
        terminal.Out.WriteLine(json ? Json(new { id = id.Value, result }) : $"{id.Value}\t{inWords}");

    private static JobId? ParseId(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0 ? new JobId(id) : null;
}

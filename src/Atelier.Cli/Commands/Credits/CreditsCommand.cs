// `atelier credits …`: what people can spend. What is given or taken is one transaction of the ledger, and holds for all processes from then on.

using System.CommandLine;
using System.Globalization;
using Atelier.Accounts;
using Atelier.Cli.Commands.Jobs;
using Atelier.Cli.Output;
using Atelier.Client;
using Atelier.Credits;
using Atelier.Web;

namespace Atelier.Cli.Commands.Credits;

internal sealed class CreditsCommand : CommandGroup
{
    public CreditsCommand()
        : base("credits", "Give credits to accounts, take them back, see them, check the ledger")
    {
        foreach (var command in (CliCommand[])[new CreditsGrantCommand(), new CreditsShowCommand(), new CreditsCheckCommand()]) Add(command);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier credits grant ann 50", "credits that never expire"),
        new("atelier credits show ann", "what she can spend, what is held, what happened lately"),
        new("atelier credits check", "recomputes the whole ledger"),
    ];
}

// A command about one account's credits.
internal abstract class OneAccountCommand : WorkshopCommand
{
    private readonly Argument<string> username = new("username") { HelpName = "USERNAME", Description = "The account" };

    protected OneAccountCommand(string name, string description)
        : base(name, description)
    {
        Add(username);
        Add(Json);
    }

    protected Option<bool> Json { get; } = CommonOptions.Json();

    protected sealed override async Task<ExitCode> RunAsync(IServiceProvider services, Invocation invocation, CancellationToken cancellationToken) =>
        await services.GetRequiredService<AccountStore>().FindByUsernameAsync(invocation.Value(username)!, cancellationToken) is { } account
            ? await RunAsync(services, account, invocation, cancellationToken)
            : invocation.Terminal.Fail(ExitCode.Failed, $"there is no account '{invocation.Value(username)}'", "usernames are shown on profile pages; without accounts there is one, called local");

    protected abstract Task<ExitCode> RunAsync(IServiceProvider services, Account account, Invocation invocation, CancellationToken cancellationToken);

    protected static async Task<CreditRecord> BalanceAsync(IServiceProvider services, Account account, CancellationToken cancellationToken) => CreditRecords.Of(
        await services.GetRequiredService<Ledger>().BalanceAsync(account.Id, cancellationToken), services.GetRequiredService<PriceList>().Enabled);

    protected static string Line(Account account, CreditRecord balance) => string.Create(
        CultureInfo.InvariantCulture, $"{account.Username}\t{balance.Available} to spend ({balance.Bonus} bonus)\t{balance.Held} held");
}

internal sealed class CreditsGrantCommand : OneAccountCommand
{
    private readonly Argument<long> amount = new("amount")
    {
        HelpName = "AMOUNT",
        Description = "How many credits; -N takes N back",
        CustomParser = result =>
        {
            if (long.TryParse(result.Tokens[0].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                && number != 0 && Math.Abs(number) <= Atelier.Credits.CreditGrant.MostAmount)
                return number;
            result.AddError($"an amount is a whole number up to {Atelier.Credits.CreditGrant.MostAmount}, or below 0 to take back, not '{result.Tokens[0].Value}'");
            return 0;
        },
    };

    private readonly Option<bool> bonus = new("--bonus") { Description = "Bonus credits: spent first, and may expire" };

    private readonly Option<TimeSpan?> expires = CommonOptions.Parsed(
        "--expires", "TIME", "Let bonus credits expire after this (default: never)", "a time such as 30d or 12h", Duration.Parse);

    private readonly Option<string> note = new("--note") { HelpName = "TEXT", Description = "Why, for the person's history" };

    public CreditsGrantCommand()
        : base("grant", "Give credits to an account, or take them back")
    {
        Add(amount);
        foreach (var option in (Option[])[bonus, expires, note]) Add(option);
        Validators.Add(result =>
        {
            if (result.GetResult(expires) is { Implicit: false } && result.GetResult(bonus) is null or { Implicit: true }) result.AddError("--expires goes with --bonus: other credits do not expire");
        });
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier credits grant ann 50 --note \"for the contest\"", "credits that never expire"),
        new("atelier credits grant ann 20 --bonus --expires 30d", "spent before others, gone after 30 days"),
        new("atelier credits grant ann -5", "takes five back, or nothing where there are fewer"),
    ];

    protected override async Task<ExitCode> RunAsync(IServiceProvider services, Account account, Invocation invocation, CancellationToken cancellationToken)
    {
        var (terminal, text) = (invocation.Terminal, invocation.Value(note) ?? "");
        if (text.Length > Atelier.Credits.CreditGrant.MaxNote || text.Any(char.IsControl))
            return terminal.Fail(ExitCode.Usage, $"a note is plain text of at most {Atelier.Credits.CreditGrant.MaxNote} characters", null);
        var grant = new Atelier.Credits.CreditGrant(account.Id, invocation.Value(amount), "command line") { Bonus = invocation.Value(bonus), For = invocation.Value(expires), Note = text };
        if (await services.GetRequiredService<Ledger>().GrantAsync(grant, cancellationToken) == GrantResult.TooFew)
            return terminal.Fail(ExitCode.Failed, $"{account.Username} has fewer than {-grant.Amount} credits; nothing was taken", $"atelier credits show {account.Username} shows how many");
        var balance = await BalanceAsync(services, account, cancellationToken);
        terminal.Out.WriteLine(invocation.Value(Json) ? JobOptions.Json(balance) : Line(account, balance));
        if (!balance.Enabled) terminal.Say("note: pictures cost no credits here; the setting credits.enabled turns that on");
        return ExitCode.Ok;
    }
}

internal sealed class CreditsShowCommand() : OneAccountCommand("show", "Show what an account can spend, and what happened to its credits")
{
    private const int Shown = 20;

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("atelier credits show ann", "the balance, and the latest entries of the ledger"),
        new("atelier credits show ann --json", "as GET /api/v1/credits answers"),
    ];

    protected override async Task<ExitCode> RunAsync(IServiceProvider services, Account account, Invocation invocation, CancellationToken cancellationToken)
    {
        var (terminal, balance) = (invocation.Terminal, await BalanceAsync(services, account, cancellationToken));
        if (invocation.Value(Json))
        {
            terminal.Out.WriteLine(JobOptions.Json(balance));
            return ExitCode.Ok;
        }
        terminal.Out.WriteLine(Line(account, balance));
        var sheet = new Sheet("WHEN", "WHAT", "CHANGE", "GENERATION", "BY", "NOTE");
        foreach (var happened in await services.GetRequiredService<LedgerHistory>().ListAsync(account.Id, limit: Shown, cancellationToken: cancellationToken))
            sheet.Add(Times.Show(happened.At), LedgerKinds.Of(happened.Kind), happened.Change.ToString("+0;-0;0", CultureInfo.InvariantCulture), happened.GenerationId ?? "", happened.Actor, happened.Note);
        sheet.Print(terminal);
        return ExitCode.Ok;
    }
}

internal sealed class CreditsCheckCommand() : WorkshopCommand("check", "Recompute the whole ledger and say what does not agree")
{
    public override IReadOnlyList<Example> Examples { get; } = [new("atelier credits check", "exit code 1 where a credit appeared or vanished")];

    protected override async Task<ExitCode> RunAsync(IServiceProvider services, Invocation invocation, CancellationToken cancellationToken)
    {
        var findings = await services.GetRequiredService<LedgerAudit>().RunAsync(cancellationToken);
        if (findings.Count > 0) return invocation.Terminal.Fail(ExitCode.Failed, string.Join('\n', findings), "keep a copy of the database and report it: this is a bug");
        invocation.Terminal.Out.WriteLine("every credit is accounted for");
        return ExitCode.Ok;
    }
}

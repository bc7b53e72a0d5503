// The way of credits on both databases: given, held, paid, given back, expired; never lost and never made.
using Atelier.Credits;
using Atelier.Durable;
using Atelier.Generating;
using Atelier.Providers;
using Atelier.Submitting;
using Atelier.Testing;
using Atelier.Tests.Generating;

namespace Atelier.Tests.Credits;

public sealed class SqliteCreditTests : CreditTests
{
    protected override Task<string> ConnectionStringAsync(TempFolder folder) =>
        Task.FromResult($"Data Source={Path.Combine(folder.Path, "atelier.db")}");
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresCreditTests(PostgresFixture postgres) : CreditTests
{
    protected override Task<string> ConnectionStringAsync(TempFolder folder) => postgres.Server.CreateDatabaseAsync();
}

public abstract class CreditTests
{
    private const string Me = "local";
    private static readonly GenerationRequest Cat = new() { Prompt = "a cat", Seed = 5 };
    private static readonly ProviderAnswer No = new ProviderAnswer.Failed(new ProviderFailure(FailureKind.BadInput, "No."));

    private readonly ShiftedClock _clock = new();

    protected abstract Task<string> ConnectionStringAsync(TempFolder folder);

    [Fact]
    public async Task A_picture_is_held_for_when_it_is_submitted_and_paid_when_it_is_there()
    {
        await using var studio = await OpenAsync();
        var wishes = await studio.SubmitAsync(Cat with { Count = 3 });
        (await studio.Ledger.BalanceAsync(Me)).ShouldBe(new Balance(0, 7, 3, NextExpiry: null));
        (await studio.Generations.FindAsync(wishes.Generations[0].Id))!.CreditsHeld.ShouldBe(1);

        studio.StartWorker();
        foreach (var wish in wishes.Generations)
            (await studio.UntilFinishedAsync(wish.Id)).CreditsCharged.ShouldBe(1);

        (await studio.Ledger.BalanceAsync(Me)).ShouldBe(new Balance(0, 7, 0, NextExpiry: null));
        (await SumAsync(studio, LedgerAccount.Revenue)).ShouldBe(3);
        var history = await new LedgerHistory(studio.Database).ListAsync(Me);
        history.Count(entry => entry is { Kind: LedgerKind.Capture, Change: 0, Amount: 1, Prompt: "a cat" }).ShouldBe(3);
        history.Count(entry => entry is { Kind: LedgerKind.Hold, Change: -1 }).ShouldBe(3);
        (await new LedgerHistory(studio.Database).ListAsync(Me, before: history[0].Id, limit: 2)).ShouldBe(history.Skip(1).Take(2));
        await NothingIsWrongAsync(studio);
    }

    [Fact]
    public async Task Whatever_ends_without_a_picture_is_given_back_to_where_it_came_from()
    {
        await using var studio = await OpenAsync(new ScriptedProvider().Start(No));
        await studio.Ledger.GrantAsync(new CreditGrant(Me, 5, "admin"));
        var failed = await studio.SubmitOneAsync(Cat with { Quality = "4k" });
        var canceled = await studio.SubmitOneAsync(Cat with { Quality = "4k" });
        var deleted = await studio.SubmitOneAsync(Cat with { Quality = "4k" });
        (await studio.Ledger.BalanceAsync(Me)).ShouldBe(new Balance(3, 0, 12, NextExpiry: null));

        await studio.Commands.CancelAsync(canceled.Id, Me);
        await studio.Commands.DeleteAsync(deleted.Id, Me);
        await studio.StartWorker().UntilFinishedAsync(failed.Id);

        (await studio.Ledger.BalanceAsync(Me)).ShouldBe(new Balance(5, 10, 0, NextExpiry: null));
        (await new LedgerHistory(studio.Database).ListAsync(Me)).Where(entry => entry.Kind == LedgerKind.Release).Select(entry => entry.Note)
            .ShouldBe(["the painting failed", "it was canceled", "it was canceled"]);
        await NothingIsWrongAsync(studio);
    }

    [Fact]
    public async Task Too_few_credits_refuse_a_wish_and_leave_no_trace_of_it()
    {
        await using var studio = await OpenAsync();
        var dear = Cat with { Quality = "4k", Count = 3 };

        (await studio.Submission.SubmitAsync(dear, Submitter.Local, "key")).ShouldBe(new SubmissionResult.NotEnoughCredits(12, 10));

        foreach (var table in new[] { "generations", "jobs", "idempotency_keys", "ledger_transactions WHERE kind = 'hold'" })
            (await studio.CountAsync($"SELECT COUNT(*) FROM {table}")).ShouldBe(0, table);
        await studio.Ledger.GrantAsync(new CreditGrant(Me, 2, "admin"));
        (await studio.SubmitAsync(dear, "key")).Replayed.ShouldBeFalse();
        (await studio.Ledger.BalanceAsync(Me)).Available.ShouldBe(0);
        (await studio.SubmitAsync(dear, "key")).Replayed.ShouldBeTrue();
        (await studio.Submission.SubmitAsync(Cat, new Submitter("somebody without"))).ShouldBe(new SubmissionResult.NotEnoughCredits(1, 0));
        await NothingIsWrongAsync(studio);
    }

    [Fact]
    public async Task Bonus_credits_go_first_the_soonest_to_expire_before_others_and_expired_ones_never()
    {
        await using var studio = await OpenAsync();
        await studio.Ledger.GrantAsync(new CreditGrant(Me, 4, "admin"));
        await studio.Ledger.GrantAsync(new CreditGrant(Me, 3, "admin") { Bonus = true, For = TimeSpan.FromDays(2) });
        await studio.Ledger.GrantAsync(new CreditGrant(Me, 2, "admin") { Bonus = true, For = TimeSpan.FromDays(1) });

        var held = await studio.SubmitAsync(Cat with { Count = 4 });
        (await RemainingAsync(studio)).ShouldBe([0, 1, 10]);
        _clock.Advance(TimeSpan.FromDays(3));

        (await studio.Ledger.BalanceAsync(Me)).ShouldBe(new Balance(4, 10, 4, NextExpiry: null));
        // What was held of an expired lot comes back to it, and so expires.
        foreach (var generation in held.Generations)
            await studio.Commands.CancelAsync(generation.Id, Me);
        (await studio.Submission.SubmitAsync(Cat with { Quality = "4k", Count = 4 }, Submitter.Local)).ShouldBe(new SubmissionResult.NotEnoughCredits(16, 14));
        (await studio.Ledger.ExpireAsync()).ShouldBe(1);
        (await studio.Ledger.ExpireAsync()).ShouldBe(0);
        (await SumAsync(studio, LedgerAccount.Expired)).ShouldBe(5);
        await NothingIsWrongAsync(studio);
    }

    [Fact]
    public async Task A_retry_holds_again_and_is_refused_when_it_cannot()
    {
        await using var studio = await OpenAsync(new ScriptedProvider().Start(No));
        var wish = await studio.StartWorker().SubmitOneAsync(Cat with { Quality = "4k" });
        await studio.UntilFinishedAsync(wish.Id);
        await studio.Ledger.GrantAsync(new CreditGrant(Me, -8, "admin"));

        (await studio.Commands.RetryAsync(wish.Id, Me)).ShouldBe(CommandResult.NotEnoughCredits);
        (await studio.Generations.FindAsync(wish.Id))!.Status.ShouldBe(GenerationStatus.Failed);
        (await studio.Queue.DeadLettersAsync()).Count.ShouldBe(1);
        await studio.Ledger.GrantAsync(new CreditGrant(Me, 3, "admin"));
        (await studio.Commands.RetryAsync(wish.Id, Me)).ShouldBe(CommandResult.Done);

        (await studio.UntilFinishedAsync(wish.Id)).CreditsCharged.ShouldBe(4);
        (await studio.Ledger.BalanceAsync(Me)).ShouldBe(new Balance(1, 0, 0, NextExpiry: null));
        await NothingIsWrongAsync(studio);
    }

    [Fact]
    public async Task What_an_operator_revives_is_held_for_again_or_goes_on_free_of_charge()
    {
        await using var studio = await OpenAsync(new ScriptedProvider().Start(No).Start(No));
        var wish = await studio.StartWorker().SubmitOneAsync(Cat with { Quality = "4k" });
        await studio.UntilFinishedAsync(wish.Id);
        await studio.Queue.RetryDeadAsync(new DeadLetterFilter());
        await studio.UntilAsync(wish.Id, generation => generation is { Holds: 2, IsFinished: true });
        await studio.Ledger.GrantAsync(new CreditGrant(Me, -8, "admin"));
        await studio.Queue.RetryDeadAsync(new DeadLetterFilter());

        var done = await studio.UntilAsync(wish.Id, generation => generation.Status == GenerationStatus.Completed);

        (done.CreditsCharged, done.Holds).ShouldBe((0, 3));
        (await studio.Ledger.BalanceAsync(Me)).ShouldBe(new Balance(0, 2, 0, NextExpiry: null));
        (await new LedgerHistory(studio.Database).ListAsync(Me))[0].ShouldSatisfyAllConditions(
            newest => newest.Kind.ShouldBe(LedgerKind.Waive), newest => newest.Note.ShouldContain("costs nothing"), newest => newest.Amount.ShouldBe(0));
        await NothingIsWrongAsync(studio);
    }

    [Fact]
    public async Task Thirty_at_once_do_not_overdraw()
    {
        await using var studio = await OpenAsync();
        var results = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Task.Run(() => studio.Submission.SubmitAsync(Cat, Submitter.Local))));

        results.Count(result => result is SubmissionResult.Accepted).ShouldBe(10);
        results.OfType<SubmissionResult.NotEnoughCredits>().ShouldAllBe(refusal => refusal == new SubmissionResult.NotEnoughCredits(1, 0));
        (await studio.Ledger.BalanceAsync(Me)).ShouldBe(new Balance(0, 0, 10, NextExpiry: null));
        await NothingIsWrongAsync(studio);
    }

    [Fact]
    public async Task A_balance_that_runs_low_is_told_once_each_time_it_does()
    {
        await using var studio = await OpenAsync();
        await studio.SubmitAsync(Cat with { Count = 4 });
        await studio.SubmitAsync(Cat with { Count = 3 });
        (await LowEventsAsync()).ShouldBe(0);
        var low = await studio.SubmitOneAsync(Cat);
        await studio.SubmitOneAsync(Cat);
        (await LowEventsAsync()).ShouldBe(1);

        await studio.Ledger.GrantAsync(new CreditGrant(Me, 1, "admin"));
        await studio.Commands.CancelAsync(low.Id, Me);
        (await studio.Ledger.BalanceAsync(Me)).Available.ShouldBe(3);
        await studio.SubmitOneAsync(Cat);
        (await LowEventsAsync()).ShouldBe(2);

        Task<long> LowEventsAsync() => studio.CountAsync("SELECT COUNT(*) FROM events WHERE stream = 'local' AND type = 'credits.low'");
    }

    [Fact]
    public async Task A_grant_is_written_once_under_its_key_and_takes_no_more_than_there_is()
    {
        await using var studio = await OpenAsync();
        var grant = new CreditGrant(Me, 5, "admin") { Key = "key", Note = "for the contest" };

        var at_once = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(() => studio.Ledger.GrantAsync(grant))));

        at_once.ShouldAllBe(result => result == GrantResult.Done || result == GrantResult.Repeated);
        (await studio.Ledger.BalanceAsync(Me)).ShouldBe(new Balance(5, 10, 0, NextExpiry: null));
        (await studio.Ledger.GrantAsync(grant with { Amount = 6 })).ShouldBe(GrantResult.KeyReused);
        (await studio.Ledger.GrantAsync(new CreditGrant(Me, -16, "admin"))).ShouldBe(GrantResult.TooFew);
        (await studio.Ledger.GrantAsync(new CreditGrant(Me, -12, "admin") { Key = "back" })).ShouldBe(GrantResult.Done);
        (await studio.Ledger.GrantAsync(new CreditGrant(Me, -12, "admin") { Key = "back" })).ShouldBe(GrantResult.Repeated);
        (await studio.Ledger.BalanceAsync(Me)).ShouldBe(new Balance(3, 0, 0, NextExpiry: null));
        // A second welcome is none.
        await studio.Database.TransactAsync(transaction => studio.Ledger.WelcomeAsync(transaction, Me));
        (await studio.Ledger.BalanceAsync(Me)).Available.ShouldBe(3);
        await NothingIsWrongAsync(studio);
    }

    [Fact]
    public async Task Where_pictures_cost_no_credits_nothing_is_written()
    {
        await using var studio = await Studio.OpenAsync(ConnectionStringAsync);
        await studio.Database.TransactAsync(transaction => studio.Ledger.WelcomeAsync(transaction, Me));
        var wish = await studio.StartWorker().SubmitOneAsync(Cat with { Quality = "4k" });
        (await studio.UntilFinishedAsync(wish.Id)).CreditsCharged.ShouldBe(0);
        (await studio.CountAsync("SELECT COUNT(*) FROM ledger_transactions")).ShouldBe(0);
    }

    [Fact]
    public async Task The_operators_price_counts_from_the_next_submission()
    {
        await using var studio = await OpenAsync();
        var first = await studio.SubmitOneAsync(Cat);
        await studio.Database.TransactAsync(transaction => transaction.ExecuteAsync(
            "INSERT INTO model_settings (model, credits) VALUES (@Model, 3)", new { first.Model }));
        await studio.Prices.RefreshAsync();

        (await studio.SubmitOneAsync(Cat with { Quality = "hd+" })).Credits.ShouldBe(6);

        (await studio.Ledger.BalanceAsync(Me)).ShouldBe(new Balance(0, 3, 7, NextExpiry: null));
        (await studio.Estimation.OfAsync(Cat, Submitter.Local)).ShouldBeOfType<Estimate.Expected>().CreditsPerImage.ShouldBe(3);
    }

    [Fact]
    public async Task An_audit_sees_a_credit_that_appeared_or_vanished()
    {
        await using var studio = await OpenAsync();
        await studio.SubmitOneAsync(Cat);
        await studio.Database.TransactAsync(transaction => transaction.ExecuteAsync("UPDATE credit_balances SET held = 0"));
        (await studio.Audit.RunAsync()).Count.ShouldBe(2);
        await studio.Database.TransactAsync(transaction => transaction.ExecuteAsync("UPDATE ledger_entries SET amount = amount * 2 WHERE line = 0"));
        (await studio.Audit.RunAsync()).ShouldContain(finding => finding.StartsWith("a transaction sums to zero"));
        (await Should.ThrowAsync<System.Data.Common.DbException>(() => studio.Database.TransactAsync(
            transaction => transaction.ExecuteAsync("UPDATE credit_balances SET credit = -1")))).Message.ShouldContain("check", Case.Insensitive);
    }

    private async Task<Studio> OpenAsync(ScriptedProvider? provider = null)
    {
        var studio = await Studio.OpenAsync(ConnectionStringAsync, provider, credits: new CreditOptions { Enabled = true }, time: _clock);
        await studio.Database.TransactAsync(transaction => studio.Ledger.WelcomeAsync(transaction, Me));
        return studio;
    }

    private static async Task NothingIsWrongAsync(Studio studio) => (await studio.Audit.RunAsync()).ShouldBeEmpty();

    private static Task<long> SumAsync(Studio studio, string account) => studio.Database.ReadAsync(session => session.ScalarAsync<long>(
        "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM ledger_entries WHERE account = @account", new { account }));

    private static Task<IReadOnlyList<long>> RemainingAsync(Studio studio) => studio.Database.ReadAsync(session => session.QueryAsync<long>(
        "SELECT remaining FROM credit_lots ORDER BY COALESCE(expires_at, 9223372036854775807)"));
}

// What moderators and operators do, on both databases: reports and decisions, bans, words, switches, and the log of it all.
using Atelier.Accounts;
using Atelier.Generating;
using Atelier.Moderation;
using Atelier.Operating;
using Atelier.Submitting;
using Atelier.Testing;
using Atelier.Tests.Generating;

namespace Atelier.Tests.Moderation;

public sealed class SqliteModerationTests : ModerationTests
{
    protected override Task<string> ConnectionStringAsync(TempFolder folder) =>
        Task.FromResult($"Data Source={Path.Combine(folder.Path, "atelier.db")}");
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresModerationTests(PostgresFixture postgres) : ModerationTests
{
    protected override Task<string> ConnectionStringAsync(TempFolder folder) => postgres.Server.CreateDatabaseAsync();
}

public abstract class ModerationTests
{
    private static readonly Account Admin = new() { Id = Account.LocalId, Username = "local", Role = Role.Admin };
    private static readonly Account Ann = Person("ann", Role.User), Moe = Person("moe", Role.Moderator), Max = Person("max", Role.Moderator);

    protected abstract Task<string> ConnectionStringAsync(TempFolder folder);

    [Fact]
    public async Task A_reported_picture_is_hidden_with_every_report_of_it_and_a_line_in_the_log()
    {
        await using var desk = await OpenAsync();
        var picture = await desk.PictureOfAsync(Ann);

        var first = await desk.Reports.FileAsync(Max.Id, ReportSubject.Generation, picture.Id, "violence", "look at the left");
        var again = await desk.Reports.FileAsync(Max.Id, ReportSubject.Generation, picture.Id, "spam", "");
        (await desk.Reports.FileAsync(Admin.Id, ReportSubject.Generation, picture.Id, "other", "")).IsNew.ShouldBeTrue();
        (first.IsNew, again.IsNew, again.Report!.Id).ShouldBe((true, false, first.Report!.Id));
        (await desk.Reports.CountOpenAsync()).ShouldBe(2);

        (await desk.Reports.ResolveAsync(first.Report.Id, Moe, Decision.Hide, "clear")).ShouldBe(ActResult.Done);
        (await desk.Reports.ResolveAsync(first.Report.Id, Max, Decision.Keep, "")).ShouldBe(ActResult.NotNow);

        var hidden = await desk.Studio.Generations.FindAsync(picture.Id);
        (hidden!.IsShown, hidden.HiddenReason).ShouldBe((false, "violence"));
        (await desk.Reports.ListAsync(open: true)).ShouldBeEmpty();
        (await desk.Reports.ListAsync(open: false)).ShouldAllBe(report => report.Decision == Decision.Hide && report.ResolvedBy == Moe.Id && report.Note == "clear");
        (await desk.Log.ListAsync(new AuditFilter(Subject: picture.Id))).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            entry => entry.Action.ShouldBe("picture.hide"), entry => entry.Actor.ShouldBe(Moe.Id), entry => entry.After.ShouldBe("{\"reason\":\"violence\"}"));

        (await desk.Pictures.UnhideAsync(picture.Id, Admin.Id)).ShouldBe(ActResult.Done);
        (await desk.Studio.Generations.FindAsync(picture.Id))!.IsShown.ShouldBeTrue();
        (await desk.Reports.FileAsync(Max.Id, ReportSubject.Generation, picture.Id, "violence", "")).IsNew.ShouldBeTrue();
    }

    [Fact]
    public async Task Dismissing_closes_one_report_and_a_moderators_mark_stays()
    {
        await using var desk = await OpenAsync();
        var picture = await desk.PictureOfAsync(Ann);
        var one = (await desk.Reports.FileAsync(Max.Id, ReportSubject.Generation, picture.Id, "spam", "")).Report!;
        var two = (await desk.Reports.FileAsync(Moe.Id, ReportSubject.Generation, picture.Id, "sexual", "")).Report!;

        (await desk.Reports.ResolveAsync(one.Id, Moe, Decision.Dismiss, "")).ShouldBe(ActResult.Done);
        (await desk.Reports.ListAsync(open: true)).ShouldHaveSingleItem().Id.ShouldBe(two.Id);
        (await desk.Reports.ResolveAsync(two.Id, Moe, Decision.MarkNsfw, "")).ShouldBe(ActResult.Done);

        await desk.Studio.Commands.ChangeAsync(picture.Id, Ann.Id, new GenerationChange { Nsfw = false });
        (await desk.Studio.Generations.FindAsync(picture.Id))!.Nsfw.ShouldBeTrue();
        await desk.Pictures.MarkAsync(picture.Id, Moe.Id, nsfw: false);
        (await desk.Studio.Generations.FindAsync(picture.Id))!.Nsfw.ShouldBeFalse();
    }

    [Fact]
    public async Task A_reported_profile_is_cleared_or_its_account_banned_and_nothing_else_fits()
    {
        await using var desk = await OpenAsync();
        await desk.Studio.Database.TransactAsync(tx => tx.ExecuteAsync("UPDATE accounts SET bio = 'buy this', website = 'https://spam.example' WHERE id IN ('ann', 'max')"));
        var one = (await desk.Reports.FileAsync(Max.Id, ReportSubject.Account, Ann.Id, "spam", "the website")).Report!;
        (await desk.Reports.FileAsync(Max.Id, ReportSubject.Account, Ann.Id, "other", "")).IsNew.ShouldBeFalse();
        (await desk.Reports.FileAsync(Moe.Id, ReportSubject.Account, Ann.Id, "spam", "")).IsNew.ShouldBeTrue();
        var colleague = (await desk.Reports.FileAsync(Moe.Id, ReportSubject.Account, Max.Id, "spam", "")).Report!;
        var picture = (await desk.Reports.FileAsync(Moe.Id, ReportSubject.Generation, (await desk.PictureOfAsync(Ann)).Id, "spam", "")).Report!;

        (await desk.Reports.ResolveAsync(one.Id, Moe, Decision.Hide, "")).ShouldBe(ActResult.NotNow);
        (await desk.Reports.ResolveAsync(picture.Id, Moe, Decision.ClearProfile, "")).ShouldBe(ActResult.NotNow);
        (await desk.Reports.ResolveAsync(colleague.Id, Moe, Decision.ClearProfile, "")).ShouldBe(ActResult.NotAllowed);
        (await desk.Reports.ResolveAsync(one.Id, Moe, Decision.ClearProfile, "no selling")).ShouldBe(ActResult.Done);

        (await desk.Reports.ListAsync(open: true)).Select(report => report.Id).ShouldBe([colleague.Id, picture.Id]);
        (await desk.Reports.FindAsync(one.Id))!.Decision.ShouldBe(Decision.ClearProfile);
        (await desk.Studio.CountAsync("SELECT COUNT(*) FROM accounts WHERE bio = '' AND website IS NULL AND id = 'ann'")).ShouldBe(1);
        (await desk.Log.ListAsync(new AuditFilter(Subject: Ann.Id))).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            entry => entry.Action.ShouldBe("account.clear_profile"), entry => entry.Before!.ShouldContain("https://spam.example"));
    }

    [Fact]
    public async Task A_ban_ends_sessions_hides_pictures_and_cancels_work_and_can_be_lifted()
    {
        await using var desk = await OpenAsync();
        var picture = await desk.PictureOfAsync(Ann);
        await desk.Studio.Queue.Lanes.PauseAsync("sketch");
        var waiting = await desk.SubmitAsync(Ann, new GenerationRequest { Prompt = "a tree" });
        await desk.Studio.Database.TransactAsync(tx => tx.ExecuteAsync(
            "INSERT INTO sessions (token_hash, id, account_id, created_at, seen_at, expires_at) VALUES ('x', 'x', 'ann', 0, 0, 9000000000000)"));

        (await desk.Accounts.BanAsync(Max.Id, Moe, "colleagues do not")).ShouldBe(ActResult.NotAllowed);
        (await desk.Accounts.BanAsync(Moe.Id, Moe, "nor oneself")).ShouldBe(ActResult.NotAllowed);
        (await desk.Accounts.BanAsync(Ann.Id, Moe, " spam ")).ShouldBe(ActResult.Done);

        (await desk.Accounts.WhyBannedAsync(Ann.Id)).ShouldBe("spam");
        (await desk.Accounts.BannedAsync()).ShouldHaveSingleItem().Account.Id.ShouldBe(Ann.Id);
        (await desk.Studio.CountAsync("SELECT COUNT(*) FROM sessions")).ShouldBe(0);
        (await desk.Studio.Generations.FindAsync(picture.Id))!.IsShown.ShouldBeFalse();
        (await desk.Studio.UntilFinishedAsync(waiting.Id)).Status.ShouldBe(GenerationStatus.Canceled);

        (await desk.Accounts.UnbanAsync(Ann.Id, Admin)).ShouldBe(ActResult.Done);
        (await desk.Studio.Generations.FindAsync(picture.Id))!.IsShown.ShouldBeTrue();
        (await desk.Accounts.WhyBannedAsync(Ann.Id)).ShouldBeNull();
        (await desk.Log.ListAsync(new AuditFilter(Subject: Ann.Id))).Select(entry => entry.Action).ShouldBe(["account.unban", "account.ban"]);
    }

    [Fact]
    public async Task Only_administrators_give_roles_and_never_to_themselves()
    {
        await using var desk = await OpenAsync();

        (await desk.Accounts.GiveRoleAsync(Ann.Id, Moe, Role.Moderator)).ShouldBe(ActResult.NotAllowed);
        (await desk.Accounts.GiveRoleAsync(Admin.Id, Admin, Role.User)).ShouldBe(ActResult.NotAllowed);
        (await desk.Accounts.GiveRoleAsync(Ann.Id, Admin, Role.Pro)).ShouldBe(ActResult.Done);
        (await desk.Accounts.GiveRoleAsync("nobody", Admin, Role.Pro)).ShouldBe(ActResult.NotFound);

        var entry = (await desk.Log.ListAsync(new AuditFilter(Action: "account.role"))).ShouldHaveSingleItem();
        (entry.Before, entry.After).ShouldBe(("{\"role\":\"user\"}", "{\"role\":\"pro\"}"));
        (await desk.Listing.ListAsync(new AccountFilter(Role: Role.Pro))).ShouldHaveSingleItem().Username.ShouldBe("ann");
        (await desk.Listing.ListAsync(new AccountFilter(Text: "MO"))).ShouldHaveSingleItem().Username.ShouldBe("moe");
    }

    [Fact]
    public async Task A_blocked_prompt_is_refused_kindly_and_nothing_of_it_is_kept()
    {
        await using var desk = await OpenAsync();
        (await desk.Words.PutAsync(Admin.Id, "Ünicorn", WordRule.Block, "Only horses here."))!.Word.ShouldBe("unicorn");

        foreach (var prompt in new[] { "a UNICORN", "a {unicorn|horse}", "a uni{corn|corn}" })
        {
            var refused = (await desk.Studio.Submission.SubmitAsync(new GenerationRequest { Prompt = prompt }, Submitter.Local)).ShouldBeOfType<SubmissionResult.Invalid>();
            var error = refused.Errors.ShouldHaveSingleItem();
            (error.Field, error.Value).ShouldBe(("prompt", null));
            error.Message.ShouldBe("prompt holds “unicorn”, which is not painted here. Only horses here.");
        }
        (await desk.Studio.CountAsync("SELECT COUNT(*) FROM generations")).ShouldBe(0);

        (await desk.Words.RemoveAsync(Admin.Id, "UNICORN")).ShouldBeTrue();
        (await desk.SubmitAsync(Ann, new GenerationRequest { Prompt = "a unicorn" })).Nsfw.ShouldBeFalse();
        var marked = await desk.SubmitAsync(Ann, new GenerationRequest { Prompt = "a Nude in oil" });
        marked.Nsfw.ShouldBeTrue();
        marked.Warnings.ShouldHaveSingleItem().ShouldContain("nude");
        (await desk.SubmitAsync(Ann, new GenerationRequest { Prompt = "a horse", NegativePrompt = "nude" })).Nsfw.ShouldBeFalse();
        (await desk.Log.ListAsync(new AuditFilter(Subject: "unicorn"))).Select(entry => entry.Action).ShouldBe(["word.remove", "word.put"]);
    }

    [Fact]
    public async Task A_model_that_is_off_is_refused_until_it_is_on_again()
    {
        await using var desk = await OpenAsync();

        await desk.Models.ChangeAsync(Admin.Id, Studio.Models.Default.Id, before => before with { Enabled = false, Credits = 7 });
        var refused = (await desk.Studio.Submission.SubmitAsync(new GenerationRequest { Prompt = "a cat" }, Submitter.Local)).ShouldBeOfType<SubmissionResult.Invalid>();
        refused.Errors.ShouldHaveSingleItem().Message.ShouldContain("switched off");
        (await desk.Models.ReadAsync())[Studio.Models.Default.Id].ShouldBe(new ModelDecision(false, 7));

        await desk.Models.ChangeAsync(Admin.Id, Studio.Models.Default.Id, before => before with { Enabled = true });
        await desk.SubmitAsync(Ann, new GenerationRequest { Prompt = "a cat" });
        (await desk.Log.ListAsync(new AuditFilter(Action: "model.settings"))).Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_log_is_never_changed_and_pages_go_on_where_they_ended()
    {
        await using var desk = await OpenAsync();
        foreach (var word in new[] { "one", "two", "three" })
            await desk.Words.PutAsync(Admin.Id, word, WordRule.Nsfw);

        foreach (var change in new[] { "UPDATE audit_log SET actor = 'nobody'", "DELETE FROM audit_log" })
            (await Should.ThrowAsync<Exception>(() => desk.Studio.Database.TransactAsync(tx => tx.ExecuteAsync(change)))).Message.ShouldContain("never changed");

        var first = await desk.Log.ListAsync(new AuditFilter(Actor: Admin.Id), limit: 2);
        first.Select(entry => entry.Subject).ShouldBe(["three", "two"]);
        (await desk.Log.ListAsync(new AuditFilter(Actor: Admin.Id), before: first[^1].Id)).ShouldHaveSingleItem().Subject.ShouldBe("one");
        (await desk.Log.ListAsync(new AuditFilter(Actor: Moe.Id))).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_benched_key_is_an_alert_until_it_is_cured()
    {
        await using var desk = await OpenAsync();
        var alerts = new Alerts(desk.Studio.Database, desk.Studio.Health);
        await desk.Studio.Health.BenchAsync("replicate", "first", until: null, "It is not valid.", "401 invalid token");

        var alert = (await alerts.ReadAsync()).ShouldHaveSingleItem();
        (alert.Provider, alert.Key, alert.Reason, alert.Current, alert.Until).ShouldBe(("replicate", "first", "401 invalid token", true, null));
        await desk.Acts.CureAsync(Admin.Id, "replicate", "first");
        (await alerts.ReadAsync()).ShouldHaveSingleItem().Current.ShouldBeFalse();
        (await desk.Log.ListAsync(new AuditFilter(Subject: "replicate/first"))).ShouldHaveSingleItem().Action.ShouldBe("key.cure");
    }

    [Fact]
    public async Task The_dashboard_counts_what_was_painted_spent_and_by_whom()
    {
        await using var desk = await OpenAsync();
        await desk.PictureOfAsync(Ann);
        await desk.PictureOfAsync(Max);
        await desk.Studio.Database.TransactAsync(tx => tx.ExecuteAsync("UPDATE generation_attempts SET cost = 0.25"));
        await desk.Studio.Database.TransactAsync(tx => tx.ExecuteAsync("UPDATE generations SET finished_at = created_at + 4000"));

        foreach (var range in DashboardRange.All)
        {
            var numbers = await new Dashboard(desk.Studio.Database, desk.Studio.Queue, TimeProvider.System).ReadAsync(range);
            var latency = numbers.Latency.Where(step => step.Count > 0).ToList();
            latency.Sum(step => step.Count).ShouldBe(2);
            latency.ShouldAllBe(step => step.P50 == 4 && step.P95 == 4);
            numbers.Costs.Sum(cost => cost.Dollars).ShouldBe(0.5m);
            numbers.Users.Sum(day => day.Users).ShouldBe(2);
            numbers.Latency.Count.ShouldBe((int)(range.Span / range.Step));
            numbers.Users.Count.ShouldBe(range.Days);
        }
    }

    private async Task<Desk> OpenAsync()
    {
        var desk = new Desk(await Studio.OpenAsync(ConnectionStringAsync));
        foreach (var person in new[] { Ann, Moe, Max })
            await desk.Studio.Database.TransactAsync(tx => AccountStore.InsertAsync(tx, person));
        return desk;
    }

    private static Account Person(string name, Role role) => new() { Id = name, Username = name, Role = role };

    /// <summary>A studio with what moderators and operators work with.</summary>
    private sealed class Desk(Studio studio) : IAsyncDisposable
    {
        public Studio Studio => studio;
        public AuditLog Log { get; } = new(studio.Database);
        public PromptWords Words { get; } = studio.Words;
        public PictureActs Pictures { get; } = new(studio.Database, TimeProvider.System);
        public AccountActs Accounts { get; } = new(studio.Database, studio.Queue, new AccountStore(studio.Database), TimeProvider.System);
        public AccountListing Listing { get; } = new(studio.Database, TimeProvider.System);
        public ModelActs Models { get; } = new(studio.Database, studio.Switches, studio.Prices);
        public OperatorActs Acts { get; } = new(studio.Database, studio.Queue, studio.Care, studio.Health);
        public Reports Reports => field ??= new Reports(studio.Database, Accounts, TimeProvider.System);

        public async Task<Generation> SubmitAsync(Account owner, GenerationRequest request) =>
            (await studio.Submission.SubmitAsync(request, new Submitter(owner.Id, 0))).ShouldBeOfType<SubmissionResult.Accepted>().Generations[0];

        /// <summary>A public picture of somebody.</summary>
        public async Task<Generation> PictureOfAsync(Account owner)
        {
            var submitted = await SubmitAsync(owner, new GenerationRequest { Prompt = "a cat", Width = 64, Height = 64, Visibility = "public" });
            studio.StartWorkerOnce();
            return await studio.UntilFinishedAsync(submitted.Id);
        }

        public ValueTask DisposeAsync() => studio.DisposeAsync();
    }
}

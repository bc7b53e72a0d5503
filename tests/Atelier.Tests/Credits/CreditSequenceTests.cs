// No sequence of submits, failures, cancels, retries, deletes, completions, crashes, grants and expiries makes a credit appear or vanish:
// random sequences over the real rooms with a worker at work, and the whole ledger recomputed after each step.
using System.Collections.Concurrent;
using Atelier.Credits;
using Atelier.Durable;
using Atelier.Generating;
using Atelier.Providers;
using Atelier.Submitting;
using Atelier.Testing;
using Atelier.Tests.Generating;
using FsCheck;
using FsCheck.Fluent;

namespace Atelier.Tests.Credits;

[Collection(PostgresCollection.Name)]
public sealed class CreditSequenceTests(PostgresFixture postgres)
{
    private static readonly Gen<Step[]> Sequences = Gen.Choose(15, 45).SelectMany(length => Gen.ArrayOf(
        from act in Gen.Frequency(Enum.GetValues<Act>().Select(act => (act is Act.Submit or Act.SubmitAtOnce ? 4 : 2, Gen.Constant(act))))
        from person in Gen.Choose(0, 1)
        from number in Gen.Choose(0, 1_000)
        select new Step(act, person, number), length));

    // Trouble upon trouble would open the provider's circuit, and all would wait for half a minute: no part of this story.
    private const int TroubleApart = 3;

    private enum Act
    {
        Submit, SubmitAtOnce, SubmitAndCrash, Cancel, Retry, Delete, Revive, Grant, GrantBonus, Take, Expire, PassTime, BreakPictures, MendPictures, Wait,
    }

    private sealed record Step(Act Act, int Person, int Number);

    [Fact]
    public void No_sequence_makes_a_credit_appear_or_vanish_on_sqlite() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(12).WithQuietOnSuccess(true),
        Prop.ForAll(Sequences.ToArbitrary(), steps => Run(steps, folder => Task.FromResult($"Data Source={Path.Combine(folder.Path, "atelier.db")}"), together: 1)));

    [Fact]
    public void No_sequence_makes_a_credit_appear_or_vanish_on_postgres_with_everything_at_once() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(3).WithQuietOnSuccess(true),
        Prop.ForAll(Sequences.ToArbitrary(), steps => Run(steps, _ => postgres.Server.CreateDatabaseAsync(), together: 6)));

    private static void Run(Step[] steps, Func<TempFolder, Task<string>> connection, int together) =>
        Task.Run(() => RunAsync(steps, connection, together)).GetAwaiter().GetResult();

    private static async Task RunAsync(Step[] steps, Func<TempFolder, Task<string>> connection, int together)
    {
        var clock = new ShiftedClock();
        await using var studio = await Studio.OpenAsync(connection, Moody(steps.Sum(step => step.Number)), credits: new CreditOptions { Enabled = true }, time: clock);
        var course = new Course(studio, clock);
        await course.BeginAsync();
        studio.StartWorker();
        foreach (var group in steps.Chunk(together))
        {
            await Task.WhenAll(group.Select(step => Task.Run(() => course.TakeAsync(step))));
            (await studio.Audit.RunAsync()).ShouldBeEmpty();
        }
        await course.EndAsync();
    }

    // An engine that paints, stumbles, refuses, breaks and hangs, by turns that a seed decides.
    private static ScriptedProvider Moody(int seed)
    {
        var provider = new ScriptedProvider();
        var random = new Random(seed);
        var sinceTrouble = TroubleApart;
        for (var i = 0; i < 2_000; i++)
        {
            var mood = random.Next(10);
            if (mood is 5 or 8 && sinceTrouble < TroubleApart)
                mood = 0;
            sinceTrouble = mood is 5 or 8 ? 0 : sinceTrouble + 1;
            provider.Start(async (request, ct) =>
            {
                switch (mood)
                {
                    case < 5: return ScriptedProvider.Picture(request.Seed);
                    case 5: return new ProviderAnswer.Failed(new ProviderFailure(FailureKind.Retryable, "It stumbled."));
                    case 6: return new ProviderAnswer.Failed(new ProviderFailure(FailureKind.Refused, "Not that."));
                    case 7: return new ProviderAnswer.Failed(new ProviderFailure(FailureKind.BadInput, "Not so."));
                    case 8: throw new InvalidOperationException("a bug of the adapter");
                    default:
                        using (var hanging = CancellationTokenSource.CreateLinkedTokenSource(ct))
                        {
                            hanging.CancelAfter(150);
                            await Task.Delay(Timeout.Infinite, hanging.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                        }
                        ct.ThrowIfCancellationRequested();
                        return ScriptedProvider.Picture(request.Seed);
                }
            });
        }
        return provider;
    }

    /// <summary>One sequence: what was begun, and what must be true at its end.</summary>
    private sealed class Course(Studio studio, ShiftedClock clock)
    {
        private static readonly string[] People = ["ada", "bob"];
        private static readonly string[] Qualities = ["standard", "hd+", "4k"];

        private readonly ConcurrentBag<Generation> _submitted = [];
        private long _given;

        public async Task BeginAsync()
        {
            // A picture cannot be written while this table has a row: the settling transaction, with its capture, fails at its very end.
            await studio.Database.TransactAsync(async transaction =>
            {
                await transaction.ExecuteAsync("CREATE TABLE faults (id INTEGER)");
                foreach (var statement in transaction.Dialect == Dialect.Sqlite ? SqliteFault : PostgresFault)
                    await transaction.ExecuteAsync(statement);
                foreach (var person in People)
                    await studio.Ledger.WelcomeAsync(transaction, person);
            });
            _given = 10 * People.Length;
        }

        public async Task TakeAsync(Step step)
        {
            var person = People[step.Person];
            var some = _submitted.Where(generation => generation.Owner == person).OrderBy(generation => generation.Id, StringComparer.Ordinal).ToList();
            var one = some.Count == 0 ? null : some[step.Number % some.Count];
            switch (step.Act)
            {
                case Act.Submit:
                    await SubmitAsync(person, step.Number);
                    break;
                case Act.SubmitAtOnce:
                    await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => SubmitAsync(person, step.Number + i))));
                    break;
                case Act.SubmitAndCrash:
                    await CrashAsync(person, step.Number);
                    break;
                case Act.Cancel when one is not null:
                    await studio.Commands.CancelAsync(one.Id, person);
                    break;
                case Act.Retry when one is not null:
                    await studio.Commands.RetryAsync(one.Id, person);
                    break;
                case Act.Delete when one is not null:
                    await studio.Commands.DeleteAsync(one.Id, person);
                    break;
                case Act.Revive:
                    await studio.Queue.RetryDeadAsync(new DeadLetterFilter());
                    break;
                case Act.Grant:
                    await GrantAsync(new CreditGrant(person, 1 + step.Number % 9, "admin"));
                    break;
                case Act.GrantBonus:
                    await GrantAsync(new CreditGrant(person, 1 + step.Number % 9, "admin") { Bonus = true, For = TimeSpan.FromHours(step.Number % 40) });
                    break;
                case Act.Take:
                    await GrantAsync(new CreditGrant(person, -1 - step.Number % 5, "admin"));
                    break;
                case Act.Expire:
                    await studio.Ledger.ExpireAsync();
                    break;
                case Act.PassTime:
                    clock.Advance(TimeSpan.FromHours(step.Number % 20));
                    break;
                case Act.BreakPictures:
                    await studio.Database.TransactAsync(transaction => transaction.ExecuteAsync("INSERT INTO faults (id) VALUES (1)"));
                    break;
                case Act.MendPictures:
                    await studio.Database.TransactAsync(transaction => transaction.ExecuteAsync("DELETE FROM faults"));
                    break;
                case Act.Wait when one is not null && await studio.CountAsync("SELECT COUNT(*) FROM faults") == 0:
                    await studio.UntilFinishedOrGoneAsync(one.Id);
                    break;
                default:
                    break;
            }
        }

        /// <summary>Lets everything end, and looks where every credit that was given is.</summary>
        public async Task EndAsync()
        {
            await studio.Database.TransactAsync(transaction => transaction.ExecuteAsync("DELETE FROM faults"));
            foreach (var generation in _submitted)
                await studio.UntilFinishedOrGoneAsync(generation.Id);
            clock.Advance(TimeSpan.FromDays(10));
            await studio.Ledger.ExpireAsync();

            (await studio.Audit.RunAsync()).ShouldBeEmpty();
            (await studio.CountAsync("SELECT COALESCE(SUM(held), 0) FROM credit_balances")).ShouldBe(0);
            var spendable = await studio.CountAsync("SELECT CAST(SUM(credit + bonus) AS BIGINT) FROM credit_balances");
            var revenue = await studio.CountAsync("SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM ledger_entries WHERE account = 'house:revenue'");
            var expired = await studio.CountAsync("SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM ledger_entries WHERE account = 'house:expired'");
            (spendable + revenue + expired).ShouldBe(_given);
            revenue.ShouldBe(await studio.CountAsync("SELECT CAST(COALESCE(SUM(credits), 0) AS BIGINT) FROM generations WHERE status = 'completed'"));
        }

        private async Task SubmitAsync(string person, int number, CancellationToken crash = default)
        {
            var wish = new GenerationRequest { Prompt = "a cat", Seed = number, Quality = Qualities[number % 3], Count = 1 + number % 4 };
            if (await studio.Submission.SubmitAsync(wish, new Submitter(person), cancellationToken: crash) is SubmissionResult.Accepted accepted)
            {
                foreach (var generation in accepted.Generations)
                    _submitted.Add(generation);
            }
        }

        // The process ends somewhere within the submission: all of it is there, or nothing.
        private async Task CrashAsync(string person, int number)
        {
            using var crash = new CancellationTokenSource(TimeSpan.FromMicroseconds(number * 10));
            try
            {
                await SubmitAsync(person, number, crash.Token);
            }
            catch (OperationCanceledException) when (crash.IsCancellationRequested)
            {
                return;
            }
        }

        private async Task GrantAsync(CreditGrant grant)
        {
            if (await studio.Ledger.GrantAsync(grant) == GrantResult.Done)
                Interlocked.Add(ref _given, grant.Amount);
        }

        private static readonly string[] SqliteFault =
            ["CREATE TRIGGER no_pictures BEFORE INSERT ON pictures WHEN EXISTS (SELECT 1 FROM faults) BEGIN SELECT RAISE(ABORT, 'no pictures today'); END"];

        private static readonly string[] PostgresFault =
        [
            """
            CREATE FUNCTION no_pictures() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN IF EXISTS (SELECT 1 FROM faults) THEN RAISE 'no pictures today'; END IF; RETURN NEW; END $$
            """,
            "CREATE TRIGGER no_pictures BEFORE INSERT ON pictures FOR EACH ROW EXECUTE FUNCTION no_pictures()",
        ];
    }
}

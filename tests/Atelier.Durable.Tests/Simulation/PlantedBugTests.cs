// Bugs that are put in on purpose: a simulation that does not find them would prove nothing.
using Xunit.Abstractions;

namespace Atelier.Durable.Tests.Simulation;

public sealed class PlantedBugTests(ITestOutputHelper output)
{
    private const int Patience = 100;

    [Fact]
    public void A_missing_check_of_the_fencing_token_is_found() =>
        Finds(new Plant(Store: () => new UnfencedStore()), "was ended by one who has not its lease");

    [Fact]
    public void A_tenants_next_job_that_is_not_let_in_is_found() =>
        Finds(new Plant(Store: () => new ForgetfulStore()), "waits although");

    [Fact]
    public void A_rescue_that_does_not_make_the_job_ready_again_is_found() => Finds(
        new Plant(Sql:
            """
            create trigger planted before update on jobs when old.lease is not null and new.crashes > old.crashes
            begin select raise(ignore); end
            """),
        "never ended");

    [Fact]
    public void A_place_in_a_lane_that_is_not_given_back_is_found() => Finds(
        new Plant(Sql: "create trigger planted before update on lane_ends begin select raise(ignore); end"),
        "places taken");

    private void Finds(Plant plant, string violation)
    {
        var verdict = Enumerable.Range(0, Patience).Select(seed => World.Play(seed, plant))
            .FirstOrDefault(verdict => verdict.Violation is not null);

        verdict.ShouldNotBeNull($"none of {Patience} seeds found it");
        output.WriteLine(SimulationTests.Story(World.Play(verdict.Seed, plant, tracing: true)));
        verdict.Violation!.ShouldContain(violation);
    }

    /// <summary>Settles a job that runs, whoever runs it by now.</summary>
    private sealed class UnfencedStore : SqliteJobStore
    {
        public override async Task<JobRow?> LockAsync(Transaction tx, LeasedId leased, CancellationToken ct) =>
            await LockAsync(tx, leased.Id, ct) is { StateValue: JobState.Running } row ? row : null;

        public override async Task<IReadOnlyList<PlaceRow>> RemoveDoneAsync(
            Transaction tx, IReadOnlyList<LeasedId> done, CancellationToken ct)
        {
            var removed = new List<PlaceRow>();
            foreach (var leased in done)
            {
                removed.AddRange(await tx.QueryAsync<PlaceRow>(
                    $"delete from jobs where id = @Id and lease is not null returning {Place}", leased, ct));
            }

            return removed;
        }
    }

    /// <summary>Never finds anybody who waits for a place.</summary>
    private sealed class ForgetfulStore : SqliteJobStore
    {
        public override Task<IReadOnlyList<WaitingRow>> NextWaitingAsync(
            Transaction tx, IReadOnlyDictionary<LaneTenant, int> places, CancellationToken ct) =>
            Task.FromResult<IReadOnlyList<WaitingRow>>([]);
    }
}

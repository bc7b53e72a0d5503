// kill -9 at random moments while pictures cost credits: each is paid once, and no credit appears or vanishes.
using Atelier.Client;
using Atelier.Credits;
using Atelier.Durable;
using Atelier.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Atelier.EndToEnd.Durability;

public sealed class CreditKillTests
{
    private const int Generations = 40, PerRequest = 4, Kills = 3, Given = 50;

    [Fact]
    public async Task Three_kills_charge_for_every_picture_once()
    {
        using var folder = new TempFolder();
        using var server = await KillableServer.StartAsync(folder.Path, connection: null, "--set", "credits.enabled=true");
        await using var database = Database.Open($"Data Source={folder["data/atelier.db"]}", TimeProvider.System, NullLoggerFactory.Instance);
        var ledger = new Ledger(database, new CreditOptions { Enabled = true }, TimeProvider.System);
        await ledger.GrantAsync(new Credits.CreditGrant("local", Given - 20, "test"));
        await ledger.GrantAsync(new Credits.CreditGrant("local", 20, "test") { Bonus = true });

        var submitting = SubmitAsync(server);
        for (var kill = 1; kill <= Kills; kill++)
        {
            await UntilCompletedAsync(database, Generations * kill / (Kills + 2));
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(250)));
            await server.KillAndRestartAsync();
            (await new LedgerAudit(database).RunAsync()).ShouldBeEmpty();
        }
        await submitting;
        await UntilCompletedAsync(database, Generations);

        (await new LedgerAudit(database).RunAsync()).ShouldBeEmpty();
        (await ledger.BalanceAsync("local")).ShouldBe(new Balance(Given - Generations, 0, 0, NextExpiry: null));
        (await CountAsync(database, "SELECT COUNT(*) FROM ledger_transactions WHERE kind = 'hold'")).ShouldBe(Generations);
        (await CountAsync(database, "SELECT COUNT(*) FROM ledger_transactions WHERE kind = 'capture'")).ShouldBe(Generations);
    }

    private static async Task SubmitAsync(KillableServer server)
    {
        for (var request = 0; request < Generations / PerRequest; request++)
        {
            var wish = new GenerationRequest { Prompt = "a boat on a lake", Width = 128, Height = 128, Count = PerRequest, Seed = request * 100 };
            await server.SubmitAsync(wish, idempotencyKey: $"request-{request}");
        }
    }

    private static async Task UntilCompletedAsync(Database database, int wanted)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await tick.WaitForNextTickAsync(patience.Token))
        {
            if (await CountAsync(database, "SELECT COUNT(*) FROM generations WHERE status = 'completed'") >= wanted)
                return;
            (await CountAsync(database, "SELECT COUNT(*) FROM generations WHERE status = 'failed'")).ShouldBe(0);
        }
    }

    private static Task<long> CountAsync(Database database, string sql) => database.ReadAsync(session => session.ScalarAsync<long>(sql));
}

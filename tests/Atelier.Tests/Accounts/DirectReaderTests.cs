// What a program sees that reads PostgreSQL directly in one account's name: row-level security, table by table, as nobody, another, and the owner.
using Atelier.Tests.Gallery;
using Npgsql;

namespace Atelier.Tests.Accounts;

[Collection(PostgresCollection.Name)]
public sealed class DirectReaderTests(PostgresFixture postgres)
{
    private const string Reader = "direct_reader", Refused = "refused";

    [Fact]
    public async Task Each_sees_his_own_and_what_is_shown_and_changes_nothing_but_the_words_about_himself()
    {
        var connection = await postgres.Server.CreateDatabaseAsync();
        await using var exhibition = await Exhibition.OpenAsync(connection);
        var shown = await exhibition.PaintAsync("anna", "a shown fox");
        var own = await exhibition.PaintAsync("anna", "a private fox", isPublic: false);
        var hidden = await exhibition.PaintAsync("anna", "a hidden fox");
        var unfinished = await exhibition.SubmitAsync("anna", "an unfinished fox");
        await exhibition.ExecuteAsync("UPDATE generations SET hidden_at = 1 WHERE id = @hidden", new { hidden });
        await exhibition.ExecuteAsync("""
            INSERT INTO jobs (kind, lane, tenant, priority, cost, state, max_attempts, enqueued_at, payload)
                VALUES ('generation', 'sketch', 'anna', 0, 1, 'ready', 3, 0, '{}'), ('generation', 'sketch', 'ben', 0, 1, 'ready', 3, 0, '{}')
            """);
        await exhibition.ExecuteAsync("UPDATE jobs SET lease = 7 WHERE tenant = 'anna'");
        await exhibition.ExecuteAsync("INSERT INTO credit_balances (account_id, credit) VALUES ('anna', 7), ('ben', 8)");
        await exhibition.ExecuteAsync($"CREATE ROLE {Reader} LOGIN");
        await exhibition.ExecuteAsync($"SELECT atelier_grant_reader('{Reader}')");

        await using var nobody = await DirectAsync(connection, claims: null);
        await using var ben = await DirectAsync(connection, """{"sub": "ben", "role": "authenticated"}""");
        await using var anna = await DirectAsync(connection, """{"sub": "anna"}""");

        async Task SeesAsync(string sql, string toNobody, string toBen, string toAnna)
        {
            (await AskAsync(nobody, sql)).ShouldBe(toNobody, $"nobody: {sql}");
            (await AskAsync(ben, sql)).ShouldBe(toBen, $"ben: {sql}");
            (await AskAsync(anna, sql)).ShouldBe(toAnna, $"anna: {sql}");
        }

        var annas = string.Join(' ', new[] { shown, own, hidden, unfinished }.Order(StringComparer.Ordinal));
        await SeesAsync("SELECT string_agg(id, ' ' ORDER BY id) FROM generations", shown, shown, annas);
        await SeesAsync("SELECT count(*)::text FROM pictures", "1", "1", "3");
        await SeesAsync("SELECT string_agg(tenant, ' ') FROM jobs", "", "ben", "anna");
        await SeesAsync("SELECT string_agg(tenant || ' ' || state, ' ') FROM queue_items", "", "ben ready", "anna running");
        await SeesAsync("SELECT payload FROM jobs", Refused, Refused, Refused);
        await SeesAsync("SELECT lease FROM jobs", Refused, Refused, Refused);
        await SeesAsync("SELECT string_agg(id, ' ') FROM accounts", "", "ben", "anna");
        await SeesAsync("SELECT password_hash FROM accounts", Refused, Refused, Refused);
        await SeesAsync("SELECT count(*)::text FROM profiles WHERE username IN ('anna', 'ben')", "2", "2", "2");
        await SeesAsync("SELECT string_agg(credit::text, ' ') FROM credit_balances", "", "8", "7");
        await SeesAsync("WITH changed AS (UPDATE accounts SET bio = 'mine' WHERE id = 'anna' RETURNING 1) SELECT count(*)::text FROM changed", "0", "0", "1");
        await SeesAsync("UPDATE accounts SET role = 'admin'", Refused, Refused, Refused);
        await SeesAsync("UPDATE credit_balances SET credit = 1000", Refused, Refused, Refused);
        await SeesAsync("UPDATE generations SET visibility = 'private'", Refused, Refused, Refused);
        await SeesAsync("DELETE FROM generations", Refused, Refused, Refused);
        await SeesAsync($"SELECT atelier_grant_reader('{Reader}')", Refused, Refused, Refused);
        foreach (var table in new[] { "sessions", "api_keys", "provider_keys", "passkeys", "spent_challenges", "invitations", "events", "leases", "ledger_entries" })
            await SeesAsync($"SELECT count(*)::text FROM {table}", Refused, Refused, Refused);
    }

    [Fact]
    public async Task No_table_is_without_row_level_security()
    {
        await using var exhibition = await Exhibition.OpenAsync(await postgres.Server.CreateDatabaseAsync());

        (await exhibition.Database.ReadAsync(session => session.QueryAsync<string>(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND NOT rowsecurity ORDER BY tablename")))
            .ShouldBeEmpty();
    }

    private static async Task<NpgsqlConnection> DirectAsync(string connection, string? claims)
    {
        var direct = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connection) { Username = Reader, Pooling = false }.ConnectionString);
        await direct.OpenAsync();
        if (claims is null)
            return direct;
        await using var set = new NpgsqlCommand("SELECT set_config('request.jwt.claims', $1, false)", direct) { Parameters = { new NpgsqlParameter { Value = claims } } };
        await set.ExecuteNonQueryAsync();
        return direct;
    }

    private static async Task<string> AskAsync(NpgsqlConnection direct, string sql)
    {
        try
        {
            await using var command = new NpgsqlCommand(sql, direct);
            return await command.ExecuteScalarAsync() is string text ? text : "";
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return Refused;
        }
    }
}

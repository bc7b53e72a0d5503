// Credits over HTTP and on the pages: what pictures cost before, what is held and paid, what an administrator gives. On both databases.
using System.Net;
using Atelier.Client;
using Atelier.Durable;

namespace Atelier.Web.Tests.Api;

public sealed class PayingWithCreditsOnSqlite : PayingWithCredits
{
    protected override Task<string?> DatabaseAsync() => Task.FromResult<string?>(null);
}

[Collection(OnPostgres.Name)]
public sealed class PayingWithCreditsOnPostgres(Databases databases) : PayingWithCredits
{
    protected override async Task<string?> DatabaseAsync() => await databases.PostgresAsync();
}

public abstract class PayingWithCredits
{
    private static readonly GenerationRequest Fox = new() { Prompt = "a <b>fox</b>", Count = 2 };

    protected abstract Task<string?> DatabaseAsync();

    [Fact]
    public async Task A_picture_is_estimated_held_paid_and_listed()
    {
        await using var server = await ServerAsync();
        (await server.Client.CreditsAsync()).ShouldSatisfyAllConditions(credits => credits.Enabled.ShouldBeTrue(), credits => credits.Available.ShouldBe(0));
        var granted = await server.Client.GrantCreditsAsync("Local", new CreditGrant { Amount = 10, Bonus = true, ExpiresInDays = 30, Note = "for the fox" }, "key");
        (granted.Available, granted.Bonus, granted.NextExpiry.HasValue).ShouldBe((10, 10, true));
        (await server.Client.GrantCreditsAsync("local", new CreditGrant { Amount = 10, Bonus = true, ExpiresInDays = 30 }, "key")).Available.ShouldBe(10);

        var estimate = await server.Client.EstimateAsync(Fox with { Quality = "hd+" });
        (estimate.CreditsPerImage, estimate.Credits, estimate.CreditsAfter).ShouldBe((2, 4, 6));
        (await server.Client.ModelsAsync())[0].Qualities.Select(quality => quality.Credits).ShouldBe([1, 1, 2, 4]);

        var paid = (await server.Client.SubmitAsync(Fox with { Quality = "hd+", Count = 1 })).Generations[0].Id;
        (await server.Painter.NextAsync()).Finish();
        using var patience = new CancellationTokenSource(AtelierServer.Patience);
        await foreach (var _ in server.Client.WatchAsync(paid, cancellationToken: patience.Token))
            continue;
        (await server.Client.GetAsync(paid)).Credits.ShouldBe(new GenerationCredits(0, 2));

        (await server.Client.CreditsAsync()).ShouldSatisfyAllConditions(credits => credits.Available.ShouldBe(8), credits => credits.Held.ShouldBe(0));
        var first = await server.Client.CreditHistoryAsync(limit: 2);
        first.Items.ShouldContain(happened => happened.Kind == "capture" && happened.Generation == paid && happened.Change == 0 && happened.Amount == 2);
        var rest = await server.Client.CreditHistoryAsync(first.NextCursor, limit: 2);
        rest.Items.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            grant => (grant.Kind, grant.Change, grant.Note).ShouldBe(("grant", 10, "for the fox")), _ => rest.NextCursor.ShouldBeNull());

        var page = await server.Http.GetStringAsync("/credits");
        page.ShouldContain("Given by the house: for the fox");
        page.ShouldContain("Held for");
        page.ShouldContain("a &lt;b&gt;fox&lt;/b&gt;");
        page.ShouldNotContain("<b>fox");
        page.ShouldContain("id=\"credit-balance\"");
        (await server.Http.GetStringAsync("/")).ShouldContain("<span class=\"credit-price\">1 credit</span>");
    }

    [Fact]
    public async Task Too_few_credits_are_a_402_that_names_price_and_balance_for_a_wish_and_for_a_retry()
    {
        await using var server = await ServerAsync(works: false);
        await server.Client.GrantCreditsAsync("local", new CreditGrant { Amount = 4 });
        var held = (await server.Client.SubmitAsync(Fox with { Quality = "4k", Count = 1 })).Generations[0].Id;
        (await server.Client.GetAsync(held)).Credits.ShouldBe(new GenerationCredits(4, 0));

        var refusal = await Should.ThrowAsync<AtelierProblemException>(() => server.Client.SubmitAsync(Fox));
        (refusal.Problem.Status, refusal.Problem.Type).ShouldBe((402, "/problems/not-enough-credits"));
        refusal.Problem.Detail.ShouldBe("This costs 2 credits; you have 0. Nothing was recorded.");
        (await server.Client.EstimateAsync(Fox)).CreditsAfter.ShouldBe(-2);

        await server.Client.CancelAsync(held);
        await server.Client.GrantCreditsAsync("local", new CreditGrant { Amount = -1 });
        (await Should.ThrowAsync<AtelierProblemException>(() => server.Client.RetryAsync(held))).Problem.Detail
            .ShouldBe("This costs 4 credits; you have 3. Nothing was changed.");
        (await server.Client.GetAsync(held)).Status.ShouldBe("canceled");
        (await server.Http.GetStringAsync("/credits")).ShouldContain("Given back: it was canceled");
    }

    [Fact]
    public async Task A_grant_that_cannot_be_says_why()
    {
        await using var server = await ServerAsync(works: false);
        var cases = new (string Path, string Body, string? Key, HttpStatusCode Status, string Word)[]
        {
            ("local", "{}", null, HttpStatusCode.UnprocessableEntity, "amount"),
            ("local", "{\"amount\": 0}", null, HttpStatusCode.UnprocessableEntity, "amount"),
            ("local", "{\"amount\": 2000000000}", null, HttpStatusCode.UnprocessableEntity, "amount"),
            ("local", "{\"amount\": 5, \"expires_in_days\": 3}", null, HttpStatusCode.UnprocessableEntity, "expires_in_days"),
            ("local", $"{{\"amount\": 5, \"note\": \"{new string('x', 201)}\"}}", null, HttpStatusCode.UnprocessableEntity, "note"),
            ("local", "{\"amount\": 5, \"gift\": true}", null, HttpStatusCode.UnprocessableEntity, "gift"),
            ("nobody", "{\"amount\": 5}", null, HttpStatusCode.NotFound, "nobody"),
            ("local", "{\"amount\": -1}", null, HttpStatusCode.Conflict, "has 0 credits"),
            ("local", "{\"amount\": 5}", "key", HttpStatusCode.OK, "available"),
            ("local", "{\"amount\": 6}", "key", HttpStatusCode.Conflict, "another amount"),
        };
        foreach (var (path, body, key, status, word) in cases)
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/accounts/{path}/credits") { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
            if (key is not null)
                message.Headers.Add("Idempotency-Key", key);
            var answer = await server.Http.SendAsync(message);
            answer.StatusCode.ShouldBe(status, body);
            (await answer.Content.ReadAsStringAsync()).ShouldContain(word);
        }
        (await server.Client.CreditsAsync()).Available.ShouldBe(5);
        (await server.Http.GetAsync("/api/v1/credits/history?limit=0")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_low_balance_is_no_event_of_a_generation()
    {
        await using var server = await ServerAsync(works: false);
        await server.Client.GrantCreditsAsync("local", new CreditGrant { Amount = 3 });
        var start = (await server.Part<EventFeed>().EndAsync()).ToString();
        await server.Client.SubmitAsync(Fox with { Count = 1 });
        var second = (await server.Client.SubmitAsync(Fox with { Count = 1 })).Generations[0].Id;

        var seen = new List<string>();
        using var patience = new CancellationTokenSource(AtelierServer.Patience);
        await foreach (var happened in server.Client.WatchMineAsync(after: start, cancellationToken: patience.Token))
        {
            seen.Add(happened.Generation.Id);
            if (happened.Generation.Id == second)
                break;
        }
        seen.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Where_pictures_cost_no_credits_nothing_is_shown()
    {
        await using var server = await AtelierServer.StartAsync(await DatabaseAsync(), pages: true);
        (await server.Client.CreditsAsync()).Enabled.ShouldBeFalse();
        (await server.Http.GetAsync("/credits")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var page = await server.Http.GetStringAsync("/");
        page.ShouldNotContain("credit-balance");
        page.ShouldNotContain("credit-price");
        (await server.Client.EstimateAsync(Fox)).ShouldSatisfyAllConditions(estimate => estimate.Credits.ShouldBe(0), estimate => estimate.CreditsAfter.ShouldBeNull());
    }

    private async Task<AtelierServer> ServerAsync(bool works = true) =>
        await AtelierServer.StartAsync(await DatabaseAsync(), works, settings: ["credits.enabled=true"], pages: true);
}

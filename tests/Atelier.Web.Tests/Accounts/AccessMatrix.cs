// Every route of the product x everybody who may ask: the gate lets through exactly whom the route's rule names, and what passes it shows and changes
// nothing of somebody else. The routes come from the server's own table, so a new one is tried the moment it exists.
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.RegularExpressions;
using Atelier.Accounts;
using Atelier.Durable;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Web.Tests.Accounts;

public sealed partial class AccessMatrix
{
    private const string Document = "docs/access.md", Secret = "xyzzy-nobody-else-may-read-this";

    private static readonly string[] Everyone = ["nobody", "user", "moderator", "admin", "key read", "key write", "key operate", "admin's key"];

    // Who passes under which rule, written down once more by hand: this is what the code is held against.
    private static readonly Dictionary<string, string[]> Passing = new()
    {
        ["everyone"] = Everyone,
        ["reader"] = ["nobody", "user", "moderator", "admin", "key read"],
        ["read"] = ["user", "moderator", "admin", "key read"],
        ["write"] = ["user", "moderator", "admin", "key write"],
        ["person"] = ["user", "moderator", "admin"],
        ["moderator"] = ["moderator", "admin", "admin's key"],
        ["admin"] = ["admin", "admin's key"],
    };

    [Fact]
    public async Task Every_route_lets_through_whom_its_rule_names_and_nobody_else()
    {
        await using var town = await Town.OpenAsync();
        var routes = RoutesOf(town);
        var callers = await CallersAsync(town);
        routes.Count.ShouldBeGreaterThan(60);

        foreach (var (endpoint, method) in routes)
        {
            var rule = endpoint.Metadata.GetMetadata<AccessRule>().ShouldNotBeNull($"{method} {endpoint.RoutePattern.RawText} says nothing about who may use it");
            foreach (var name in Everyone)
            {
                var http = new DefaultHttpContext { RequestServices = town.Server.App.Services };
                http.Request.Method = method;
                http.Request.Path = PathOf(endpoint, _ => "x");
                http.Response.Body = new MemoryStream();
                http.SetEndpoint(endpoint);
                callers[name](http.Request);
                var passed = false;
                var gate = ActivatorUtilities.CreateInstance<AccessGate>(town.Server.App.Services, (RequestDelegate)(_ =>
                {
                    passed = true;
                    return Task.CompletedTask;
                }));

                await gate.InvokeAsync(http);

                passed.ShouldBe(Passing[rule.Name].Contains(name), $"{method} {endpoint.RoutePattern.RawText} ({rule.Name}) for {name}");
                if (!passed)
                    http.Response.StatusCode.ShouldBeOneOf(name == "nobody" ? [303, 401] : [403, 404]);
            }
        }
    }

    [Fact]
    public async Task What_belongs_to_somebody_is_neither_shown_to_nor_changed_by_anybody_else()
    {
        await using var town = await Town.OpenAsync();
        using var first = await town.PersonAsync("first");
        using var owner = await town.PersonAsync("owner");
        using var other = await town.PersonAsync("other");
        var key = await KeyAsync(town, "owner", Scopes.All);
        using var program = new HttpClient { BaseAddress = town.Server.Http.BaseAddress };
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var accepted = await program.PostAsJsonAsync("/api/v1/generations", new { prompt = $"a fox {Secret}", width = 64, height = 64 });
        accepted.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var id = Id().Match(await accepted.Content.ReadAsStringAsync()).Groups["id"].Value;
        (await town.Server.Painter.NextAsync()).Finish();
        await foreach (var e in new Client.AtelierClient(program).WatchAsync(id))
        {
            if (e.IsFinal)
                e.Type.ShouldBe("generation.completed");
        }
        var before = await StateAsync(town, id);

        foreach (var visitor in new[] { other, town.Visitor() })
        {
            foreach (var (endpoint, method) in RoutesOf(town).Where(route => !Streams(route.Endpoint) && (route.Method is "GET" || route.Endpoint.RoutePattern.Parameters.Count > 0)))
            {
                var path = PathOf(endpoint, name => name is "username" ? "owner" : id);
                var answer = await visitor.TryAsync(new HttpMethod(method), path);
                answer.ShouldNotContain(Secret, customMessage: $"{method} {path}");
            }
        }

        (await StateAsync(town, id)).ShouldBe(before);
    }

    [Fact]
    public async Task The_table_of_routes_is_written_down()
    {
        await using var town = await Town.OpenAsync();
        var file = Path.Combine(RootFolder(), Document);
        var table = new StringBuilder("# Who may use which route\n\nWritten by a test from the routes themselves: `ATELIER_WRITE_DOCS=1 ./test Web --filter AccessMatrix`.\n\n");
        foreach (var (name, who) in Passing)
            table.Append(CultureInfo.InvariantCulture, $"- **{name}**: {string.Join(", ", who)}\n");
        table.Append("\nWhat belongs to whom is asked beyond this: nobody reads or changes what is another's.\n\n| route | who |\n| --- | --- |\n");
        foreach (var (endpoint, method) in RoutesOf(town).OrderBy(route => route.Endpoint.RoutePattern.RawText, StringComparer.Ordinal).ThenBy(route => route.Method, StringComparer.Ordinal))
            table.Append(CultureInfo.InvariantCulture, $"| `{method} {endpoint.RoutePattern.RawText!.Replace("|", "\\|", StringComparison.Ordinal)}` | {endpoint.Metadata.GetMetadata<AccessRule>()?.Name} |\n");

        if (Environment.GetEnvironmentVariable("ATELIER_WRITE_DOCS") == "1")
            await File.WriteAllTextAsync(file, table.ToString());

        (await File.ReadAllTextAsync(file)).ShouldBe(table.ToString(), $"{Document} is out of date: ATELIER_WRITE_DOCS=1 ./test Web --filter AccessMatrix");
    }

    private static List<(RouteEndpoint Endpoint, string Method)> RoutesOf(Town town) =>
    [
        .. town.Server.Part<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Select(method => (endpoint, method))),
    ];

    private static bool Streams(RouteEndpoint endpoint) =>
        endpoint.RoutePattern.RawText is { } route && (route.EndsWith("/events", StringComparison.Ordinal) || route == "/live");

    private static string PathOf(RouteEndpoint endpoint, Func<string, string> value) =>
        "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
        {
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart parameter => value(parameter.Name),
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternSeparatorPart separator => separator.Content,
            _ => throw new InvalidOperationException($"{part} is a new kind of part."),
        }))));

    private static async Task<Dictionary<string, Action<HttpRequest>>> CallersAsync(Town town)
    {
        foreach (var (name, role) in new[] { ("admin", Role.Admin), ("moderator", Role.Moderator), ("user", Role.User) })
        {
            await town.Server.Part<Database>().TransactAsync(transaction => AccountStore.InsertAsync(transaction, new Account
            {
                Id = name, Username = name, Role = role, CreatedAt = town.Time.GetUtcNow(),
            }));
        }
        async Task<Action<HttpRequest>> SignedInAsync(string account)
        {
            var token = await town.Server.Part<Database>().TransactAsync(transaction =>
                SessionStore.BeginAsync(transaction, account, new SignInPlace("", ""), town.Time.GetUtcNow()));
            return request => request.Headers.Cookie = $"atelier_session={token}";
        }
        async Task<Action<HttpRequest>> WithKeyAsync(string account, Scopes scopes)
        {
            var key = await town.Server.Part<PersonalKeys>().CreateAsync(account, "a key", scopes, lasts: null);
            return request => request.Headers.Authorization = $"Bearer {key!.Secret}";
        }
        return new Dictionary<string, Action<HttpRequest>>
        {
            ["nobody"] = _ => { },
            ["user"] = await SignedInAsync("user"),
            ["moderator"] = await SignedInAsync("moderator"),
            ["admin"] = await SignedInAsync("admin"),
            ["key read"] = await WithKeyAsync("user", Scopes.Read),
            ["key write"] = await WithKeyAsync("user", Scopes.Write),
            ["key operate"] = await WithKeyAsync("user", Scopes.Operate),
            ["admin's key"] = await WithKeyAsync("admin", Scopes.Operate),
        };
    }

    private static async Task<string> KeyAsync(Town town, string username, Scopes scopes)
    {
        var account = await town.Server.Part<AccountStore>().FindByUsernameAsync(username);
        return (await town.Server.Part<PersonalKeys>().CreateAsync(account!.Id, "a key", scopes, lasts: null))!.Secret;
    }

    // Everything that is stored of the generation and of its owner, as text.
    private static async Task<string> StateAsync(Town town, string id)
    {
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={town.Server.Folder["atelier.db"]};Mode=ReadOnly");
        await connection.OpenAsync();
        var state = new StringBuilder();
        foreach (var query in new[]
        {
            $"SELECT * FROM generations WHERE id = '{id}'", $"SELECT * FROM pictures WHERE generation_id = '{id}'",
            "SELECT * FROM accounts WHERE username = 'owner'", "SELECT id, scopes FROM api_keys WHERE account_id = (SELECT id FROM accounts WHERE username = 'owner')",
        })
        {
            await using var command = connection.CreateCommand();
            command.CommandText = query;
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                state.AppendJoin('|', Enumerable.Range(0, reader.FieldCount).Select(i => $"{reader.GetName(i)}={reader.GetValue(i)}")).Append('\n');
        }
        state.Length.ShouldBeGreaterThan(100);
        return state.ToString();
    }

    private static string RootFolder()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Atelier.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        return folder;
    }

    [GeneratedRegex("\"id\":\"(?<id>[0-9a-f]{32})\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Id();
}

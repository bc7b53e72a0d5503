// Pushes on both databases, against a push service on this machine that opens what it gets: sealed for one device, signed by this installation, sent once.
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Atelier.Accounts;
using Atelier.Durable;
using Atelier.Gallery;
using Atelier.Generating;
using Atelier.Keys;
using Atelier.Notifying;
using Atelier.Providers;
using Atelier.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Atelier.Tests.Notifying;

public sealed class SqlitePushTests : PushTests
{
    protected override Task<string> ConnectionStringAsync(TempFolder folder) =>
        Task.FromResult($"Data Source={Path.Combine(folder.Path, "atelier.db")}");
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresPushTests(PostgresFixture postgres) : PushTests
{
    protected override Task<string> ConnectionStringAsync(TempFolder folder) => postgres.Server.CreateDatabaseAsync();
}

/// <summary>What needs no database.</summary>
public sealed class PushEncryptionTests
{
    private const string Point = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", Auth = "BTBZMqHH6r4Tts7J_aSIgg";

    [Fact]
    public void The_example_of_RFC_8291_section_5_comes_out_byte_for_byte()
    {
        var sender = Base64Url.DecodeFromChars("BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8");
        using var key = ECDiffieHellman.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256, D = Base64Url.DecodeFromChars("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
            Q = new ECPoint { X = sender[1..33], Y = sender[33..] },
        });

        var body = PushEncryption.Encrypt("When I grow up, I want to be a watermelon"u8, Base64Url.DecodeFromChars(Point), Base64Url.DecodeFromChars(Auth), key,
            Base64Url.DecodeFromChars("DGv6ra1nlYgDCS1FRnbzlw"));

        Base64Url.EncodeToString(body).ShouldBe(
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN");
    }

    [Theory]
    [InlineData("https://push.example/abc", Point, Auth, true)]
    [InlineData("http://push.example/abc", Point, Auth, false)]
    [InlineData("https://127.0.0.1/abc", Point, Auth, false)]
    [InlineData("https://10.1.2.3/abc", Point, Auth, false)]
    [InlineData("https://[::1]/abc", Point, Auth, false)]
    [InlineData("https://[::ffff:192.168.0.1]/abc", Point, Auth, false)]
    [InlineData("https://me:secret@push.example/abc", Point, Auth, false)]
    [InlineData("file:///etc/passwd", Point, Auth, false)]
    [InlineData("push.example", Point, Auth, false)]
    [InlineData("", Point, Auth, false)]
    [InlineData("https://push.example/abc", "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw5", Auth, false)]
    [InlineData("https://push.example/abc", "AAAA", Auth, false)]
    [InlineData("https://push.example/abc", "not base64!", Auth, false)]
    [InlineData("https://push.example/abc", Point, "AAAA", false)]
    public void What_a_browser_names_is_distrusted(string endpoint, string key, string auth, bool isTaken) =>
        (PushSubscription.Parse(endpoint, key, auth, new PushOptions()) is not null).ShouldBe(isTaken);
}

public abstract class PushTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    protected abstract Task<string> ConnectionStringAsync(TempFolder folder);

    [Fact]
    public async Task What_an_account_is_told_reaches_its_devices_whatever_the_push_service_does()
    {
        using var folder = new TempFolder();
        await using var rig = await Rig.OpenAsync(await ConnectionStringAsync(folder));
        using var phone = rig.Service.Browser("phone", 500, 429, 201);
        using var gone = rig.Service.Browser("gone", 410);
        using var other = rig.Service.Browser("other");
        await rig.Devices.AddAsync("anna", session: null, phone.Subscription, "old");
        await rig.Devices.AddAsync("anna", session: null, phone.Subscription, "Firefox/140 Android");
        await rig.Devices.AddAsync("anna", session: null, gone.Subscription, "Chrome");
        await rig.Devices.AddAsync("anna", session: "ended", other.Subscription, "Safari");
        await rig.Devices.AddAsync("eve", session: null, other.Subscription, "Safari");

        await rig.FollowAsync("ben", "anna");
        await rig.DrainAsync();

        (await rig.Devices.ListAsync("anna")).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            device => device.Client.ShouldBe("Firefox/140 Android"), device => device.PushedAt.ShouldNotBeNull());
        phone.Received.Count.ShouldBe(3);
        other.Received.ShouldBeEmpty();
        var told = (await rig.Notifications.ListAsync("anna")).ShouldHaveSingleItem();
        var (headers, body) = phone.Received[^1];
        using var message = JsonDocument.Parse(phone.Open(body));
        message.RootElement.GetProperty("text").GetString().ShouldBe("“ben” follows you");
        message.RootElement.GetProperty("path").GetString().ShouldBe("/u/ben");
        message.RootElement.GetProperty("tag").GetString().ShouldBe(told.Id);
        body.Length.ShouldBeLessThan(4096);
        Encoding.UTF8.GetString(body).ShouldNotContain("follows");
        (headers["Content-Encoding"], headers["Topic"], headers["TTL"]).ShouldBe(("aes128gcm", told.Id, "86400"));
        VerifySignature(headers["Authorization"], (await rig.Keys.PublicAsync())!, rig.Service.Url);

        // What was read elsewhere in the meantime wakes nobody; a device that was removed hears nothing.
        await rig.FollowAsync("eve", "anna");
        await rig.Notifications.ReadAsync("anna");
        await rig.DrainAsync();
        await rig.Devices.RemoveAsync("eve", (await rig.Devices.ListAsync("anna"))[0].Id);
        (await rig.Devices.ListAsync("anna")).Count.ShouldBe(1);
        await rig.Devices.RemoveAsync("anna", (await rig.Devices.ListAsync("anna"))[0].Id);
        await rig.FollowAsync("fan", "anna");
        await rig.DrainAsync();
        phone.Received.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_name_that_leads_into_the_private_network_is_refused_and_what_a_service_refuses_is_not_repeated()
    {
        using var folder = new TempFolder();
        await using var rig = await Rig.OpenAsync(await ConnectionStringAsync(folder));
        using var phone = rig.Service.Browser("phone", 403);
        var inside = PushSubscription.Parse("https://localhost:1/x", phone.Key, phone.Auth, new PushOptions()).ShouldNotBeNull();
        await rig.Devices.AddAsync("anna", session: null, inside, "Chrome");
        await rig.Devices.AddAsync("anna", session: null, phone.Subscription, "Firefox");

        await rig.FollowAsync("ben", "anna");
        await rig.DrainAsync();

        (await rig.Queue.DeadLettersAsync(new DeadLetterFilter())).Select(letter => letter.Job.Failures[^1].Error.Code).Order().ShouldBe(["push_forbidden", "push_refused"]);
        phone.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task There_is_one_key_however_many_make_it_and_it_is_of_no_use_to_others()
    {
        using var folder = new TempFolder();
        await using var rig = await Rig.OpenAsync(await ConnectionStringAsync(folder));

        var keys = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => rig.NewKeys(rig.Box).PublicAsync())));

        keys.Distinct().ShouldHaveSingleItem().ShouldNotBeNull().Length.ShouldBe(87);
        (await rig.NewKeys(new SecretBox(RandomNumberGenerator.GetBytes(SecretBox.KeyBytes))).PublicAsync()).ShouldBeNull();
        var missing = Path.Combine(folder.Path, "secrets.key");
        await File.WriteAllTextAsync(missing, "no key");
        (await rig.NewKeys(SecretBox.OfFile(missing)).PublicAsync()).ShouldBeNull();
        for (var i = 0; i < PushDevices.Most + 3; i++)
        {
            using var browser = rig.Service.Browser($"many{i}");
            await rig.Devices.AddAsync("anna", session: null, browser.Subscription, "Chrome");
        }
        (await rig.Devices.ListAsync("anna")).Count.ShouldBe(PushDevices.Most);
        await rig.Database.TransactAsync(transaction => PushDevices.ForgetAsync(transaction, "anna"));
        (await rig.Devices.ListAsync("anna")).ShouldBeEmpty();
    }

    private static void VerifySignature(string authorization, string publicKey, string audience)
    {
        authorization.ShouldStartWith("vapid t=");
        authorization.ShouldEndWith($", k={publicKey}");
        var token = authorization["vapid t=".Length..].Split(',')[0].Split('.');
        var point = Base64Url.DecodeFromChars(publicKey);
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = point[1..33], Y = point[33..] } });
        key.VerifyData(Encoding.ASCII.GetBytes($"{token[0]}.{token[1]}"), Base64Url.DecodeFromChars(token[2]), HashAlgorithmName.SHA256).ShouldBeTrue();
        Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token[0])).ShouldBe("{\"typ\":\"JWT\",\"alg\":\"ES256\"}");
        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(token[1]));
        claims.RootElement.GetProperty("aud").GetString().ShouldBe(audience);
        claims.RootElement.GetProperty("sub").GetString().ShouldBe("mailto:op@example.org");
        DateTimeOffset.FromUnixTimeSeconds(claims.RootElement.GetProperty("exp").GetInt64()).ShouldBeInRange(TimeProvider.System.GetUtcNow().AddHours(1), TimeProvider.System.GetUtcNow().AddHours(24));
    }

    /// <summary>Two accounts and more, what tells them things, and a worker that pushes.</summary>
    private sealed class Rig : IAsyncDisposable
    {
        private static readonly PushOptions Options = new("mailto:op@example.org") { MayBeLoopback = true };

        private readonly CancellationTokenSource _stop = new();
        private readonly ProviderHttp _http = new(TimeProvider.System);
        private readonly EventFeed _feed;
        private readonly Task[] _loops;

        private Rig(Database database, PushService service)
        {
            (Database, Service) = (database, service);
            Notifications = new NotificationStore(database, TimeProvider.System);
            Devices = new PushDevices(database, Box, TimeProvider.System);
            Keys = NewKeys(Box);
            Queue = new JobQueue(database, new JobHandlers(() => [new PushJob(Notifications, Devices, Keys, Describe, _http, Options, TimeProvider.System)]));
            _feed = new EventFeed(database, TimeProvider.System, NullLoggerFactory.Instance);
            var notifier = new Notifier(database, _feed, new PushQueue(Queue, TimeProvider.System), TimeProvider.System, NullLogger<Notifier>.Instance);
            _loops = [_feed.RunAsync(_stop.Token), notifier.RunAsync(_stop.Token)];
        }

        public SecretBox Box { get; } = new(new byte[SecretBox.KeyBytes]);
        public Database Database { get; }
        public PushService Service { get; }
        public NotificationStore Notifications { get; }
        public PushDevices Devices { get; }
        public PushKeys Keys { get; }
        public JobQueue Queue { get; }

        public static async Task<Rig> OpenAsync(string connectionString)
        {
            var database = Database.Open(connectionString, TimeProvider.System, NullLoggerFactory.Instance);
            await Migrator.MigrateAsync(database, [DurableMigrations.Source, new("atelier", typeof(Generation).Assembly, "Atelier.Migrations")]);
            foreach (var name in new[] { "anna", "ben", "eve", "fan" })
                await database.TransactAsync(transaction => AccountStore.InsertAsync(transaction, new Account { Id = name, Username = name }));
            return new Rig(database, await PushService.StartAsync());
        }

        public PushKeys NewKeys(SecretBox box) => new(Database, box, Options, TimeProvider.System);

        /// <summary>Follows, and waits until the followed one is told.</summary>
        public async Task FollowAsync(string follower, string followed)
        {
            using var patience = new CancellationTokenSource(Patience);
            var end = await _feed.EndAsync(patience.Token);
            await new Follows(Database, TimeProvider.System).SetAsync(follower, followed, follows: true);
            await foreach (var e in _feed.ReadAsync(new EventFilter(Stream: followed), end, patience.Token))
            {
                if (e.Type == NotificationStore.Changed)
                    return;
            }
        }

        public async Task DrainAsync() => (await new JobRunner(
            Queue, new JobRunnerOptions { BackoffBase = TimeSpan.FromMilliseconds(5) }, TimeProvider.System, NullLoggerFactory.Instance).DrainAsync(Patience, CancellationToken.None)).Emptied.ShouldBeTrue();

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await Task.WhenAll(_loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stop.Dispose();
            _http.Dispose();
            await Service.DisposeAsync();
            await Database.DisposeAsync();
        }

        private static Task<PushMessage?> Describe(Notification told, CancellationToken cancellationToken) =>
            Task.FromResult<PushMessage?>(new PushMessage("Atelier", $"“{told.Actor}” follows you", $"/u/{told.Actor}"));
    }
}

// Requests that mean harm or are simply wrong. Each gets its problem; nothing is recorded, nothing is stored, nothing is told, and the process goes on.
using System.Net;
using System.Text;
using System.Text.Json;
using Atelier.Client;
using Atelier.Durable;

namespace Atelier.Web.Tests.Api;

public sealed class HostileServer : IAsyncLifetime
{
    internal AtelierServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await AtelierServer.StartAsync(settings: ["limits.max_upload_bytes=12MiB"]);

    public async Task DisposeAsync() => await Server.DisposeAsync();
}

public sealed class HostileRequests(HostileServer fixture) : IClassFixture<HostileServer>
{
    private AtelierServer Server => fixture.Server;

    public static TheoryData<string> Names => [.. HostileCases.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Is_refused_with_a_problem_and_leaves_no_trace(string name)
    {
        var hostile = HostileCases.All[name];
        using var request = hostile.Request();

        using var response = await Server.Http.SendAsync(request);

        var body = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(hostile.Status, body);
        response.Content.Headers.ContentType?.MediaType.ShouldBe(Problem.MediaType);
        var problem = JsonSerializer.Deserialize<Problem>(body, AtelierJson.Options)!;
        problem.Status.ShouldBe(hostile.Status);
        problem.Type.ShouldStartWith("/problems/");
        if (hostile.Field is not null)
            problem.Errors!.Select(error => error.Field).ShouldContain(hostile.Field, body);
        body.Length.ShouldBeLessThan(20_000);
        ShouldTellNothing(body);
        await ShouldBeUntouchedAsync();
    }

    [Fact]
    public void There_are_at_least_sixty() => HostileCases.All.Count.ShouldBeGreaterThanOrEqualTo(60);

    private static void ShouldTellNothing(string body)
    {
        foreach (var secret in new[] { "Exception", "   at ", ".cs:", "/home/", "/root/", "/tmp/", "SELECT", "INSERT", "Npgsql", "Sqlite" })
            body.ShouldNotContain(secret);
    }

    private async Task ShouldBeUntouchedAsync()
    {
        (await Server.Http.GetAsync("/healthz")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var rows = await Server.Part<Database>().ReadAsync(session => session.ScalarAsync<long>("""
            SELECT (SELECT COUNT(*) FROM generations) + (SELECT COUNT(*) FROM jobs) + (SELECT COUNT(*) FROM events)
                + (SELECT COUNT(*) FROM idempotency_keys) + (SELECT COUNT(*) FROM pictures)
            """));
        rows.ShouldBe(0);
        if (Directory.Exists(Server.BlobFolder))
            Directory.EnumerateFiles(Server.BlobFolder, "*", SearchOption.AllDirectories).ShouldBeEmpty();
        Server.Logs.Lines.Where(line => line.Level >= Microsoft.Extensions.Logging.LogLevel.Error).ShouldBeEmpty();
    }
}

internal sealed record HostileCase(int Status, string? Field, Func<HttpRequestMessage> Request);

internal static class HostileCases
{
    private const string Path = "/api/v1/generations";
    private const string Id = "0123456789abcdef0123456789abcdef";

    public static Dictionary<string, HostileCase> All { get; } = new(
        [.. BrokenBodies(), .. WrongTypes(), .. WrongValues(), .. WrongImages(), .. WrongForms(), .. WrongAddresses(), .. WrongSenders()], StringComparer.Ordinal);

    private static IEnumerable<KeyValuePair<string, HostileCase>> BrokenBodies()
    {
        yield return Raw("an empty body", 400, "");
        yield return Raw("broken JSON", 400, "{\"prompt\": \"a fox\"");
        yield return Raw("JSON with a comment", 400, "{\"prompt\": \"a fox\" /* hi */}");
        yield return Raw("JSON with a trailing comma", 400, "{\"prompt\": \"a fox\",}");
        yield return Raw("two JSON values", 400, "{\"prompt\":\"a\"} {\"prompt\":\"b\"}");
        yield return Raw("NaN as a number", 400, "{\"prompt\":\"a\",\"guidance\":NaN}");
        yield return Raw("Infinity as a number", 400, "{\"prompt\":\"a\",\"strength\":-Infinity}");
        yield return Raw("a hexadecimal number", 400, "{\"prompt\":\"a\",\"width\":0x40}");
        yield return Raw("a number with leading zeros", 400, "{\"prompt\":\"a\",\"seed\":007}");
        yield return Raw("an array", 400, "[{\"prompt\":\"a\"}]");
        yield return Raw("a string", 400, "\"a fox\"");
        yield return Raw("null", 400, "null");
        yield return Raw("a number", 400, "1e999");
        yield return Raw("objects nested 10,000 deep", 400, string.Concat(Enumerable.Repeat("{\"a\":", 10_000)));
        yield return Raw("arrays nested 100,000 deep", 400, new string('[', 100_000));
        yield return Case("bytes that are not UTF-8", 400, null, () => Post(new ByteArrayContent([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), "application/json"));
        yield return Case("UTF-16", 400, null, () => Post(new ByteArrayContent(Encoding.Unicode.GetBytes("{\"prompt\":\"a\"}")), "application/json"));
        yield return Case("a body beyond the limit", 413, null, () =>
        {
            var request = Post(new StringContent($"{{\"prompt\":\"{new string('a', 20_000_000)}\"}}"), "application/json");
            request.Headers.ExpectContinue = true;
            return request;
        });
    }

    private static IEnumerable<KeyValuePair<string, HostileCase>> WrongTypes()
    {
        yield return Json("a prompt that is a number", "prompt", "{\"prompt\":5}");
        yield return Json("a prompt that is an object", "prompt", "{\"prompt\":{\"$ne\":null}}");
        yield return Json("no prompt", "prompt", "{}");
        yield return Json("a null prompt", "prompt", "{\"prompt\":null}");
        yield return Json("a width that is a string", "width", "{\"prompt\":\"a\",\"width\":\"64\",\"height\":64}");
        yield return Json("a width that is not whole", "width", "{\"prompt\":\"a\",\"width\":64.5,\"height\":64}");
        yield return Json("a count that is true", "count", "{\"prompt\":\"a\",\"count\":true}");
        yield return Json("a seed that is an array", "seed", "{\"prompt\":\"a\",\"seed\":[1]}");
        yield return Json("nsfw that is a string", "nsfw", "{\"prompt\":\"a\",\"nsfw\":\"true\"}");
        yield return Json("tags that are a string", "tags", "{\"prompt\":\"a\",\"tags\":\"one\"}");
        yield return Json("tags that are numbers", "tags[1]", "{\"prompt\":\"a\",\"tags\":[\"one\",2]}");
        yield return Json("metadata that is an array", "metadata", "{\"prompt\":\"a\",\"metadata\":[]}");
        yield return Json("metadata with a nested object", "metadata.a", "{\"prompt\":\"a\",\"metadata\":{\"a\":{\"b\":1}}}");
        yield return Json("input images that are a string", "input_images", "{\"prompt\":\"a\",\"input_images\":\"x\"}");
        yield return Json("an input image that is a string", "input_images[0]", "{\"prompt\":\"a\",\"input_images\":[\"x\"]}");
    }

    private static IEnumerable<KeyValuePair<string, HostileCase>> WrongValues()
    {
        yield return Json("an unknown field", "prmopt", "{\"prmopt\":\"a\",\"prompt\":\"a\"}");
        yield return Json("another's owner", "owner", "{\"prompt\":\"a\",\"owner\":\"root\"}");
        yield return Json("a prototype to pollute", "__proto__", "{\"prompt\":\"a\",\"__proto__\":{\"admin\":true}}");
        yield return Json("a field given twice", "prompt", "{\"prompt\":\"a\",\"prompt\":\"b\"}");
        yield return Json("a field given twice, once escaped", "prompt", "{\"prompt\":\"a\",\"\\u0070rompt\":\"b\"}");
        yield return Json("10,000 unknown fields", null, $"{{{string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"\"f{i}\":1"))}}}");
        yield return Json("a negative width", "width", "{\"prompt\":\"a\",\"width\":-64,\"height\":64}");
        yield return Json("a width of zero", "width", "{\"prompt\":\"a\",\"width\":0,\"height\":64}");
        yield return Json("a width of a billion", "width", "{\"prompt\":\"a\",\"width\":1000000000,\"height\":1000000000}");
        yield return Json("a width beyond 64 bits", "width", "{\"prompt\":\"a\",\"width\":99999999999999999999999999,\"height\":64}");
        yield return Json("a width without a height", "height", "{\"prompt\":\"a\",\"width\":64}");
        yield return Json("a seed of 1e400", "seed", "{\"prompt\":\"a\",\"seed\":1e400}");
        yield return Json("a negative seed", "seed", "{\"prompt\":\"a\",\"seed\":-1}");
        yield return Json("a strength of 1e308 twice over", "strength", "{\"prompt\":\"a\",\"strength\":1e309}");
        yield return Json("a count of 5", "count", "{\"prompt\":\"a\",\"count\":5}");
        yield return Json("a count of minus 2,147,483,648", "count", "{\"prompt\":\"a\",\"count\":-2147483648}");
        yield return Json("steps beyond the model", "steps", "{\"prompt\":\"a\",\"steps\":100000}");
        yield return Json("a priority beyond the role", "priority", "{\"prompt\":\"a\",\"priority\":11}");
        yield return Json("an impossible shape", "aspect_ratio", "{\"prompt\":\"a\",\"aspect_ratio\":\"1:0\"}");
        yield return Json("a shape of a shell command", "aspect_ratio", "{\"prompt\":\"a\",\"aspect_ratio\":\"$(reboot)\"}");
        yield return Json("a model that is a path", "model", "{\"prompt\":\"a\",\"model\":\"../../etc/passwd\"}");
        yield return Json("a style that is SQL", "style", "{\"prompt\":\"a\",\"style\":\"'; DROP TABLE generations; --\"}");
        yield return Json("an output format that is a program", "output_format", "{\"prompt\":\"a\",\"output_format\":\"exe\"}");
        yield return Json("a visibility of everybody", "visibility", "{\"prompt\":\"a\",\"visibility\":\"everybody\"}");
        yield return Json("a prompt with a NUL", "prompt", "{\"prompt\":\"a\\u0000b\"}");
        yield return Json("a prompt with half a character", "prompt", "{\"prompt\":\"a\\ud800b\"}");
        yield return Json("a field's name with half a character", null, "{\"prompt\":\"a\",\"\\udc00\":1}");
        yield return Json("a prompt of 10 MB", "prompt", $"{{\"prompt\":\"{new string('a', 10_000_000)}\"}}");
        yield return Json("a prompt of blanks", "prompt", "{\"prompt\":\"  \\n\\t \"}");
        yield return Json("a tag of 1,000 letters", "tags", $"{{\"prompt\":\"a\",\"tags\":[\"{new string('t', 1_000)}\"]}}");
        yield return Json("1,000 tags", "tags", $"{{\"prompt\":\"a\",\"tags\":[{string.Join(',', Enumerable.Repeat("\"t\"", 1_000))}]}}");
        yield return Json("1,000 metadata keys", "metadata", $"{{\"prompt\":\"a\",\"metadata\":{{{string.Join(',', Enumerable.Range(0, 1_000).Select(i => $"\"k{i}\":\"v\""))}}}}}");
        yield return Json("a webhook to the inside", "webhook", "{\"prompt\":\"a\",\"webhook\":\"http://169.254.169.254/latest\"}");
        yield return Case("an idempotency key of 10,000 letters", 422, "Idempotency-Key", () => WithHeader(Post("{\"prompt\":\"a\"}"), "Idempotency-Key", new string('k', 10_000)));
        yield return Case("an empty idempotency key", 422, "Idempotency-Key", () => WithHeader(Post("{\"prompt\":\"a\"}"), "Idempotency-Key", ""));
    }

    private static IEnumerable<KeyValuePair<string, HostileCase>> WrongImages()
    {
        yield return Image("base64 that is none", "input_images[0].data", "not base64!");
        yield return Image("an empty image", "input_images[0].data", "");
        yield return Image("a data URL that is not base64", "input_images[0].data", "data:image/svg+xml,%3Csvg%3E");
        yield return Image("an address instead of a file", "input_images[0].data", "http://127.0.0.1:22/");
        yield return Image("a path instead of a file", "input_images[0].data", "file:///etc/passwd");
        yield return File("text that claims to be a picture", "data:image/png;base64,", Encoding.UTF8.GetBytes("<html><script>alert(1)</script></html>"));
        yield return File("an SVG with a script", "data:image/svg+xml;base64,", Encoding.UTF8.GetBytes("<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>"));
        yield return File("an SVG with an outside reference", "", Encoding.UTF8.GetBytes("<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"file:///etc/passwd\"/></svg>"));
        yield return File("an SVG with an entity bomb", "", Encoding.UTF8.GetBytes("<!DOCTYPE svg [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><svg xmlns=\"http://www.w3.org/2000/svg\"><text>&b;</text></svg>"));
        yield return File("a PNG of 60,000 by 60,000 pixels", "", BombHeader());
        yield return File("a truncated PNG", "", Images.Png(200, 200)[..500]);
        yield return File("a PNG with a broken middle", "", Broken(Images.Png(200, 200)));
        yield return File("a program", "", [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0]);
        yield return Json("two input images", "input_images", $"{{\"prompt\":\"a\",\"input_images\":[{ImageJson(Images.Png(20, 20))},{ImageJson(Images.Png(20, 20))}]}}");
        yield return Json("1,000 input images", "input_images", $"{{\"prompt\":\"a\",\"input_images\":[{string.Join(',', Enumerable.Repeat("{}", 1_000))}]}}");
        yield return Json("an input image with both sources", "input_images[0]", $"{{\"prompt\":\"a\",\"input_images\":[{{\"data\":\"AAAA\",\"generation_id\":\"{Id}\"}}]}}");
        yield return Json("an input image with an unknown field", "input_images[0].url", "{\"prompt\":\"a\",\"input_images\":[{\"url\":\"http://localhost/\"}]}");
        yield return Json("an input image of a path", "input_images[0].generation_id", "{\"prompt\":\"a\",\"input_images\":[{\"generation_id\":\"../../../etc/passwd\"}]}");
        yield return Json("an input image of a generation that is not there", "input_images[0]", $"{{\"prompt\":\"a\",\"input_images\":[{{\"generation_id\":\"{Id}\"}}]}}");
    }

    private static IEnumerable<KeyValuePair<string, HostileCase>> WrongForms()
    {
        yield return Case("a form without a boundary", 400, null, () => Post(new ByteArrayContent("x"u8.ToArray()), "multipart/form-data"));
        yield return Case("a form that ends early", 400, null, () => Post(new ByteArrayContent("--b\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\na"u8.ToArray()), "multipart/form-data; boundary=b"));
        yield return Case("a form with 1,000 fields", 400, null, () => Form([.. Enumerable.Range(0, 1_000).Select(i => ($"f{i}", "1"))]));
        yield return Case("a form with words for numbers", 422, "width", () => Form([("prompt", "a"), ("width", "wide"), ("height", "64")]));
        yield return Case("a form with NaN", 422, "guidance", () => Form([("prompt", "a"), ("guidance", "NaN")]));
        yield return Case("a form with a number given twice", 422, "count", () => Form([("prompt", "a"), ("count", "1"), ("count", "2")]));
        yield return Case("a form with an unknown field", 422, "colour", () => Form([("prompt", "a"), ("colour", "red")]));
        yield return Case("a form with a file in the wrong field", 422, "avatar", () => Upload("avatar", "a.png", Images.Png(20, 20)));
        yield return Case("a form with an empty file", 422, "input_images", () => Upload("input_images", "a.png", []));
        yield return Case("a form with a program named as a path", 422, "input_images[0]", () => Upload("input_images", "../../../../tmp/x.png", [0x7f, 0x45, 0x4c, 0x46]));
    }

    private static IEnumerable<KeyValuePair<string, HostileCase>> WrongAddresses()
    {
        yield return Get("a list of minus one", 400, "limit", $"{Path}?limit=-1");
        yield return Get("a list of a million", 400, "limit", $"{Path}?limit=1000000");
        yield return Get("a list of words", 400, "limit", $"{Path}?limit=all");
        yield return Get("an invented cursor", 400, "cursor", $"{Path}?cursor=AAAA");
        yield return Get("a cursor of SQL", 400, "cursor", $"{Path}?cursor=%27%20OR%201=1--");
        yield return Get("an unknown status", 400, "status", $"{Path}?status=queued,happy");
        yield return Get("an unknown parameter", 400, "stauts", $"{Path}?stauts=queued");
        yield return Get("a parameter given twice", 400, "limit", $"{Path}?limit=1&limit=2");
        yield return Get("a search with a NUL", 400, "q", $"{Path}?q=a%00b");
        yield return Get("a batch that is a path", 400, "batch", $"{Path}?batch=..%2f..%2fetc");
        yield return Get("a generation that is a path", 404, null, $"{Path}/..%2f..%2f..%2fetc%2fpasswd");
        yield return Get("a generation of control characters", 404, null, $"{Path}/%01%7f%1b");
        yield return Get("a generation of 2,000 letters", 404, null, $"{Path}/{new string('a', 2_000)}");
        yield return Get("an image that is a path", 404, null, "/api/v1/images/..%2f..%2fetc%2fpasswd/full");
        yield return Get("a variant that is a path", 404, null, $"/api/v1/images/{Id}/..%2f..%2foriginal");
        yield return Get("an unknown address", 404, null, "/api/v1/admin");
        yield return Get("a bad place in the events", 400, "after", $"{Path}/events?after=-5");
        yield return Case("a bad Last-Event-ID", 400, "Last-Event-ID", () => WithHeader(new HttpRequestMessage(HttpMethod.Get, $"{Path}/events"), "Last-Event-ID", "99999999999999999999999"));
        yield return Case("a wrong method", 405, null, () => new HttpRequestMessage(HttpMethod.Put, Path) { Content = new StringContent("{}") });
        yield return Case("a cancel of nothing", 404, null, () => new HttpRequestMessage(HttpMethod.Post, $"{Path}/{Id}/cancel"));
        yield return Case("a deletion of a path", 404, null, () => new HttpRequestMessage(HttpMethod.Delete, $"{Path}/..%5c..%5cwindows"));
    }

    private static IEnumerable<KeyValuePair<string, HostileCase>> WrongSenders()
    {
        yield return Case("no content type", 415, null, () => Post(new ByteArrayContent("{\"prompt\":\"a\"}"u8.ToArray()), null));
        yield return Case("a form of another site", 415, null, () => Post(new StringContent("prompt=a"), "application/x-www-form-urlencoded"));
        yield return Case("plain text", 415, null, () => Post(new StringContent("{\"prompt\":\"a\"}"), "text/plain"));
        yield return Case("XML", 415, null, () => Post(new StringContent("<prompt/>"), "application/xml"));
        yield return Case("JSON in Latin-1", 415, null, () => Post(new StringContent("{\"prompt\":\"a\"}"), "application/json; charset=iso-8859-1"));
        yield return Case("a compressed body", 415, null, () => { var request = Post("{\"prompt\":\"a\"}"); request.Content!.Headers.ContentEncoding.Add("gzip"); return request; });
        yield return Case("a page of another site", 403, null, () => WithHeader(Post("{\"prompt\":\"a\"}"), "Origin", "https://evil.example"));
        yield return Case("a page without an origin", 403, null, () => WithHeader(Post("{\"prompt\":\"a\"}"), "Origin", "null"));
        yield return Case("another port of this machine", 403, null, () => WithHeader(Post("{\"prompt\":\"a\"}"), "Sec-Fetch-Site", "same-site"));
        yield return Case("a cross-site deletion", 403, null, () => WithHeader(new HttpRequestMessage(HttpMethod.Delete, $"{Path}/{Id}"), "Sec-Fetch-Site", "cross-site"));
        yield return Case("a name bent to this machine", 421, null, () => { var request = new HttpRequestMessage(HttpMethod.Get, Path); request.Headers.Host = "evil.example"; return request; });
    }

    private static KeyValuePair<string, HostileCase> Case(string name, int status, string? field, Func<HttpRequestMessage> request) =>
        new(name, new HostileCase(status, field, request));

    private static KeyValuePair<string, HostileCase> Raw(string name, int status, string body) => Case(name, status, null, () => Post(body));

    private static KeyValuePair<string, HostileCase> Json(string name, string? field, string body) => Case(name, 422, field, () => Post(body));

    private static KeyValuePair<string, HostileCase> Get(string name, int status, string? field, string address) =>
        Case(name, status, field, () => new HttpRequestMessage(HttpMethod.Get, address));

    private static KeyValuePair<string, HostileCase> Image(string name, string field, string data) =>
        Json(name, field, $"{{\"prompt\":\"a\",\"input_images\":[{{\"data\":{JsonSerializer.Serialize(data)}}}]}}");

    private static KeyValuePair<string, HostileCase> File(string name, string prefix, byte[] bytes) =>
        Image(name, "input_images[0]", prefix + Convert.ToBase64String(bytes));

    private static string ImageJson(byte[] bytes) => $"{{\"data\":\"{Convert.ToBase64String(bytes)}\"}}";

    private static HttpRequestMessage Post(string json) => Post(new StringContent(json), "application/json");

    private static HttpRequestMessage Post(HttpContent content, string? type)
    {
        content.Headers.Remove("Content-Type");
        if (type is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        return new HttpRequestMessage(HttpMethod.Post, Path) { Content = content };
    }

    private static HttpRequestMessage Form((string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
            form.Add(new StringContent(value), name);
        return new HttpRequestMessage(HttpMethod.Post, Path) { Content = form };
    }

    private static HttpRequestMessage Upload(string field, string file, byte[] bytes)
    {
        var request = Form([("prompt", "a")]);
        ((MultipartFormDataContent)request.Content!).Add(new ByteArrayContent(bytes), field, file);
        return request;
    }

    private static HttpRequestMessage WithHeader(HttpRequestMessage request, string name, string value)
    {
        request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    // A whole PNG header that announces far more pixels than there are bytes for.
    private static byte[] BombHeader()
    {
        var png = Images.Png(20, 20);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), 60_000);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), 60_000);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc32(png.AsSpan(12, 17)));
        return png;
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xedb88320;
        }
        return ~crc;
    }

    private static byte[] Broken(byte[] png)
    {
        png.AsSpan(png.Length / 2, 64).Fill(0xaa);
        return png;
    }
}

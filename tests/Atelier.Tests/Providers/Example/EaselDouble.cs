// Imitates api.easel.example/v1: paintings that take a while to dry, found by label, with Easel's bodies for errors.
using System.Collections.Concurrent;
using System.Text.Json;
using Atelier.Doubles;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Atelier.Tests.Providers.Example;

public sealed class EaselDouble(PictureShelf pictures) : ProviderDouble(pictures)
{
    private static readonly InputSchema Canvas = new InputSchema()
        .Whole("width", 256, 2_048, multipleOf: 64, required: true).Whole("height", 256, 2_048, multipleOf: 64, required: true);

    private static readonly InputSchema Order = new InputSchema().Text("model", required: true).Text("subject", required: true, max: 2_000)
        .Field("canvas", required: true, value => Canvas.Check(value) is [var error, ..] ? error : null)
        .Whole("seed", 0, uint.MaxValue).Image("paint_over").Number("freedom", 0, 1).Text("label", max: 64);

    private readonly ConcurrentDictionary<string, Painting> _paintings = new();

    public override string Name => "easel";

    public override string BasePath => "/v1";

    /// <summary>How every painting ends instead of with a picture, such as torn; null for a picture.</summary>
    public string? EndWith { get; set; }

    public override void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/v1").AddEndpointFilter(CheckKeyAsync);
        api.MapPost("/paintings", (JsonElement order) => Create(order));
        api.MapGet("/paintings/{id}", (string id) => _paintings.TryGetValue(id, out var painting) ? Results.Json(Describe(painting)) : NoSuchPainting());
        api.MapGet("/paintings", (string label) =>
            Results.Json(new { paintings = _paintings.Values.Where(painting => painting.Label == label).Select(Describe) }));
        api.MapDelete("/paintings/{id}", (string id) => _paintings.TryRemove(id, out _) ? Results.NoContent() : NoSuchPainting());
    }

    private static async ValueTask<object?> CheckKeyAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var key = context.HttpContext.Request.Headers.Authorization.ToString();
        if (!key.StartsWith($"Bearer {GoodKey}", StringComparison.Ordinal))
            return Problem(401, "wrong_key", "This key opens nothing.");
        if (key == $"Bearer {PoorKey}" && context.HttpContext.Request.Method == "POST")
            return Problem(409, "out_of_paint", "You have used up the paint you bought.");
        return await next(context);
    }

    private IResult Create(JsonElement order)
    {
        if (Order.Check(order) is [var error, ..])
            return Problem(422, "wrong_order", error.Message);
        if (order.GetProperty("model").GetString() != "gouache-2")
            return Problem(404, "no_such_model", "There is no such model.");
        var painting = new Painting(Guid.NewGuid().ToString("N"), order.Clone(), Environment.TickCount64);
        _paintings[painting.Id] = painting;
        if (EndWith is null)
            Bill();
        return Results.Json(Describe(painting), statusCode: 201);
    }

    private object Describe(Painting painting)
    {
        var done = Environment.TickCount64 - painting.Started >= Pictures.Settings.PaintTime.TotalMilliseconds;
        return new
        {
            id = painting.Id,
            state = !done ? "painting" : EndWith ?? "dry",
            progress = done ? 1 : 0.5,
            picture = done && EndWith is null ? painting.Hang(Pictures) : null,
            because = EndWith == "refused" ? "it is not fit for hanging" : null,
        };
    }

    private static IResult NoSuchPainting() => Problem(404, "no_such_painting", "There is no such painting.");

    private static IResult Problem(int status, string problem, string because) => Results.Json(new { problem, because }, statusCode: status);

    private sealed record Painting(string Id, JsonElement Order, long Started)
    {
        private string? _address;

        public string? Label => Order.TryGetProperty("label", out var label) ? label.GetString() : null;

        public string Hang(PictureShelf pictures)
        {
            lock (this)
            {
                var canvas = Order.GetProperty("canvas");
                return _address ??= pictures.Put(pictures.Paint(canvas.GetProperty("width").GetInt32(), canvas.GetProperty("height").GetInt32()));
            }
        }
    }
}

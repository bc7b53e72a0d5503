// Reads what an operator wants of lanes and dead letters from the bodies of his requests, and collects all that is wrong.
using System.Globalization;
using System.Text.Json;
using Atelier.Client;
using Atelier.Durable;
using Atelier.Submitting;

namespace Atelier.Web.Endpoints;

/// <summary>A parking as it was asked for.</summary>
internal sealed record ParkingRequest(Due Until, string? Reason, string? Key);

internal static class LaneReader
{
    private const int MaxRates = 8, MaxPlaces = 1_000_000, MaxText = 200, MaxSeconds = 31_622_400;

    /// <summary>The settings with what the body changes.</summary>
    public static (LaneSettings Settings, IReadOnlyList<FieldError> Errors) Change(JsonElement body, LaneSettings settings)
    {
        var errors = new List<FieldError>();
        var fields = new JsonFields(body, ["concurrency", "per_user", "rates", "adaptive"], errors);
        if (fields.Has("concurrency"))
            settings = settings with { Concurrency = (int?)fields.WholeNumber("concurrency", 1, MaxPlaces) };
        if (fields.Has("per_user"))
            settings = settings with { TenantConcurrency = (int?)fields.WholeNumber("per_user", 1, MaxPlaces) };
        if (fields.Has("rates"))
            settings = settings with { Rates = Rates(fields.Items("rates", MaxRates), errors) };
        if (fields.Has("adaptive"))
            settings = settings with { Adaptive = fields.Object("adaptive") is { } adaptive ? Adaptive(adaptive, errors) : null };
        return (settings, errors);
    }

    /// <summary>The parking, or what is wrong.</summary>
    public static (ParkingRequest? Parking, IReadOnlyList<FieldError> Errors) Parking(JsonElement body)
    {
        var errors = new List<FieldError>();
        var fields = new JsonFields(body, ["until", "seconds", "key", "reason"], errors);
        var (until, seconds) = (fields.Text("until"), fields.WholeNumber("seconds", 1, MaxSeconds));
        var (key, reason) = (Short(fields, "key", errors), Short(fields, "reason", errors));
        var time = until is null ? null : AtelierJson.ReadTime(until);
        if (errors.Count == 0 && until is null == seconds is null)
            errors.Add(new FieldError("until", until, "Either 'until' or 'seconds' must say when it ends."));
        else if (until is not null && time is null)
            errors.Add(new FieldError("until", Shown.Short(until), "until must be a time with an offset, such as 2030-01-31T08:00:00Z."));
        return errors.Count > 0
            ? (null, errors)
            : (new ParkingRequest(time is { } end ? Due.At(end) : Due.After(TimeSpan.FromSeconds(seconds!.Value)), reason, key), errors);
    }

    /// <summary>The edit of a dead letter.</summary>
    public static (JobEdit Edit, IReadOnlyList<FieldError> Errors) Edit(JsonElement body)
    {
        var errors = new List<FieldError>();
        var fields = new JsonFields(body, ["payload", "lane", "priority", "from_start"], errors);
        var payload = fields.Text("payload");
        if (payload is not null && !AtelierJson.IsWellFormed(payload))
            errors.Add(new FieldError("payload", Shown.Short(payload), "payload must be JSON in a text."));
        var lane = Short(fields, "lane", errors);
        if (lane is { Length: 0 })
            errors.Add(new FieldError("lane", lane, "lane must have 1 to 200 characters."));
        var priority = (int?)fields.WholeNumber("priority", int.MinValue, int.MaxValue);
        return (new JobEdit(payload, lane, priority, fields.Flag("from_start") ?? false), errors);
    }

    private static List<RateLimit> Rates(IReadOnlyList<JsonElement> items, List<FieldError> errors)
    {
        var rates = new List<RateLimit>();
        for (var index = 0; index < items.Count; index++)
        {
            var name = $"rates[{index}]";
            if (items[index].ValueKind != JsonValueKind.Object)
            {
                errors.Add(new FieldError(name, null, $"{name} must be an object with amount and per_seconds."));
                continue;
            }
            var fields = new JsonFields(items[index], ["amount", "per_seconds", "unit", "burst"], errors, $"{name}.");
            var (amount, seconds) = (Positive(fields, name, "amount", 1e12, errors), Positive(fields, name, "per_seconds", MaxSeconds, errors));
            var burst = fields.Has("burst") && fields.Number("burst") is not null ? Positive(fields, name, "burst", 1e12, errors) : null;
            var unit = fields.Text("unit") ?? "jobs";
            if (unit is not ("jobs" or "cost"))
                errors.Add(new FieldError($"{name}.unit", Shown.Short(unit), $"{name}.unit must be jobs or cost.", ["jobs", "cost"]));
            if (amount is { } much && seconds is { } time)
                rates.Add(new RateLimit(much, TimeSpan.FromSeconds(time), unit == "cost" ? RateUnit.Cost : RateUnit.Jobs, burst));
        }
        return rates;
    }

    private static AdaptiveConcurrency? Adaptive(JsonElement item, List<FieldError> errors)
    {
        var fields = new JsonFields(item, ["min", "max", "target_seconds"], errors, "adaptive.");
        var (min, max) = (fields.WholeNumber("min", 1, MaxPlaces), fields.WholeNumber("max", 1, MaxPlaces));
        var target = fields.Number("target_seconds") is null ? null : Positive(fields, "adaptive", "target_seconds", MaxSeconds, errors);
        if (min is { } low && max is { } high && low <= high)
            return new AdaptiveConcurrency((int)low, (int)high, target is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        if (errors.Count == 0)
            errors.Add(new FieldError("adaptive", null, "adaptive must have min and max, min not above max."));
        return null;
    }

    private static double? Positive(JsonFields fields, string path, string name, double max, List<FieldError> errors)
    {
        var before = errors.Count;
        if (fields.Number(name) is { } number && number >= 0.001 && number <= max)
            return number;
        if (errors.Count == before)
            errors.Add(new FieldError($"{path}.{name}", null, $"{path}.{name} must be a number from 0.001 to {max.ToString(CultureInfo.InvariantCulture)}."));
        return null;
    }

    private static string? Short(JsonFields fields, string name, List<FieldError> errors)
    {
        var text = fields.Text(name);
        if (text is null || (text.Length <= MaxText && !text.Any(char.IsControl)))
            return text;
        errors.Add(new FieldError(name, Shown.Short(text), $"{name} must be plain text of at most {MaxText} characters."));
        return null;
    }
}

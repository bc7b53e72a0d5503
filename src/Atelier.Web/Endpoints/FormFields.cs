// Writes the texts of a form as the JSON object that they mean, so that one reader checks both kinds of body.
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Atelier.Web.Endpoints;

internal static class FormFields
{
    public static byte[] ToJson(IFormCollection form)
    {
        var fields = new JsonObject();
        foreach (var (name, values) in form)
            fields[name] = Meant(name, values);
        return JsonSerializer.SerializeToUtf8Bytes(fields);
    }

    private static JsonNode? Meant(string name, StringValues values) => name switch
    {
        "tags" => new JsonArray([.. values.Select(value => (JsonNode?)JsonValue.Create(value))]),
        SubmissionReader.InputImages => new JsonArray([.. values.Select(value => Json(value) ?? JsonValue.Create(value))]),
        "metadata" or "nsfw" or "parent" or SubmissionReader.Mask => Json(Single(values)) ?? JsonValue.Create(Single(values)),
        _ when SubmissionReader.Numbers.Contains(name) => Json(Single(values)) ?? JsonValue.Create(Single(values)),
        _ => JsonValue.Create(Single(values)),
    };

    // A field given twice becomes a text that no field takes as a number; a text field takes what a browser would show.
    private static string Single(StringValues values) => values.ToString();

    // What is not JSON stays a text, and the reader says what it should have been.
    private static JsonNode? Json(string? text)
    {
        try
        {
            return JsonNode.Parse(text ?? "", nodeOptions: null, new JsonDocumentOptions { MaxDepth = 4 });
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

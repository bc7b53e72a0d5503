// The form in which input images travel: every field of the filled template as text, every image as a file.
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atelier.Providers.OpenAi;

internal static class EditForm
{
    /// <summary>The form of a request, or null where its mask cannot be read.</summary>
    /// <param name="request">What is to be painted.</param>
    /// <param name="previews">How many partial pictures are asked for; 0 for a plain answer.</param>
    public static MultipartFormDataContent? Of(PaintRequest request, int previews)
    {
        var mask = request.Mask is null ? null : EditMask.Of(request.Mask);
        if (mask is null != request.Mask is null)
            return null;
        // While the template is filled, an image is a name that no prompt can contain by chance.
        var files = new Dictionary<string, InputImage>(StringComparer.Ordinal);
        var fields = InputTemplate.Fill(request with { Mask = mask }, image =>
        {
            var name = Guid.NewGuid().ToString("N");
            files[name] = image;
            return name;
        });
        fields["model"] = request.Model;
        if (previews > 0)
            (fields["stream"], fields["partial_images"]) = (true, previews);
        var form = Plain();
        foreach (var (field, value) in fields)
        {
            foreach (var item in value as IEnumerable<JsonNode?> ?? new[] { value })
                Add(form, field, item, files);
        }
        return form;
    }

    // Some servers read a boundary only as it stands, without quotes.
    private static MultipartFormDataContent Plain()
    {
        var boundary = Guid.NewGuid().ToString("N");
        var form = new MultipartFormDataContent(boundary);
        form.Headers.ContentType = new MediaTypeHeaderValue("multipart/form-data") { Parameters = { new NameValueHeaderValue("boundary", boundary) } };
        return form;
    }

    private static void Add(MultipartFormDataContent form, string field, JsonNode? value, Dictionary<string, InputImage> files)
    {
        var text = value is JsonValue plain && plain.GetValueKind() == JsonValueKind.String ? plain.GetValue<string>() : value?.ToJsonString() ?? "";
        HttpContent part;
        var named = new ContentDispositionHeaderValue("form-data") { Name = $"\"{field}\"" };
        if (files.TryGetValue(text, out var image))
        {
            part = new ReadOnlyMemoryContent(image.Bytes);
            part.Headers.ContentType = new MediaTypeHeaderValue(image.ContentType);
            named.FileName = $"\"{(field == "mask" ? "mask" : "image")}.{image.ContentType.Split('/')[^1]}\"";
        }
        else
        {
            part = new StringContent(text);
            part.Headers.ContentType = null;
        }
        part.Headers.ContentDisposition = named;
        form.Add(part);
    }
}

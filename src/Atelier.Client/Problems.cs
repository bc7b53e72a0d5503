// Turns an answer that is not a success into the exception that tells why.
using System.Net.Http.Json;
using System.Text.Json;

namespace Atelier.Client;

internal static class Problems
{
    public static async Task ThrowIfAnyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
            return;
        using (response)
            throw new AtelierProblemException(await ReadAsync(response, cancellationToken));
    }

    private static async Task<Problem> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType == Problem.MediaType)
        {
            try
            {
                if (await response.Content.ReadFromJsonAsync<Problem>(AtelierJson.Options, cancellationToken) is { } problem)
                    return problem;
            }
            catch (JsonException e)
            {
                return Foreign(response, $"The answer is not a readable problem: {e.Message}");
            }
        }
        return Foreign(response, "The answer does not come from Atelier; something in between may have given it.");
    }

    private static Problem Foreign(HttpResponseMessage response, string detail) => new()
    {
        Type = "about:blank",
        Title = $"HTTP status {(int)response.StatusCode} {response.ReasonPhrase}",
        Status = (int)response.StatusCode,
        Detail = detail,
    };
}

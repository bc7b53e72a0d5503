// The addresses of the API.
namespace Atelier.Web.Endpoints;

internal static class ApiRoutes
{
    public const string Root = "/api/v1";
    public const string Generations = $"{Root}/generations";
    public const string Credits = $"{Root}/credits";
    public const string Images = $"{Root}/images";
}

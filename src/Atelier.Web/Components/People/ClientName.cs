// Names a browser from what it says of itself, in words that its owner knows it by.
namespace Atelier.Web.Components.People;

internal static class ClientName
{
    // The first that fits: most browsers claim to be several others too.
    private static readonly (string Mark, string Name)[] Browsers =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl")];

    private static readonly (string Mark, string Name)[] Systems =
        [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux")];

    public static string Of(string client)
    {
        var (browser, system) = (Find(Browsers, client), Find(Systems, client));
        return (browser, system) switch
        {
            (null, null) => "Unknown program",
            (null, _) => system,
            (_, null) => browser,
            _ => $"{browser} on {system}",
        };
    }

    private static string? Find((string Mark, string Name)[] names, string client) =>
        Array.Find(names, name => client.Contains(name.Mark, StringComparison.Ordinal)).Name;
}

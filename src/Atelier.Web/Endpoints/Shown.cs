// Repeats what a caller sent, cut to a length that is fit for an answer.
namespace Atelier.Web.Endpoints;

internal static class Shown
{
    private const int Longest = 60;

    public static string Short(string text)
    {
        if (text.Length <= Longest)
            return text;
        // Half of a surrogate pair cannot be written as JSON.
        var length = char.IsHighSurrogate(text[Longest - 1]) ? Longest - 1 : Longest;
        return $"{text[..length]}…";
    }
}

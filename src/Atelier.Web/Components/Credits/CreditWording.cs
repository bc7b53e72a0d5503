// What happened to credits, in plain words. The same wherever it is told.
using Atelier.Credits;
using Atelier.Web.Components.Layout;

namespace Atelier.Web.Components.Credits;

internal static class CreditWording
{
    private const int PromptLength = 60;

    /// <summary>A number of credits: 1 credit, 12 credits.</summary>
    public static string Count(long credits) => Wording.Count(credits, "credit", "credits");

    /// <summary>A change with its sign: +3, −3, or 0.</summary>
    public static string Change(long change) => change switch
    {
        > 0 => $"+{Wording.Number(change)}",
        < 0 => $"−{Wording.Number(-change)}",
        _ => "0",
    };

    /// <summary>What happened, as a sentence without its full stop.</summary>
    public static string Of(LedgerEvent happened) => happened.Kind switch
    {
        LedgerKind.Welcome => "A welcome gift",
        LedgerKind.Grant => With("Given by the house", happened.Note),
        LedgerKind.Take => With("Taken back by the house", happened.Note),
        LedgerKind.Hold => $"Held for {Picture(happened)}",
        LedgerKind.Capture => $"Paid {Count(happened.Amount)} for {Picture(happened)}, held before",
        LedgerKind.Release => With("Given back", happened.Note),
        LedgerKind.Expire => "Bonus credits expired",
        LedgerKind.Waive => With("Free", happened.Note),
        var unknown => throw new InvalidOperationException($"Unknown kind {unknown}."),
    };

    private static string Picture(LedgerEvent happened) =>
        happened.Prompt is { } prompt ? $"“{Wording.Brief(prompt, PromptLength)}”" : "a picture that was deleted";

    private static string With(string what, string note) => note.Length == 0 ? what : $"{what}: {note}";
}

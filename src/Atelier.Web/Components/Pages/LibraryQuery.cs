// Which part of the library a page shows: all of its state is in the address.
using Atelier.Generating;
using Atelier.Web.Components.Layout;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Components.Pages;

/// <summary>The library's address, read and written.</summary>
public sealed record LibraryQuery
{
    /// <summary>Finished pictures and those in the making: the default.</summary>
    public const string Pictures = "pictures";

    /// <summary>What can be shown, with the names of the links.</summary>
    public static IReadOnlyList<(string Value, string Name)> Shows { get; } =
        [(Pictures, "Pictures"), ("unfinished", "In the making"), ("failed", "Failed"), ("canceled", "Canceled")];

    private const int LongestText = 200;

    /// <summary>One of <see cref="Shows"/>.</summary>
    public string Show { get; init; } = Pictures;

    /// <summary>Words that prompts contain; empty for all.</summary>
    public string Text { get; init; } = "";

    /// <summary>Only older than this generation.</summary>
    public string? Before { get; init; }

    /// <summary>Whether nothing narrows what is shown.</summary>
    public bool IsPlain => Show == Pictures && Text.Length == 0 && Before is null;

    /// <summary>Reads an address; what is not understood is as if it were not there.</summary>
    public static LibraryQuery Of(IQueryCollection query)
    {
        var show = query["show"].ToString();
        var text = query["q"].ToString().Trim();
        var before = query["before"].ToString();
        return new LibraryQuery
        {
            Show = Shows.Any(known => known.Value == show) ? show : Pictures,
            Text = text.Length > LongestText ? text[..LongestText] : text,
            Before = before.Length == 32 && before.All(char.IsAsciiHexDigitLower) ? before : null,
        };
    }

    /// <summary>What to ask the store for.</summary>
    public GenerationFilter Filter(string owner) => new()
    {
        Owner = owner,
        Text = Text.Length == 0 ? null : Text,
        Statuses = Show switch
        {
            "unfinished" => [GenerationStatus.Queued, GenerationStatus.Processing, GenerationStatus.Downloading],
            "failed" => [GenerationStatus.Failed],
            "canceled" => [GenerationStatus.Canceled],
            _ => [GenerationStatus.Completed, GenerationStatus.Queued, GenerationStatus.Processing, GenerationStatus.Downloading],
        },
    };

    /// <summary>The address.</summary>
    public override string ToString()
    {
        var parts = new List<string>();
        if (Show != Pictures)
            parts.Add($"show={Show}");
        if (Text.Length > 0)
            parts.Add($"q={Uri.EscapeDataString(Text)}");
        if (Before is not null)
            parts.Add($"before={Before}");
        return parts.Count == 0 ? Links.Library : $"{Links.Library}?{string.Join('&', parts)}";
    }
}

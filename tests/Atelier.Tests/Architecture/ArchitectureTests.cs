// Guards the arrows between rooms and the size of files, from the sources themselves.
using System.Text.RegularExpressions;

namespace Atelier.Tests.Architecture;

public sealed partial class ArchitectureTests
{
    // A room may name the rooms to its right. Whatever is not listed is forbidden.
    private static readonly Dictionary<string, string[]> Rooms = new()
    {
        ["Vips"] = [],
        ["Accounts"] = ["Imaging", "Storage", "Vips"],
        ["Catalogue"] = [],
        ["Credits"] = ["Catalogue"],
        ["Providers"] = ["Vips"],
        ["Imaging"] = ["Vips"],
        ["Storage"] = [],
        ["Keys"] = [],
        ["Gallery"] = [],
        ["Notifying"] = ["Gallery", "Generating", "Keys", "Providers"],
        ["Generating"] = ["Catalogue", "Credits", "Keys", "Providers", "Imaging", "Storage", "Vips"],
        ["Moderation"] = ["Accounts", "Generating"],
        ["Submitting"] = ["Catalogue", "Credits", "Generating", "Imaging", "Moderation", "Storage", "Vips"],
        ["Operating"] = ["Accounts", "Catalogue", "Credits", "Generating", "Moderation"],
    };

    public static TheoryData<string> RoomNames => [.. Rooms.Keys];

    [Theory]
    [MemberData(nameof(RoomNames))]
    public void A_room_names_only_the_rooms_it_may(string room)
    {
        var known = Rooms[room].Append(room).ToHashSet();
        var files = Directory.GetFiles(Path.Combine(Root, "src/Atelier", room), "*.cs", SearchOption.AllDirectories);
        files.ShouldNotBeEmpty();
        foreach (var file in files)
        {
            foreach (Match match in RoomReference().Matches(File.ReadAllText(file)))
                known.ShouldContain(match.Groups["room"].Value, $"{Path.GetRelativePath(Root, file)} names {match.Value}");
        }
    }

    [Fact]
    public void Every_room_of_the_product_is_guarded() =>
        Directory.GetDirectories(Path.Combine(Root, "src/Atelier")).Select(Path.GetFileName)
            .Except(["bin", "obj", "Migrations"]).Order().ShouldBe(Rooms.Keys.Order());

    [Fact]
    public void The_library_names_no_pictures_and_the_product_names_no_web()
    {
        foreach (var file in Sources("src/Atelier.Durable"))
            RoomReference().Matches(File.ReadAllText(file)).Select(match => match.Groups["room"].Value).ShouldBeEmpty(file);
        foreach (var file in Sources("src/Atelier"))
            File.ReadAllText(file).ShouldNotContain("Atelier.Web", customMessage: file);
        foreach (var file in Sources("src/Atelier.Client"))
            ForeignNamespace().IsMatch(File.ReadAllText(file)).ShouldBeFalse(file);
    }

    [Fact]
    public void Every_file_opens_with_what_it_is()
    {
        foreach (var file in Sources("src"))
            File.ReadLines(file).First().TrimStart('\ufeff').ShouldStartWith("//", customMessage: Path.GetRelativePath(Root, file));
    }

    [Fact]
    public void No_file_grows_past_its_noun()
    {
        foreach (var file in Sources("src"))
            File.ReadLines(file).Count().ShouldBeLessThanOrEqualTo(320, Path.GetRelativePath(Root, file));
    }

    [Fact]
    public void No_error_is_swallowed_and_nothing_is_left_undone()
    {
        foreach (var file in Sources("src"))
            Undone().Match(File.ReadAllText(file)).Value.ShouldBe("", Path.GetRelativePath(Root, file));
    }

    private static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Atelier.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        return folder;
    }

    private static IEnumerable<string> Sources(string under) =>
        Directory.GetFiles(Path.Combine(Root, under), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    [GeneratedRegex(@"Atelier\.(?<room>Vips|Accounts|Catalogue|Credits|Gallery|Keys|Providers|Imaging|Storage|Notifying|Generating|Moderation|Submitting|Operating)\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RoomReference();

    [GeneratedRegex(@"using Atelier\.(Durable|Web|Generating|Catalogue)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ForeignNamespace();

    [GeneratedRegex(@"catch\s*(\([^)]*\))?\s*\{\s*\}|NotImplementedException|TODO|FIXME|HACK", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Undone();
}

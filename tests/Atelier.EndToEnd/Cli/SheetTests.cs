// Rows are tables for people and lines for programs; what came from elsewhere can draw nothing of its own.

using Atelier.Cli.Output;

namespace Atelier.EndToEnd.Cli;

public sealed class SheetTests
{
    [Fact]
    public void On_a_terminal_it_is_a_table_with_a_head() =>
        Printed(drawsTables: true).ShouldSatisfyAllConditions(
            text => text.ShouldContain("LANE"), text => text.ShouldContain("[red]an error[/]"), text => text.ShouldNotContain("\u001b", Case.Sensitive));

    [Fact]
    public void Elsewhere_it_is_a_line_a_row_with_tabs_between_cells() =>
        Printed(drawsTables: false).ShouldBe($"sketch\t [red]an error[/] [2J{Environment.NewLine}");

    private static string Printed(bool drawsTables)
    {
        using var output = new StringWriter();
        var sheet = new Sheet("LANE", "ERROR");
        sheet.Add("sketch", "\n[red]an error[/]\u001b[2J");
        sheet.Print(new Terminal(output, TextWriter.Null, isInteractive: false, hasColour: false, drawsTables));
        return output.ToString();
    }
}

// Rows for people and programs: a table on a terminal, one line a row with tabs between the cells elsewhere, so that cut and awk can read it.

using Spectre.Console;

namespace Atelier.Cli.Output;

internal sealed class Sheet(params string[] columns)
{
    private readonly List<string[]> rows = [];

    public void Add(params string[] cells) => rows.Add(cells);

    // Where several sheets follow one another, each line begins with the name of its own.
    public void Print(Terminal terminal, string? whenEmpty = null, string? name = null)
    {
        if (rows.Count == 0 && whenEmpty is not null) terminal.Say(whenEmpty);
        if (rows.Count == 0) return;
        if (terminal.DrawsTables) Draw(terminal);
        else foreach (var row in rows) terminal.Out.WriteLine(string.Join('\t', (name is null ? row : [name, .. row]).Select(OneLine)));
    }

    private void Draw(Terminal terminal)
    {
        var table = new Table { Border = TableBorder.Minimal };
        foreach (var column in columns) table.AddColumn(new TableColumn(Markup.Escape(column)));
        foreach (var row in rows) table.AddRow([.. row.Select(cell => Markup.Escape(OneLine(cell)))]);
        terminal.Sheets().Write(table);
    }

    // Nothing that came from elsewhere may move the cursor or break a line.
    private static string OneLine(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));
}

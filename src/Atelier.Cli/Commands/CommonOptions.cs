// The options that every command has, and how options are read so that what is wrong is said in plain words.

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Atelier.Cli.Commands;

// An option that is a setting: it wins over the environment and the settings file.
internal sealed class SettingOption : Option<string>
{
    public SettingOption(string name, string key, string placeholder, string description)
        : base(name)
    {
        Key = key;
        HelpName = placeholder;
        Description = description;
    }

    public string Key { get; }

    // Given by its name alone it means "on".
    public static SettingOption Switch(string name, string key, string description) =>
        new(name, key, "ON|OFF", description) { Arity = ArgumentArity.ZeroOrOne };
}

internal static class CommonOptions
{
    public static SettingOption Data { get; } = new("--data", "data", "FOLDER", "Keep database, pictures and settings here") { Recursive = true };

    public static SettingOption Database { get; } = new("--database", "database", "URL", "PostgreSQL to use instead of SQLite, as postgres://user:password@host/name") { Recursive = true };

    public static Option<string[]> Set { get; } = new("--set")
    {
        HelpName = "KEY=VALUE",
        Description = "Any other setting, such as worker.concurrency=4; repeatable",
        Recursive = true,
        Validators = { RequirePair },
    };

    public static Option<bool> Verbose { get; } = new("--verbose") { Description = "Tell everything, and the details of errors", Recursive = true };

    public static IReadOnlyList<Option> All { get; } = [Data, Database, Set, Verbose];

    public static Option<bool> Json() => new("--json") { Description = "Print JSON for programs" };

    public static Option<T?> Parsed<T>(string name, string placeholder, string description, string wants, Func<string, T?> parse)
        where T : struct
    {
        return new Option<T?>(name) { HelpName = placeholder, Description = description, CustomParser = Parse };

        T? Parse(ArgumentResult result)
        {
            var text = result.Tokens[0].Value;
            var value = parse(text);
            if (value is null) result.AddError($"{name} wants {wants}, not '{text}'");
            return value;
        }
    }

    public static Option<int?> WholeNumber(string name, string placeholder, string description, int from, int to) =>
        Parsed(name, placeholder, description, $"a whole number from {from} to {to}", text =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= from && number <= to ? number : (int?)null);

    private static void RequirePair(OptionResult result)
    {
        foreach (var token in result.Tokens.Where(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1))
            result.AddError($"--set wants KEY=VALUE, not '{token.Value}'");
    }
}

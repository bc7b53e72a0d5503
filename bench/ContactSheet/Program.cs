// A tool for looking: paints every prompt of a file into captioned contact sheets and reports which words it really draws.
// usage: ContactSheet PROMPTS.tsv FOLDER [--first N] [--count N] [--cell PIXELS] [--style S] [--seed N] [--format png|webp] [--undrawn
// FILE] [--report-only yes]
//        ContactSheet --time SIDE
using System.Diagnostics;
using ContactSheet;

if (args is ["--time", var side])
{
    Timing.Report(int.Parse(side));
    return;
}

var file = args[0];
var folder = Directory.CreateDirectory(args[1]).FullName;
string? Option(string name) => Array.IndexOf(args, name) is var i and >= 0 ? args[i + 1] : null;
var prompts = File.ReadLines(file).Where(l => l.Length > 0 && !l.StartsWith("Prompt\t", StringComparison.Ordinal))
    .Select(l => l.Split('\t')[0])
    .Skip(int.Parse(Option("--first") ?? "0")).Take(int.Parse(Option("--count") ?? "100000")).ToArray();

var clock = Stopwatch.StartNew();
if (Option("--report-only") is null)
    new Sheets(folder, int.Parse(Option("--cell") ?? "300"), Option("--style"), long.Parse(Option("--seed") ?? "1"),
        Option("--format") ?? "png").Write(prompts);
Console.WriteLine($"{prompts.Length} prompts in {clock.Elapsed.TotalSeconds:0.0} s");
Nouns.Report(prompts, Option("--undrawn"));

// The measurements of a race, by what was measured and who it was.
namespace QueueRace;

/// <summary>Collects samples and tells their medians.</summary>
internal sealed class Samples
{
    private readonly Dictionary<(string What, string Who), List<Answer>> _answers = [];

    public void Add(string what, string who, Answer answer)
    {
        if (!_answers.TryGetValue((what, who), out var answers))
            _answers[(what, who)] = answers = [];
        answers.Add(answer);
    }

    /// <summary>The median of a figure.</summary>
    public double Median(string what, string who, Func<Answer, double> figure) => At([.. _answers[(what, who)].Select(figure)], 0.5);

    /// <summary>The median rate.</summary>
    public double Rate(string what, string who) => Median(what, who, answer => answer.Rate);

    /// <summary>The median rate from the start of the worker on.</summary>
    public double WholeRate(string what, string who) => Median(what, who, answer => answer.WholeRate);

    /// <summary>Who of them has the highest median rate.</summary>
    public string Best(string what, IEnumerable<string> who) => who.MaxBy(name => Rate(what, name))!;

    /// <summary>The value below which that share of all values lies.</summary>
    public static double At(IReadOnlyCollection<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 0 && share == 0.5
            ? (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2
            : sorted[Math.Max(0, (int)Math.Ceiling(sorted.Length * share) - 1)];
    }
}

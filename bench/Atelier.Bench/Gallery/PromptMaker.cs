// Makes prompts of the kind people write: a scene, often with the same few words behind it, now and then a word that nobody else uses.
namespace Atelier.Bench.Gallery;

internal sealed class PromptMaker(string? file, Random chance)
{
    private static readonly string[] Things =
        ["a red fox", "an old lighthouse", "a city at night", "two cats", "a portrait of a queen", "a robot gardener", "a bowl of fruit", "a steam train", "a whale", "a castle"];
    private static readonly string[] Places =
        ["in the snow", "by the sea", "under the stars", "in a library", "on the moon", "in heavy rain", "at dawn", "in a forest", "on a market", "in the desert"];
    private static readonly string[] Manners =
        ["cinematic lighting", "highly detailed", "8k", "watercolour", "oil painting", "photo", "concept art", "pastel colours", "35mm", "isometric", "soft light", "bokeh"];

    private readonly string[] _scenes = file is null
        ? [.. Things.SelectMany(thing => Places.Select(place => $"{thing} {place}"))]
        : [.. File.ReadLines(file).Skip(1).Select(line => line.Split('\t')[0]).Where(line => line.Length > 0)];

    public string Next()
    {
        var prompt = _scenes[chance.Next(_scenes.Length)];
        for (var i = chance.Next(4); i > 0; i--)
            prompt += ", " + Manners[Skewed(Manners.Length)];
        return chance.Next(200) == 0 ? $"{prompt}, motif {chance.Next(1_000_000):x5}" : prompt;
    }

    /// <summary>A number below another, small ones far more often.</summary>
    public int Skewed(int below) => (int)(below * Math.Pow(chance.NextDouble(), 2.5));
}

// Counts what an SVG would draw once every reference is followed, so that a small file cannot unfold into millions of shapes.
namespace Atelier.Imaging;

/// <summary>Gathers, in document order, which element holds how many others and which ids it refers to.</summary>
internal sealed class SvgReferences(int maxElements)
{
    private const int MaxChain = 32;

    private readonly Stack<Node> open = new();
    private readonly Dictionary<string, Node> byId = new(StringComparer.Ordinal);
    private readonly Node document = new("");

    /// <summary>Whether the innermost open element is a style sheet.</summary>
    public bool InStyle => open.TryPeek(out var node) && node.Name == "style";

    public void Open(string name, string? id)
    {
        var node = new Node(name);
        (open.TryPeek(out var parent) ? parent : document).Children.Add(node);
        open.Push(node);
        if (!string.IsNullOrEmpty(id))
            byId.TryAdd(id, node);
    }

    public void Close() => open.Pop();

    public void Refer(string id)
    {
        if (open.TryPeek(out var node))
            node.Targets.Add(id);
    }

    /// <summary>Null when the whole, unfolded, stays within the limit; else the refusal.</summary>
    public Inspection.Rejected? Refusal() => Weigh(document, chain: 0) switch
    {
        null => ImageInspector.Reject(RejectionCodes.SvgTooComplex,
            $"The SVG's references form a circle, or a chain longer than {MaxChain}."),
        { } weight when weight > maxElements => ImageInspector.Reject(RejectionCodes.SvgTooComplex,
            $"The SVG draws more than {maxElements} elements."),
        _ => null,
    };

    // An element weighs itself, its children, and a copy of each thing it refers to. Null for a circle or an endless chain.
    // The depth of the recursion is bounded by the guard's limit on nesting times the limit on chains.
    private long? Weigh(Node node, int chain)
    {
        if (node.Weight > 0)
            return node.Weight;
        if (chain > MaxChain || node.Visiting)
            return null;
        node.Visiting = true;
        long? weight = 1;
        foreach (var child in node.Children)
            weight = Add(weight, Weigh(child, chain));
        foreach (var target in node.Targets)
            weight = Add(weight, byId.TryGetValue(target, out var referred) ? Weigh(referred, chain + 1) : 0);
        node.Visiting = false;
        node.Weight = weight ?? 0;
        return weight;
    }

    private static long? Add(long? sum, long? more) => sum + more is { } total ? Math.Min(total, int.MaxValue) : null;

    private sealed class Node(string name)
    {
        public string Name { get; } = name;

        public List<Node> Children { get; } = [];

        public List<string> Targets { get; } = [];

        public bool Visiting { get; set; }

        public long Weight { get; set; }
    }
}

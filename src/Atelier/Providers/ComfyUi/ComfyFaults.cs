// What ComfyUI's refusals of a workflow and the errors of its nodes mean.
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Atelier.Providers.ComfyUi;

internal static partial class ComfyFaults
{
    /// <summary>What an unwelcome reply to a start means.</summary>
    public static ProviderFailure OfStart(ProviderReply reply, DateTimeOffset now)
    {
        var failure = Failures.OfStart(reply, ComfyUiProvider.Title, now);
        return reply is ProviderReply.Answered { Ok: false } answered && failure.Kind == FailureKind.BadInput
            ? Failures.Of(FailureKind.BadInput, ComfyUiProvider.Title, answered.Text, because: OfNodes(answered.Json.At("node_errors")) ?? OfWhole(answered.Json.At("error")))
            : failure;
    }

    /// <summary>Why a run failed, from the messages of its history.</summary>
    public static ProviderFailure OfRun(JsonElement messages)
    {
        var pairs = messages.Items().Select(message => (Kind: message.Items().FirstOrDefault().Text(), Data: message.Items().Skip(1).FirstOrDefault())).ToList();
        var error = pairs.FirstOrDefault(pair => pair.Kind == "execution_error").Data;
        if (error.ValueKind != JsonValueKind.Object)
        {
            return Failures.Of(FailureKind.Retryable, ComfyUiProvider.Title,
                pairs.Exists(pair => pair.Kind == "execution_interrupted") ? "the run was interrupted at ComfyUI" : "the run failed without a reason");
        }
        var what = $"{error.At("node_type").Text()}: {error.At("exception_type").Text()}: {error.At("exception_message").Text()?.Trim()}";
        // What a node cannot compute it cannot compute again; memory and devices recover.
        return Passing().IsMatch(what)
            ? Failures.Of(FailureKind.Retryable, ComfyUiProvider.Title, what)
            : Failures.Of(FailureKind.Permanent, ComfyUiProvider.Title, what, because: $"its node {error.At("node_type").Text()} failed");
    }

    private static string? OfNodes(JsonElement nodes)
    {
        if (nodes.ValueKind != JsonValueKind.Object)
            return null;
        foreach (var node in nodes.EnumerateObject())
        {
            foreach (var error in node.Value.At("errors").Items())
                return OfNode(node.Value.At("class_type").Text() ?? node.Name, error);
        }
        return null;
    }

    private static string OfNode(string node, JsonElement error)
    {
        var (input, given) = (error.At("extra_info", "input_name").Text(), error.At("extra_info", "received_value").Text());
        return error.At("type").Text() == "value_not_in_list" && input is not null && given is not null
            ? input.EndsWith("_name", StringComparison.Ordinal) && given.Contains('.', StringComparison.Ordinal) ? $"{given} is not installed there" : $"{node} knows no {input} {given}"
            : $"{node}: {error.At("message").Text()}: {error.At("details").Text()}";
    }

    private static string? OfWhole(JsonElement error) => error.At("message").Text() is not { } message ? null
        : error.At("extra_info", "class_type").Text() is { } node ? $"the node {node} is not installed there"
        : message;

    [GeneratedRegex(@"OutOfMemory|out of memory|Allocation on device|CUDA error|HIP error|ConnectionError|Timeout", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Passing();
}

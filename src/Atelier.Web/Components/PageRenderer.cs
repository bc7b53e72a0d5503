// Turns components into HTML, whole pages and live fragments alike, so that both always look the same. Holds nothing between two renderings.
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Logging;

namespace Atelier.Web.Components;

/// <summary>Renders components outside of any request.</summary>
internal sealed class PageRenderer(IServiceProvider services, ILoggerFactory logs)
{
    /// <summary>The HTML of a component with its parameters.</summary>
    public Task<string> RenderAsync<TComponent>(IReadOnlyDictionary<string, object?> parameters) where TComponent : IComponent =>
        RenderAsync(builder =>
        {
            builder.OpenComponent<TComponent>(0);
            builder.AddMultipleAttributes(1, parameters.Select(pair => KeyValuePair.Create(pair.Key, pair.Value!)));
            builder.CloseComponent();
        });

    /// <summary>The HTML of a fragment.</summary>
    public async Task<string> RenderAsync(RenderFragment fragment)
    {
        await using var renderer = new HtmlRenderer(services, logs);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var parameters = ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(Root.Content)] = fragment });
            return WithoutIndentation((await renderer.RenderComponentAsync<Root>(parameters)).ToHtmlString());
        });
    }

    // It is the templates' own, and a twentieth of a page: line breaks in what people wrote are drawn as character references.
    private static string WithoutIndentation(string html)
    {
        var text = new StringBuilder(html.Length);
        foreach (var range in html.AsSpan().Split('\n'))
        {
            var line = html.AsSpan()[range].TrimStart();
            if (!line.IsEmpty)
                text.Append(text.Length == 0 ? "" : "\n").Append(line);
        }
        return text.ToString();
    }

    private sealed class Root : ComponentBase
    {
        [Parameter] public RenderFragment? Content { get; set; }

        protected override void BuildRenderTree(RenderTreeBuilder builder) => builder.AddContent(0, Content);
    }
}

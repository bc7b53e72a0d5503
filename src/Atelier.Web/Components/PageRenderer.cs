// Turns components into HTML, whole pages and live fragments alike, so that both always look the same. Holds nothing between two renderings.
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Logging;

namespace Atelier.Web.Components;

/// <summary>Renders components outside of any request.</summary>
internal sealed partial class PageRenderer(IServiceProvider services, ILoggerFactory logs)
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
            return Indentation().Replace((await renderer.RenderComponentAsync<Root>(parameters)).ToHtmlString(), "\n");
        });
    }

    // It is the templates' own, and a twentieth of a page: line breaks in what people wrote are drawn as character references.
    [GeneratedRegex(@"\n\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Indentation();

    private sealed class Root : ComponentBase
    {
        [Parameter] public RenderFragment? Content { get; set; }

        protected override void BuildRenderTree(RenderTreeBuilder builder) => builder.AddContent(0, Content);
    }
}

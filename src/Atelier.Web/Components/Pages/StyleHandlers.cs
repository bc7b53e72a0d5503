// The page of one's own styles, and what its forms do. A form that is refused comes back as it was typed.
using Atelier.Catalogue;
using Atelier.Submitting;
using Atelier.Web.Components.Layout;
using Atelier.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Atelier.Web.Components.Pages;

internal sealed class StyleHandlers(PageFrames frames, OwnStyles styles)
{
    /// <summary>Maps the page and its forms.</summary>
    public void Map(RouteGroupBuilder pages)
    {
        pages.MapMethods(Links.Styles, ["GET", "HEAD"], (Delegate)((HttpContext http) => ShowAsync(http, StyleForm.Empty, StatusCodes.Status200OK))).Allow(Access.Read);
        pages.MapPost(Links.Styles, (Delegate)SaveAsync).Allow(Access.Write);
        pages.MapPost($"{Links.Styles}/delete", (Delegate)DeleteAsync).Allow(Access.Write);
    }

    private async Task<IResult> SaveAsync(HttpContext http)
    {
        var fields = await http.Request.ReadFormAsync(http.RequestAborted);
        var form = new StyleForm(fields["replaced"].ToString(), fields["name"].ToString(), fields["prompt"].ToString(), fields["negative_prompt"].ToString());
        var errors = await styles.SaveAsync(
            CurrentUser.Of(http).Owner, form.Replaced.Length > 0 ? form.Replaced : null, form.Name, form.Prompt, form.NegativePrompt, http.RequestAborted);
        return errors.Count == 0
            ? Answers.SeeOther(http, Links.Styles)
            : await ShowAsync(http, form with { Problem = Wording.FieldSentence(errors[0]) }, StatusCodes.Status422UnprocessableEntity);
    }

    private async Task<IResult> DeleteAsync(HttpContext http)
    {
        var fields = await http.Request.ReadFormAsync(http.RequestAborted);
        await styles.DeleteAsync(CurrentUser.Of(http).Owner, fields["replaced"].ToString(), http.RequestAborted);
        return Answers.SeeOther(http, Links.Styles);
    }

    private async Task<IResult> ShowAsync(HttpContext http, StyleForm form, int status)
    {
        var frame = await frames.OfAsync(http);
        IReadOnlyList<StylePreset> own = await styles.ListAsync(CurrentUser.Of(http).Owner, http.RequestAborted);
        return new Page<StylesPage>(new Dictionary<string, object?>
        {
            [nameof(StylesPage.Frame)] = frame with { Path = Links.Styles },
            [nameof(StylesPage.Styles)] = own,
            [nameof(StylesPage.Form)] = form,
        }, status);
    }
}

/// <summary>What stands in the form of a style.</summary>
/// <param name="Replaced">The name of the style that is changed; empty for a new one.</param>
/// <param name="Name">Its name.</param>
/// <param name="Prompt">The words it adds.</param>
/// <param name="NegativePrompt">The words it leaves out.</param>
public sealed record StyleForm(string Replaced, string Name, string Prompt, string NegativePrompt)
{
    /// <summary>A new style.</summary>
    public static StyleForm Empty { get; } = new("", "", "", "");

    /// <summary>What is wrong; null where nothing is.</summary>
    public string? Problem { get; init; }
}

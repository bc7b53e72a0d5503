// The places of the main navigation.
namespace Atelier.Web.Components.Layout;

/// <summary>Where in the navigation a page belongs.</summary>
public enum Place
{
    /// <summary>Nowhere in particular.</summary>
    None,

    /// <summary>Making pictures.</summary>
    Create,

    /// <summary>Everybody's public pictures.</summary>
    Explore,

    /// <summary>The reader's own pictures.</summary>
    Library,

    /// <summary>What the reader was told.</summary>
    Notifications,

    /// <summary>Reports and what moderators decide.</summary>
    Moderation,

    /// <summary>Running the installation.</summary>
    Admin,
}

// The addresses that pages link to, each written once.
using Atelier.Accounts;
using Atelier.Generating;
using Atelier.Submitting;
using Atelier.Web.Endpoints;

namespace Atelier.Web.Components.Layout;

/// <summary>Paths of pages, commands and pictures.</summary>
public static class Links
{
    /// <summary>The page for making pictures.</summary>
    public const string Create = "/";

    /// <summary>The reader's own pictures.</summary>
    public const string Library = "/library";

    /// <summary>Everybody's public pictures.</summary>
    public const string Explore = "/explore";

    /// <summary>How many pictures have come since a page was drawn.</summary>
    public const string Newer = "/explore/newer";

    /// <summary>The search over everybody's prompts.</summary>
    public const string Search = "/search";

    /// <summary>The reader's own collections.</summary>
    public const string Collections = "/collections";

    /// <summary>The reader's credits.</summary>
    public const string Credits = "/credits";

    /// <summary>Where people sign in; <c>return</c> is where they come back to.</summary>
    public const string SignIn = "/sign-in";

    /// <summary>What the reader was told.</summary>
    public const string Notifications = "/notifications";

    /// <summary>Where notifications are marked as read.</summary>
    public const string ReadNotifications = "/notifications/read";

    /// <summary>Where readers choose what to be told of.</summary>
    public const string ChooseNotifications = "/notifications/choice";

    /// <summary>What an account shows of itself.</summary>
    public static string Profile(string username) => $"/u/{username}";

    /// <summary>Who follows an account.</summary>
    public static string Followers(string username) => $"/u/{username}/followers";

    /// <summary>Whom an account follows.</summary>
    public static string Following(string username) => $"/u/{username}/following";

    /// <summary>Where a reader reports an account.</summary>
    public static string ReportProfile(string username) => $"/u/{username}/report";

    /// <summary>Where people sign up; <c>invitation</c> is the code of an invitation.</summary>
    public const string SignUp = "/sign-up";

    /// <summary>Where people sign out.</summary>
    public const string SignOut = "/sign-out";

    /// <summary>Where people ask for a link that lets them choose a new password.</summary>
    public const string Forgot = "/forgot";

    /// <summary>Where that link leads.</summary>
    public const string Reset = "/reset";

    /// <summary>Where the link leads that confirms an address.</summary>
    public const string Confirm = "/confirm";

    /// <summary>Where the link leads that changes an address.</summary>
    public const string ConfirmEmail = "/confirm/email";

    /// <summary>Where somebody signs in with a passkey; <c>/options</c> below it is the challenge.</summary>
    public const string SignInWithPasskey = "/sign-in/passkey";

    /// <summary>Where the reader adds a passkey; <c>/options</c> below it is the challenge.</summary>
    public const string Passkeys = "/settings/passkeys";

    /// <summary>The reader's own account.</summary>
    public const string Settings = "/settings";

    /// <summary>Where signing in by another service begins.</summary>
    public static string SignInWith(string service) => $"/sign-in/with/{service}";

    /// <summary>How much of an avatar's key stands in its address.</summary>
    public const int AvatarMark = 12;

    /// <summary>The picture of an account that has one; the end of the address changes with it.</summary>
    public static string Avatar(Account account) => $"/avatars/{account.Username}?v={account.Avatar?[..AvatarMark]}";

    /// <summary>The stream of live fragments.</summary>
    public const string Live = "/live";

    /// <summary>Switches between light and dark.</summary>
    public const string Theme = "/theme";

    /// <summary>Clears what is finished from the queue drawer.</summary>
    public const string ClearQueue = "/queue/clear";

    /// <summary>Brings back what was cleared last.</summary>
    public const string UndoClear = "/queue/clear/undo";

    /// <summary>Lets nothing of the reader's own begin.</summary>
    public const string PauseQueue = "/queue/pause";

    /// <summary>Ends the reader's pause.</summary>
    public const string ResumeQueue = "/queue/resume";

    /// <summary>Where an owner puts a waiting generation first.</summary>
    public static string Front(string id) => $"/g/{id}/front";

    /// <summary>Where an owner cancels everything unfinished that was submitted together.</summary>
    public static string CancelBatch(string batch) => $"/batches/{batch}/cancel";

    /// <summary>What the create form would come to, as fragments.</summary>
    public const string Outlook = "/outlook";

    /// <summary>Fills the create form from a picture's own metadata.</summary>
    public const string ReadSettings = "/read-settings";

    /// <summary>The reader's own latest prompts, as JSON.</summary>
    public const string Prompts = "/prompts";

    /// <summary>The reader's own styles.</summary>
    public const string Styles = "/styles";
    /// <summary>The oldest open report, for moderators.</summary>
    public const string Moderation = "/moderation";

    /// <summary>The dashboard, for administrators.</summary>
    public const string Admin = "/admin";

    /// <summary>Where a reader reports a generation.</summary>
    public static string Report(string id) => $"/g/{id}/report";

    /// <summary>The page of one generation.</summary>
    public static string Generation(string id) => $"/g/{id}";

    /// <summary>Where a picture is liked, or no longer.</summary>
    public static string Like(string id, bool liked) => $"/g/{id}/like?liked={(liked ? 1 : 0)}";

    /// <summary>Where a picture is put into one of the reader's collections.</summary>
    public static string Collect(string id) => $"/g/{id}/collect";

    /// <summary>Where an account is followed, or no longer.</summary>
    public static string Follow(string username, bool follows) => $"/u/{username}/follow?follows={(follows ? 1 : 0)}";

    /// <summary>The page of a collection.</summary>
    public static string Collection(string id) => $"/c/{id}";

    /// <summary>The page where the owner puts a collection's pictures in order.</summary>
    public static string Arrange(string id) => $"/c/{id}?arrange=1";

    /// <summary>Where a collection is moved past its neighbour.</summary>
    public static string MoveCollection(string id, bool earlier) => $"/c/{id}/move?earlier={(earlier ? 1 : 0)}";

    /// <summary>Where a picture is moved past its neighbour in a collection.</summary>
    public static string MoveInCollection(string id, string generation, bool earlier) => $"/c/{id}/items/{generation}/move?earlier={(earlier ? 1 : 0)}";

    /// <summary>Where a picture is taken out of a collection.</summary>
    public static string RemoveFromCollection(string id, string generation) => $"/c/{id}/items/{generation}/remove";

    /// <summary>Where a generation's owner cancels it.</summary>
    public static string Cancel(string id) => $"/g/{id}/cancel";

    /// <summary>Where a failed or canceled generation is tried again.</summary>
    public static string Retry(string id) => $"/g/{id}/retry";

    /// <summary>Where a generation is deleted.</summary>
    public static string Delete(string id) => $"/g/{id}/delete";

    /// <summary>Where a generation's owner changes who may see it.</summary>
    public static string Change(string id) => $"/g/{id}/change";

    /// <summary>A small copy of a picture that can still be restored, for its owner alone.</summary>
    public static string DeletedThumbnail(string id) => $"/g/{id}/deleted";

    /// <summary>Where deletions are taken back.</summary>
    public const string Restore = "/library/restore";

    /// <summary>Where one thing is done to several selected pictures.</summary>
    public const string Selected = "/library/selected";

    /// <summary>Selected pictures as one file to keep.</summary>
    public const string Zip = "/library/zip";

    /// <summary>The picture as a file to keep, in the format asked for.</summary>
    public static string Download(string id) => $"{ApiRoutes.Images}/{id}/full?download=1";

    /// <summary>The picture in the format asked for.</summary>
    public static string Full(string id) => $"{ApiRoutes.Images}/{id}/full";

    /// <summary>A copy fit for a screen.</summary>
    public static string Screen(string id) => $"{ApiRoutes.Images}/{id}/preview";

    /// <summary>A small copy for lists.</summary>
    public static string Thumbnail(string id) => $"{ApiRoutes.Images}/{id}/thumbnail";

    /// <summary>The preview of an unfinished picture; the step keeps a browser from showing an older one.</summary>
    public static string Preview(string id, int step) => $"/g/{id}/preview?step={step}";

    /// <summary>What was made before a generation.</summary>
    public static string Earlier(string id) => $"/?before={id}";

    /// <summary>The create page with a generation's prompt and settings filled in, except its seed.</summary>
    public static string Filled(string id) => $"/?from={id}";

    /// <summary>The same, for a picture that descends from it.</summary>
    public static string Again(string id) => $"{Filled(id)}&parent={id}&parent_kind={Parent.Remix}";

    /// <summary>The create page with everything filled in.</summary>
    public static string Again(Generation generation) => $"{Again(generation.Id)}&seed={generation.Seed}";

    /// <summary>The create page with a picture to start from.</summary>
    public static string Reference(string id) => $"/?reference={id}&parent={id}&parent_kind={Parent.Reference}";

    /// <summary>Where more of a picture's kind are made.</summary>
    public static string Variations(string id) => $"/g/{id}/variations";

    /// <summary>Where a picture is made again, larger.</summary>
    public static string Upscale(string id) => $"/g/{id}/upscale";

    /// <summary>The engine's own file, to keep.</summary>
    public static string Original(string id) => $"{ApiRoutes.Images}/{id}/original?download=1";

    /// <summary>The picture as a file to keep, in another format.</summary>
    public static string Download(string id, string format) => $"{Download(id)}&format={format}";
}

// A notification with what is needed to show it: its sentence, where it leads, a picture.
using Atelier.Generating;
using Atelier.Notifying;
using Atelier.Web.Components.Layout;

namespace Atelier.Web.Components.Notifications;

/// <summary>One notification as the pages show it.</summary>
/// <param name="Notification">The record.</param>
/// <param name="Generation">A generation that it is about; null where there is none, or it is gone.</param>
/// <param name="ActorName">The name of who did it.</param>
public sealed record NotificationView(Notification Notification, Generation? Generation, string? ActorName)
{
    /// <summary>Where its actor's profile is; null where nobody is named.</summary>
    public string? ActorUsername { get; init; }

    /// <summary>Credits that came back, where a failure had held some.</summary>
    public long Refunded { get; init; }

    /// <summary>The sign beside it.</summary>
    public string Icon => Notification.Kind switch
    {
        NotificationKind.Finished => "done",
        NotificationKind.Failed => "failed",
        NotificationKind.Liked => "heart",
        NotificationKind.Followed => "person",
        _ => "info",
    };

    /// <summary>The sentence.</summary>
    public string Text
    {
        get
        {
            var count = Notification.Count;
            return Notification.Kind switch
            {
                NotificationKind.Finished => count == 1 ? "Your picture is ready" : $"{Wording.Number(count)} pictures are ready",
                NotificationKind.Failed => $"{(count == 1 ? "A picture failed" : $"{Wording.Number(count)} pictures failed")}{Refund}",
                NotificationKind.Liked => $"{Actors(count)} {(count == 1 ? "likes" : "like")} your picture",
                NotificationKind.Followed => $"{ActorName ?? "Somebody"} follows you",
                _ => $"Your credits run low: {Wording.Number(count)} left",
            };
        }
    }

    /// <summary>What more there is to say.</summary>
    public string? Detail => Notification.Kind == NotificationKind.Failed && Generation?.Error is { } error ? error.Message : Generation?.Prompt;

    /// <summary>Where it leads; null where that is gone.</summary>
    public string? Link => Notification.Kind switch
    {
        NotificationKind.Followed => ActorUsername is null ? null : Links.Profile(ActorUsername),
        NotificationKind.LowCredits => Links.Credits,
        NotificationKind.Finished or NotificationKind.Failed when Notification.Count > 1 => $"{Links.Library}?batch={Notification.Subject}{(Notification.Kind == NotificationKind.Failed ? "&show=failed" : "")}",
        _ => Generation is null ? null : Links.Generation(Generation.Id),
    };

    private string Refund => Refunded == 0 ? "" : $"; {Wording.Count(Refunded, "credit was", "credits were")} given back";

    private string Actors(int count) => count switch
    {
        1 => ActorName ?? "Somebody",
        2 => $"{ActorName ?? "Somebody"} and 1 other",
        _ => $"{ActorName ?? "Somebody"} and {Wording.Number(count - 1)} others",
    };
}

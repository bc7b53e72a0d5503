// The settings the painter knows: each with its horizon, its footing and the function that paints it. Immutable.
using System.Collections.Frozen;

namespace Atelier.Providers.Sketch;

/// <summary>One setting.</summary>
/// <param name="Horizon">Height of the horizon as a share of the picture's height, from the top: the least and the most.</param>
/// <param name="Footing">What things stand on here.</param>
/// <param name="Paint">Paints the setting's layers.</param>
internal sealed record Backdrop((double Least, double Most) Horizon, Footing Footing, Action<View> Paint)
{
    public static readonly FrozenDictionary<string, Backdrop> All = new Dictionary<string, Backdrop>(StringComparer.Ordinal)
    {
        ["meadow"] = new((0.46, 0.58), Footing.Ground, Countryside.Meadow),
        ["hills"] = new((0.5, 0.6), Footing.Ground, Countryside.Hills),
        ["mountains"] = new((0.55, 0.64), Footing.Ground, Countryside.Mountains),
        ["forest"] = new((0.52, 0.62), Footing.Ground, Woods.Forest),
        ["jungle"] = new((0.5, 0.6), Footing.Ground, Woods.Jungle),
        ["farm"] = new((0.48, 0.58), Footing.Ground, Countryside.Farm),
        ["garden"] = new((0.44, 0.52), Footing.Ground, Countryside.Garden),
        ["park"] = new((0.46, 0.55), Footing.Ground, Countryside.Park),
        ["village"] = new((0.5, 0.58), Footing.Ground, Towns.Village),
        ["castle grounds"] = new((0.52, 0.6), Footing.Ground, Towns.Castle),
        ["desert"] = new((0.5, 0.6), Footing.Ground, Wilds.Desert),
        ["snow field"] = new((0.5, 0.6), Footing.Ground, Wilds.Snow),
        ["volcano"] = new((0.56, 0.64), Footing.Ground, Wilds.Volcano),
        ["cave"] = new((0.6, 0.68), Footing.Ground, Wilds.Cave),
        ["river"] = new((0.44, 0.52), Footing.Ground, Shores.River),
        ["beach"] = new((0.4, 0.48), Footing.Ground, Shores.Beach),
        ["island"] = new((0.46, 0.54), Footing.Ground, Shores.Island),
        ["ocean"] = new((0.42, 0.54), Footing.Water, Shores.Ocean),
        ["lake"] = new((0.46, 0.54), Footing.Water, Shores.Lake),
        ["harbor"] = new((0.46, 0.54), Footing.Water, Shores.Harbor),
        ["underwater"] = new((0.7, 0.78), Footing.Air, Shores.Underwater),
        ["city"] = new((0.62, 0.7), Footing.Ground, Towns.City),
        ["street"] = new((0.52, 0.6), Footing.Ground, Towns.Street),
        ["market"] = new((0.56, 0.64), Footing.Ground, Towns.Market),
        ["brick wall"] = new((0.74, 0.8), Footing.Ground, Towns.BrickWall),
        ["temple"] = new((0.58, 0.66), Footing.Ground, Towns.Temple),
        ["tennis court"] = new((0.48, 0.55), Footing.Ground, Towns.Court),
        ["room"] = new((0.62, 0.68), Footing.Floor, Rooms.Living),
        ["bedroom"] = new((0.62, 0.68), Footing.Floor, Rooms.Bedroom),
        ["library"] = new((0.68, 0.74), Footing.Floor, Rooms.Library),
        ["stage"] = new((0.7, 0.76), Footing.Floor, Rooms.Stage),
        ["kitchen"] = new((0.62, 0.68), Footing.Table, Rooms.Kitchen),
        ["table"] = new((0.58, 0.64), Footing.Table, Rooms.Table),
        ["studio"] = new((0.62, 0.68), Footing.Plinth, Rooms.Studio),
        ["space"] = new((1, 1), Footing.Air, Cosmos.Space),
        ["moon surface"] = new((0.62, 0.7), Footing.Ground, Cosmos.Moon),
        ["sky"] = new((0.86, 0.9), Footing.Air, Cosmos.HighSky),
    }.ToFrozenDictionary(StringComparer.Ordinal);
}

// Adds an XMP item to an AVIF file and moves the addresses of the coded picture accordingly; a pure function.
using System.Buffers.Binary;

namespace Atelier.Imaging;

/// <summary>
/// The packet goes into a new box at the end of the file; the item table gains an entry that describes the primary item. The
/// table grows, so everything behind it moves, and the addresses in it are written anew.
/// </summary>
internal static class AvifMetadata
{
    private const int BoxHeaderBytes = 8;
    private const int FullBoxHeaderBytes = 12;

    public static byte[]? Embed(ReadOnlySpan<byte> avif, PictureStory story)
    {
        if (IsoBoxes.Read(avif, 0, avif.Length) is not { } boxes
            || boxes.Find("meta"u8, avif) is not { } meta || boxes.Find("moov"u8, avif) is not null)
            return null; // a sequence holds further addresses, which are not ours to move
        if (IsoBoxes.Read(avif, meta.Start + FullBoxHeaderBytes, meta.End) is not { } inner)
            return null;
        if (inner.Find("iloc"u8, avif) is not { } iloc
            || inner.Find("iinf"u8, avif) is not { } iinf || inner.Find("pitm"u8, avif) is not { } pitm)
            return null;
        if (ItemLocations.Read(avif[iloc.Start..iloc.End]) is not { } locations)
            return null;

        var packet = XmpPacket.Of(story, ParametersText.Of(story)).ToBytes();
        var (largest, known) = ReadItems(avif, iinf);
        var item = known ?? Math.Max(largest, locations.LargestId) + 1;
        var primary = avif[pitm.Start + BoxHeaderBytes] == 0
            ? BinaryPrimitives.ReadUInt16BigEndian(avif[(pitm.Start + FullBoxHeaderBytes)..])
            : BinaryPrimitives.ReadUInt32BigEndian(avif[(pitm.Start + FullBoxHeaderBytes)..]);
        if (item > ushort.MaxValue || primary > ushort.MaxValue)
            return null;

        // Written twice: the first time to learn how much longer it becomes.
        var entry = known is null ? ((ushort)item, (ushort)primary) : ((ushort, ushort)?)null;
        var grown = WriteMeta(avif, meta, inner, locations.With(item, avif.Length, packet.Length), entry).Length - (meta.End - meta.Start);
        var moved = locations.Moved(from: meta.End, by: grown).With(item, avif.Length + grown + BoxHeaderBytes, packet.Length);
        var newMeta = WriteMeta(avif, meta, inner, moved, entry);
        return [.. avif[..meta.Start], .. newMeta, .. avif[meta.End..], .. IsoBoxes.Box("mdat"u8, packet)];
    }

    private static byte[] WriteMeta(
        ReadOnlySpan<byte> avif, IsoBox meta, List<IsoBox> inner, ItemLocations locations, (ushort Item, ushort Primary)? entry)
    {
        using var output = new MemoryStream();
        output.Write(avif.Slice(meta.Start + BoxHeaderBytes, 4)); // version and flags
        foreach (var box in inner)
        {
            var old = avif[box.Start..box.End];
            if (box.Is("iloc"u8, avif))
                output.Write(locations.ToBox());
            else if (box.Is("iinf"u8, avif) && entry is { } added)
                output.Write(WithItem(old, added.Item));
            else if (box.Is("iref"u8, avif) && entry is { } referring)
                output.Write(IsoBoxes.Box("iref"u8, [.. old[BoxHeaderBytes..], .. Reference(referring, wide: old[BoxHeaderBytes] != 0)]));
            else
                output.Write(old);
        }

        if (entry is { } fresh && inner.Find("iref"u8, avif) is null)
            output.Write(IsoBoxes.Box("iref"u8, [0, 0, 0, 0, .. Reference(fresh, wide: false)]));
        return IsoBoxes.Box("meta"u8, output.ToArray());
    }

    // One more entry in the list of items: a hidden item of MIME type XMP.
    private static byte[] WithItem(ReadOnlySpan<byte> iinf, ushort item)
    {
        var body = iinf[BoxHeaderBytes..].ToArray();
        if (body[0] == 0)
            BinaryPrimitives.WriteUInt16BigEndian(body.AsSpan(4), (ushort)(BinaryPrimitives.ReadUInt16BigEndian(body.AsSpan(4)) + 1));
        else
            BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(4), BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(4)) + 1);
        byte[] infe = [2, 0, 0, 1, (byte)(item >> 8), (byte)item, 0, 0, .. "mime\0application/rdf+xml\0"u8];
        return IsoBoxes.Box("iinf"u8, [.. body, .. IsoBoxes.Box("infe"u8, infe)]);
    }

    // "This item describes that one."
    private static byte[] Reference((ushort Item, ushort Primary) entry, bool wide)
    {
        byte[] from = [(byte)(entry.Item >> 8), (byte)entry.Item];
        byte[] to = [(byte)(entry.Primary >> 8), (byte)entry.Primary];
        return IsoBoxes.Box("cdsc"u8, wide ? [0, 0, .. from, 0, 1, 0, 0, .. to] : [.. from, 0, 1, .. to]);
    }

    // The largest item number, and that of an XMP item which an engine may have written already.
    private static (uint Largest, uint? Xmp) ReadItems(ReadOnlySpan<byte> avif, IsoBox iinf)
    {
        var countBytes = avif[iinf.Start + BoxHeaderBytes] == 0 ? 2 : 4;
        uint largest = 0;
        uint? xmp = null;
        foreach (var infe in IsoBoxes.Read(avif, iinf.Start + FullBoxHeaderBytes + countBytes, iinf.End) ?? [])
        {
            var body = avif[(infe.Start + BoxHeaderBytes)..infe.End];
            if (body.Length < 12)
                continue;
            var item = body[0] < 3 ? BinaryPrimitives.ReadUInt16BigEndian(body[4..]) : BinaryPrimitives.ReadUInt32BigEndian(body[4..]);
            largest = Math.Max(largest, item);
            if (body[0] == 2 && body[8..12].SequenceEqual("mime"u8) && body.IndexOf("application/rdf+xml\0"u8) > 0)
                xmp = item;
        }

        return (largest, xmp);
    }
}

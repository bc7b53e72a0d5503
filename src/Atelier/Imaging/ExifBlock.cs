// The smallest sound Exif block that holds a user comment in Unicode; a pure function.
using System.Buffers.Binary;
using System.Text;

namespace Atelier.Imaging;

internal static class ExifBlock
{
    /// <summary>What fits into one JPEG segment beside the other fields.</summary>
    private const int MaxCommentBytes = 65_000;
    private const int FirstDirectory = 8;
    private const ushort Short = 3;
    private const ushort Long = 4;
    private const ushort Rational = 5;
    private const ushort Undefined = 7;

    /// <summary>
    /// A big-endian TIFF structure with the fields that Exif demands and the comment; null when the text is too long for a JPEG.
    /// </summary>
    public static byte[]? Of(string comment, int width, int height)
    {
        byte[] text = [.. "UNICODE\0"u8, .. Encoding.BigEndianUnicode.GetBytes(comment)];
        if (text.Length > MaxCommentBytes)
            return null;

        byte[] density = [0, 0, 0, 72, 0, 0, 0, 1];
        var exifDirectory = FirstDirectory + Size([density, density, [], [], []]);
        var main = Directory(FirstDirectory,
        [
            (0x011A, Rational, 1, density), // pixels an inch, across and down
            (0x011B, Rational, 1, density),
            (0x0128, Short, 1, [0, 2, 0, 0]), // inches
            (0x0213, Short, 1, [0, 1, 0, 0]), // colour samples are centred
            (0x8769, Long, 1, Word(exifDirectory)),
        ]);
        var exif = Directory(exifDirectory,
        [
            (0x9000, Undefined, 4, "0232"u8.ToArray()), // version
            (0x9101, Undefined, 4, [1, 2, 3, 0]), // Y, Cb, Cr
            (0x9286, Undefined, text.Length, text),
            (0xA000, Undefined, 4, "0100"u8.ToArray()),
            (0xA001, Short, 1, [0, 1, 0, 0]), // sRGB
            (0xA002, Long, 1, Word(width)),
            (0xA003, Long, 1, Word(height)),
        ]);
        return [.. "MM\0*"u8, .. Word(FirstDirectory), .. main, .. exif];
    }

    // Number of entries, entries of twelve bytes, no next directory, then the values that are longer than four bytes.
    private static byte[] Directory(int start, IReadOnlyList<(ushort Tag, ushort Type, int Count, byte[] Value)> entries)
    {
        var head = new byte[Size([.. entries.Select(_ => Array.Empty<byte>())])];
        var values = new List<byte>();
        BinaryPrimitives.WriteUInt16BigEndian(head, (ushort)entries.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            var (tag, type, count, value) = entries[i];
            var at = head.AsSpan(2 + (12 * i));
            BinaryPrimitives.WriteUInt16BigEndian(at, tag);
            BinaryPrimitives.WriteUInt16BigEndian(at[2..], type);
            BinaryPrimitives.WriteInt32BigEndian(at[4..], count);
            if (value.Length > 4)
            {
                BinaryPrimitives.WriteInt32BigEndian(at[8..], start + head.Length + values.Count);
                values.AddRange(value);
            }
            else
            {
                value.CopyTo(at[8..]);
            }
        }

        return [.. head, .. values];
    }

    private static int Size(IReadOnlyCollection<byte[]> longValues) => 2 + (12 * longValues.Count) + 4 + longValues.Sum(v => v.Length);

    private static byte[] Word(int value)
    {
        var word = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, value);
        return word;
    }
}

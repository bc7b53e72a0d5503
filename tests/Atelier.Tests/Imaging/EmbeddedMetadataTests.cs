// A picture's story in its file: read back by exiftool, pixels untouched, hostile text harmless.
using System.Text;
using System.Xml.Linq;
using Atelier.Imaging;
using Atelier.Vips;
using FsCheck;
using FsCheck.Fluent;

namespace Atelier.Tests.Imaging;

public sealed class EmbeddedMetadataTests
{
    private const string Model = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";
    private const string Painter = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia";

    private static readonly PictureStory Story = new(
        "a red bicycle on a bridge", "people, cars", "flux-schnell", "replicate",
        320, 240, 123456789012, 4, 3.5, SourceType.TrainedModel, "0.1");

    private const string Parameters =
        "a red bicycle on a bridge\nNegative prompt: people, cars\n" +
        "Steps: 4, CFG scale: 3.5, Seed: 123456789012, Size: 320x240, Model: flux-schnell, Provider: replicate, Version: Atelier 0.1";

    public static TheoryData<ImageFormat> Formats =>
        [ImageFormat.Png, ImageFormat.Jpeg, ImageFormat.Webp, ImageFormat.Avif, ImageFormat.Svg];

    public static TheoryData<ImageFormat> RasterFormats => [ImageFormat.Png, ImageFormat.Jpeg, ImageFormat.Webp, ImageFormat.Avif];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Another_tool_reads_the_whole_story(ImageFormat format)
    {
        var tags = ExifTool.Read(Embed(Samples.File(format), format, Story), format);
        tags.Text("XMP-iptcExt:DigitalSourceType").ShouldBe(Model);
        tags.Text("XMP-xmp:CreatorTool").ShouldBe("Atelier 0.1");
        tags.Text("XMP-dc:Description").ShouldBe("a red bicycle on a bridge");
        ParametersIn(tags, format).ShouldBe(Parameters);
        tags.Text("ExifTool:Warning").ShouldBeNull();
        tags.Text("ExifTool:Validate").ShouldBe(format == ImageFormat.Svg ? null : "OK");
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Without_the_prompt_the_mark_of_the_machine_stays(ImageFormat format)
    {
        var secret = Story with { Prompt = null, NegativePrompt = null, SourceType = SourceType.Algorithm };
        var file = Embed(Samples.File(format), format, secret);
        var tags = ExifTool.Read(file, format);
        tags.Text("XMP-iptcExt:DigitalSourceType").ShouldBe(Painter);
        tags.Text("XMP-xmp:CreatorTool").ShouldBe("Atelier 0.1");
        tags.Text("XMP-dc:Description").ShouldBeNull();
        tags.ToString().ShouldNotContain("bicycle");
        Encoding.UTF8.GetString(file).ShouldNotContain("bicycle");
    }

    [Theory]
    [MemberData(nameof(RasterFormats))]
    public void The_pixels_and_their_coding_stay_untouched(ImageFormat format)
    {
        var before = Samples.File(format);
        var after = Embed(before, format, Story);
        Decode(after).ShouldBe(Decode(before));
        after.Length.ShouldBeLessThan(before.Length + 6_000);
        using var accepted = ImageInspector.Inspect(after, new ImageLimits()).ShouldBeOfType<Inspection.Accepted>();
        accepted.Facts.Format.ShouldBe(format);
    }

    [Theory]
    [MemberData(nameof(RasterFormats))]
    public void Telling_the_story_again_replaces_it(ImageFormat format)
    {
        var once = Embed(Samples.File(format), format, Story with { Prompt = "the first draft" });
        var tags = ExifTool.Read(Embed(once, format, Story), format);
        tags.Text("XMP-dc:Description").ShouldBe("a red bicycle on a bridge");
        tags.Text("XMP-iptcExt:DigitalSourceType").ShouldBe(Model);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Hostile_text_survives_or_is_cleaned(ImageFormat format)
    {
        var hostile = "first\r\nNegative prompt: forged\nSteps: 99, Seed: 1\0\u0001\u001b[31m ]]> <x> & \"q\" 'a' 🦊 \ud800 \uffff é "
            + new string('x', 10_000);
        var tags = ExifTool.Read(Embed(Samples.File(format), format, Story with { Prompt = hostile, Model = "a, Seed: 1: \"b\"" }), format);

        var description = tags.Text("XMP-dc:Description").ShouldNotBeNull();
        description.ShouldStartWith("first\nNegative prompt: forged\nSteps: 99, Seed: 1[31m ]]> <x> & \"q\" 'a' 🦊 \ufffd  é xxx");
        description.ShouldEndWith(new string('x', 10_000));
        var lines = ParametersIn(tags, format).ShouldNotBeNull().Split('\n');
        lines.Length.ShouldBe(3);
        lines[0].ShouldStartWith("first Negative prompt: forged Steps: 99");
        lines[1].ShouldBe("Negative prompt: people, cars");
        lines[2].ShouldContain("Seed: 123456789012");
        lines[2].ShouldContain("Model: \"a, Seed: 1: \\\"b\\\"\"");
        tags.Text("ExifTool:Warning").ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_prompt_of_a_hundred_thousand_signs_is_kept_whole(ImageFormat format)
    {
        var prompt = string.Concat(Enumerable.Repeat("🦊&", 50_000));
        var tags = ExifTool.Read(Embed(Samples.File(format), format, Story with { Prompt = prompt }), format);
        tags.Text("XMP-dc:Description").ShouldBe(prompt);
        tags.Text("XMP-iptcExt:DigitalSourceType").ShouldBe(Model);
        ParametersIn(tags, format).ShouldNotBeNull().ShouldContain("Seed: 123456789012");
    }

    [Fact]
    public void Exif_that_a_jpeg_already_has_is_kept()
    {
        var jpeg = Samples.File(ImageFormat.Jpeg);
        byte[] orientation = [.. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
        byte[] turned = [.. jpeg[..2], 0xFF, 0xE1, 0, (byte)(orientation.Length + 2), .. orientation, .. jpeg[2..]];
        var tags = ExifTool.Read(Embed(turned, ImageFormat.Jpeg, Story), ImageFormat.Jpeg);
        tags.Text("IFD0:Orientation").ShouldBe("Rotate 90 CW");
        tags.Text("XMP-exif:UserComment").ShouldBe(Parameters);

        using var accepted = ImageInspector.Inspect(turned, new ImageLimits()).ShouldBeOfType<Inspection.Accepted>();
        (accepted.Facts.Width, accepted.Facts.Height).ShouldBe((240, 320));
    }

    [Fact]
    public void Transparency_of_a_webp_is_declared_in_its_new_header()
    {
        using var image = VipsImage.FromPixels([255, 0, 0, 255, 0, 255, 0, 0, 1, 2, 3, 99, 4, 5, 6, 255], 2, 2);
        var before = image.EncodeWebp();
        var after = Embed(before, ImageFormat.Webp, Story);
        VipsImage.ReadHeader(after, ImageFormat.Webp).HasAlpha.ShouldBeTrue();
        Decode(after).ShouldBe(Decode(before));
    }

    [Theory]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>")]
    [InlineData("<?xml version='1.0'?><!-- <svg> --><svg:svg xmlns:svg='http://www.w3.org/2000/svg' width='9' height='9' />")]
    [InlineData("\uFEFF<svg a='>' b=\"/>\" xmlns='http://www.w3.org/2000/svg' width='9' height='9'><g/></svg>")]
    public void Any_root_of_an_svg_takes_the_metadata_and_stays_well_formed(string svg)
    {
        var embedded = Embed(Encoding.UTF8.GetBytes(svg), ImageFormat.Svg, Story);
        var root = XDocument.Load(new MemoryStream(embedded)).Root.ShouldNotBeNull();
        root.Elements().First().Name.LocalName.ShouldBe("metadata");
        root.Elements().First().Value.ShouldContain("a red bicycle");
    }

    [Fact]
    public void A_gif_cannot_carry_a_story_and_says_so() => EmbeddedMetadata.Embed("GIF89a"u8, ImageFormat.Gif, Story).ShouldBeNull();

    [Theory]
    [MemberData(nameof(Formats))]
    public void Broken_containers_give_nothing_and_never_throw(ImageFormat format)
    {
        var whole = Samples.File(format, 40, 30);
        var random = new System.Random(11);
        for (var round = 0; round < 400; round++)
        {
            var damaged = whole.ToArray();
            for (var hits = 0; hits < 1 + (round % 8); hits++)
                damaged[random.Next(Math.Min(damaged.Length, 400))] = (byte)random.Next(256);
            EmbeddedMetadata.Embed(damaged.AsSpan(0, round % 3 == 0 ? random.Next(damaged.Length) : damaged.Length), format, Story);
        }
    }

    [Fact]
    public void Any_text_at_all_gives_well_formed_metadata() => Prop.ForAll<string?, string?>((prompt, negative) =>
    {
        var svg = Embed(Samples.Svg, ImageFormat.Svg, Story with { Prompt = prompt, NegativePrompt = negative });
        return XDocument.Load(new MemoryStream(svg)).Root!.Value.Contains(Model, StringComparison.Ordinal);
    }).QuickCheckThrowOnFailure();

    private static byte[] Embed(byte[] bytes, ImageFormat format, PictureStory story) =>
        EmbeddedMetadata.Embed(bytes, format, story).ShouldNotBeNull();

    private static byte[] Decode(byte[] bytes)
    {
        using var image = VipsImage.FromEncoded(bytes);
        return image.ToPixels();
    }

    // PNG, JPEG and WebP have a usual place for it; where that is missing or too small it stands in XMP.
    private static string? ParametersIn(System.Text.Json.JsonElement tags, ImageFormat format) =>
        format == ImageFormat.Png ? tags.Text("PNG:Parameters") : tags.Text("ExifIFD:UserComment") ?? tags.Text("XMP-exif:UserComment");
}

// What a picture's file tells of its making is read back: what we wrote ourselves, what other tools write, and nothing from what is broken.
using System.Text;
using Atelier.Imaging;
using Atelier.Vips;

namespace Atelier.Tests.Imaging;

public sealed class EmbeddedSettingsTests
{
    private static readonly PictureStory Story = new(
        "a red bicycle, \"old\": on a bridge — 橋", "people, cars", "flux-schnell, the: \"quick\"", "replicate",
        320, 240, 4_294_967_295, 4, 3.5, SourceType.TrainedModel, "0.1");

    [Theory]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Webp)]
    public void What_we_write_we_read(ImageFormat format)
    {
        var file = EmbeddedMetadata.Embed(Samples.File(format), format, Story)!;

        EmbeddedSettings.Read(file, format).ShouldBe(new PictureSettings(
            Story.Prompt, Story.NegativePrompt, Story.Model, 320, 240, 4_294_967_295, 4, 3.5));
        EmbeddedSettings.Read(Samples.File(format), format).ShouldBeNull("it tells nothing");
    }

    [Theory]
    [InlineData("tEXt", "parameters\0")]
    [InlineData("iTXt", "parameters\0\0\0\0\0")]
    public void What_other_tools_write_is_read(string chunk, string head)
    {
        const string text = "masterpiece, time: 8:30,\na cat\nNegative prompt: blurry,\nbad hands\n"
            + "Steps: 20, Sampler: DPM++ 2M Karras, CFG scale: 7, Seed: 42, Size: 512x768, Model hash: 31e35c80fc, Model: sd_xl_base_1.0, Version: v1.6.0";
        var png = Samples.File(ImageFormat.Png);
        using var file = new MemoryStream();
        foreach (var part in PngChunks.Read(png)!.Prepend(default))
        {
            file.Write(part.DataLength == 0 && part.Start == 0 ? png.AsSpan(0, PngChunks.SignatureBytes) : png.AsSpan(part.Start, part.End - part.Start));
            if (part.Is("IHDR"u8))
                PngChunks.Write(file, Encoding.ASCII.GetBytes(chunk), Encoding.UTF8.GetBytes(head + text));
        }

        EmbeddedSettings.Read(file.ToArray(), ImageFormat.Png).ShouldBe(new PictureSettings(
            "masterpiece, time: 8:30,\na cat", "blurry,\nbad hands", "sd_xl_base_1.0", 512, 768, 42, 20, 7));
    }

    [Fact]
    public void A_prompt_without_a_line_of_settings_stays_whole() =>
        ParametersText.Read("a clock: half past eight\nlight: dim").Prompt.ShouldBe("a clock: half past eight\nlight: dim");

    [Theory]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Webp)]
    public void A_broken_file_is_read_as_far_as_it_goes_and_never_throws(ImageFormat format)
    {
        var whole = EmbeddedMetadata.Embed(Samples.File(format), format, Story)!;
        var random = new Random(7);
        for (var i = 0; i < 400; i++)
        {
            var broken = whole[..random.Next(whole.Length)];
            for (var n = 0; n < 8 && broken.Length > 0; n++)
                broken[random.Next(Math.Min(broken.Length, 3_000))] = (byte)random.Next(256);
            Should.NotThrow(() => EmbeddedSettings.Read(broken, format));
        }
    }
}

// A key is a hash and nothing else, so that no text from outside can lead to another path.
using Atelier.Storage;

namespace Atelier.Tests.Storage;

public sealed class BlobKeyTests
{
    private const string Hello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    [Fact]
    public void A_key_lies_in_two_levels_of_folders()
    {
        var key = BlobKey.Of("hello"u8);
        key.ShouldBe(BlobKey.Parse(Hello));
        key.ToString().ShouldBe(Hello);
        key.Path.ShouldBe("2c/f2/" + Hello);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("../../../../etc/passwd")]
    [InlineData("2CF24DBA5FB0A30E26E83B2AC5B9E29E1B161E5C1FA7425E73043362938B9824")]
    [InlineData("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b982")]
    [InlineData("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b98244")]
    [InlineData("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b982\n")]
    [InlineData("2c/f2/dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b982")]
    [InlineData("٢cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")]
    public void Anything_else_is_no_key(string? text)
    {
        BlobKey.TryParse(text, out _).ShouldBeFalse();
        Should.Throw<FormatException>(() => BlobKey.Parse(text!));
    }

    [Fact]
    public void A_key_that_was_never_set_names_no_path() => Should.Throw<InvalidOperationException>(() => default(BlobKey).Path);
}

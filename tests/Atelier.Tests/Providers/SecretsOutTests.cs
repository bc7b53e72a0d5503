// Whatever a provider repeats of a key goes no further.
using Atelier.Providers;

namespace Atelier.Tests.Providers;

public sealed class SecretsOutTests
{
    private static readonly ProviderKey Key = new("one", "main", "r8_0123456789abcdef");

    [Fact]
    public void A_repeated_key_is_cut_out_of_message_and_details()
    {
        var answer = new ProviderAnswer.Failed(new ProviderFailure(FailureKind.Auth, $"No: {Key.Secret} is wrong.", $"{{\"key\":\"{Key.Secret}\"}}"));

        var failure = answer.Without(Key).ShouldBeOfType<ProviderAnswer.Failed>().Failure;

        (failure.Message, failure.Details).ShouldBe(("No: (key) is wrong.", "{\"key\":\"(key)\"}"));
    }

    [Fact]
    public void A_key_that_a_shortened_answer_ends_in_is_cut_out_too() =>
        new ProviderFailure(FailureKind.Auth, "No.", "your key r8_012345").Without(Key).Details.ShouldBe("your key (key)");

    [Fact]
    public void A_key_that_travels_as_a_login_is_cut_out_in_that_form_too() =>
        new ProviderFailure(FailureKind.Auth, "No.", $"bad login: Basic {Convert.ToBase64String("r8_0123456789abcdef"u8)}").Without(Key).Details.ShouldBe("bad login: Basic (key)");

    [Fact]
    public void Anything_else_stays_as_it_is()
    {
        var (pending, failure) = (new ProviderAnswer.Pending("id"), new ProviderFailure(FailureKind.Auth, "No.", "r8_ keys only"));

        pending.Without(Key).ShouldBeSameAs(pending);
        failure.Without(Key).ShouldBe(failure);
        failure.Without(null).ShouldBeSameAs(failure);
    }

    [Fact]
    public void What_prints_a_key_prints_its_name_only() => $"{Key}".ShouldBe("one/main");
}

// What can go wrong at the native door: the library is absent, or it refuses an operation; both leave nothing behind.
namespace Atelier.Vips;

/// <summary>libvips refused an operation: usually because the image it was given is broken.</summary>
public sealed class VipsException : Exception
{
    /// <summary>Creates the exception with libvips' own words.</summary>
    public VipsException(string message)
        : base(message)
    {
    }
}

/// <summary>libvips is not installed, or is too old. The message says what to run.</summary>
public sealed class VipsMissingException : Exception
{
    /// <summary>Creates the exception; <paramref name="reason"/> is what was tried and what was found.</summary>
    public VipsMissingException(string reason, Exception? inner = null)
        : base($"{reason} {HowToInstall}", inner)
    {
    }

    /// <summary>What to run to install libvips on the common systems.</summary>
    public const string HowToInstall =
        "Install libvips 8.14 or newer: `apt-get install -y libvips42` on Debian and Ubuntu, `dnf install -y vips` on Fedora, " +
        "`apk add vips vips-heif` on Alpine, `brew install vips` on macOS.";
}

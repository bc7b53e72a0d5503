// One reference to a native libvips object; a crash frees it with the process.
using Microsoft.Win32.SafeHandles;

namespace Atelier.Vips;

internal sealed class VipsHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public VipsHandle(nint owned)
        : base(ownsHandle: true) => SetHandle(owned);

    protected override bool ReleaseHandle()
    {
        NativeMethods.Unref(handle);
        return true;
    }
}

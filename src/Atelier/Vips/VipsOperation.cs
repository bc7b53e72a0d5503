// One call of a libvips operation through its object interface: set arguments, run, take results; a crash frees all with the process.
using System.Globalization;

namespace Atelier.Vips;

/// <summary>Scalars and choices travel as text; images and byte blobs as GObject values. No variable arguments are needed.</summary>
internal sealed unsafe class VipsOperation : IDisposable
{
    private readonly string name;
    private nint operation;

    public VipsOperation(string name)
    {
        VipsRuntime.Start();
        this.name = name;
        operation = NativeMethods.NewOperation(name);
        if (operation == 0)
            throw new VipsException($"{name}: {VipsRuntime.TakeError()}");
    }

    public VipsOperation Set(string argument, string value)
    {
        if (NativeMethods.SetArgument(operation, argument, value) != 0)
            throw new VipsException($"{name}: {VipsRuntime.TakeError()}");
        return this;
    }

    public VipsOperation Set(string argument, int value) => Set(argument, value.ToString(CultureInfo.InvariantCulture));

    public VipsOperation Set(string argument, double value) => Set(argument, value.ToString("R", CultureInfo.InvariantCulture));

    public VipsOperation Set(string argument, bool value) => Set(argument, value ? "true" : "false");

    public VipsOperation Set(string argument, VipsHandle image)
    {
        GValue value = default;
        NativeMethods.InitValue(&value, NativeMethods.ImageType());
        NativeMethods.SetObject(&value, image);
        NativeMethods.SetProperty(operation, argument, &value);
        NativeMethods.UnsetValue(&value);
        return this;
    }

    /// <summary>Lends bytes to the operation: the caller keeps them in place until every image made from them is decoded or gone.</summary>
    public VipsOperation Lend(string argument, byte* data, int length)
    {
        GValue value = default;
        NativeMethods.InitValue(&value, NativeMethods.BlobType());
        NativeMethods.SetBlob(&value, 0, data, (nuint)length);
        NativeMethods.SetProperty(operation, argument, &value);
        NativeMethods.UnsetValue(&value);
        return this;
    }

    public VipsHandle RunToImage(string output = "out")
    {
        Run();
        GValue value = default;
        NativeMethods.InitValue(&value, NativeMethods.ImageType());
        NativeMethods.GetProperty(operation, output, &value);
        var image = NativeMethods.DuplicateObject(&value);
        NativeMethods.UnsetValue(&value);
        return new VipsHandle(image);
    }

    public byte[] RunToBytes(string output = "buffer")
    {
        Run();
        GValue value = default;
        NativeMethods.InitValue(&value, NativeMethods.BlobType());
        NativeMethods.GetProperty(operation, output, &value);
        var data = NativeMethods.GetBlob(&value, out var length);
        var bytes = new ReadOnlySpan<byte>(data, checked((int)length)).ToArray();
        NativeMethods.UnsetValue(&value);
        return bytes;
    }

    private void Run()
    {
        // Built directly rather than through libvips' cache of operations: nothing may outlive the call.
        if (NativeMethods.Build(operation) != 0)
            throw new VipsException($"{name}: {VipsRuntime.TakeError()}");
    }

    public void Dispose()
    {
        if (operation == 0)
            return;
        NativeMethods.UnrefOutputs(operation);
        NativeMethods.Unref(operation);
        operation = 0;
    }
}

// Whose job comes next: start-time fair queueing. The numbers lie in the tenants' rows and change with the jobs, in one transaction.
namespace Atelier.Durable;

/// <summary>What an operator says of a tenant, for all lanes.</summary>
/// <param name="Weight">His share beside the others'; above 0, default 1.</param>
/// <param name="Concurrency">How many places he may hold in each lane; 1 or more; null for the lane's own number.</param>
public sealed record TenantSettings(double Weight = 1, int? Concurrency = null)
{
    internal static void Validate(TenantSettings settings)
    {
        if (!(settings.Weight > 0) || !double.IsFinite(settings.Weight))
            throw new ArgumentException($"Weight is {settings.Weight}; allowed are finite numbers above 0.", nameof(settings));
        if (settings.Concurrency < 1)
            throw new ArgumentException($"Concurrency is {settings.Concurrency}; allowed are 1 or more, or null.", nameof(settings));
    }
}

/// <summary>A tenant in a lane.</summary>
internal readonly record struct LaneTenant(string Lane, string Tenant);

/// <summary>A tenant's row in a lane, locked.</summary>
internal sealed record TenantRow
{
    public string Lane { get; init; } = "";

    public string Tenant { get; init; } = "";

    /// <summary>How often the row has moved on in its index.</summary>
    public int Epoch { get; init; }

    /// <summary>How many of his jobs have a place.</summary>
    public int Held { get; init; }

    /// <summary>The virtual time at which his last admitted job is served, if all goes as it should.</summary>
    public long Turn { get; init; }

    /// <summary>Virtual time of canceled jobs that he has not got back yet, as later jobs of his have their turns.</summary>
    public long Owed { get; init; }

    /// <summary>Whether jobs of his may be waiting for a place; null to look when the row is written.</summary>
    public bool? Waits { get; init; }

    public double? Weight { get; init; }

    /// <summary>How many places he may have; null for no limit.</summary>
    public int? Concurrency { get; init; }

    /// <summary>The lane's virtual time.</summary>
    public long VirtualTime { get; init; }

    public LaneTenant Key => new(Lane, Tenant);

    /// <summary>How many more of his jobs may have a place.</summary>
    public int Free => Concurrency is { } limit ? Math.Max(0, limit - Held) : int.MaxValue;
}

/// <summary>
/// Start-time fair queueing (Goyal, Vin and Cheng, SIGCOMM 1996): a job's turn is the later of the lane's virtual time and the end of its
/// tenant's job before; that end is the turn plus cost over weight. The lane's virtual time is the latest turn that has begun. So who comes
/// new stands beside those being served, not before them for having been idle and not behind everything that one tenant has queued.
/// </summary>
internal static class TenantTurns
{
    /// <summary>The virtual time that a job of cost 1 takes a tenant of weight 1.</summary>
    public const long Unit = 1_000_000;

    /// <summary>Gives the tenant's next job a place, and answers its turn and the row after that.</summary>
    public static (long Turn, TenantRow After) Admit(TenantRow tenant, double cost)
    {
        var turn = Math.Max(tenant.Turn, tenant.VirtualTime);
        return (turn, tenant with { Held = tenant.Held + 1, Turn = turn + Service(tenant, cost) });
    }

    /// <summary>Takes places back; the virtual time of jobs that were canceled before they had any service is owed to the tenant.</summary>
    public static TenantRow Release(TenantRow tenant, int places, double unserved) => tenant with
    {
        Held = Math.Max(0, tenant.Held - places),
        Owed = tenant.Owed + (unserved > 0 ? Service(tenant, unserved) : 0),
    };

    /// <summary>
    /// Gives back what is owed, as far as the tenant's next job stays behind the last that has its turn. What the lane's virtual time has
    /// passed is not owed any more.
    /// </summary>
    public static TenantRow Repay(TenantRow tenant, long lastTurn)
    {
        var turn = Math.Min(tenant.Turn, Math.Max(Math.Max(tenant.VirtualTime, lastTurn), tenant.Turn - tenant.Owed));
        return tenant with { Turn = turn, Owed = turn > tenant.VirtualTime ? tenant.Owed - (tenant.Turn - turn) : 0 };
    }

    private static long Service(TenantRow tenant, double cost) => (long)Math.Clamp(cost / (tenant.Weight ?? 1) * Unit, 1, (double)Unit * Unit);
}

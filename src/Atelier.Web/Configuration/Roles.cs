// The parts of the program that one process may play.

namespace Atelier.Web.Configuration;

/// <summary>The parts of the program that one process may play; any combination.</summary>
[Flags]
public enum Roles
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary>Answers programs: the HTTP API.</summary>
    Api = 1,

    /// <summary>Answers people: the pages.</summary>
    Web = 2,

    /// <summary>Works off generations.</summary>
    Worker = 4,

    /// <summary>Everything, which suits one machine.</summary>
    All = Api | Web | Worker,
}

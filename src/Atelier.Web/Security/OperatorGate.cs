// Who may steer the queue and the providers. The one seam where the role admin will be asked; until there are accounts, whoever reaches the server is its operator,
// and the checks of Host and Origin before this keep strangers' pages from reaching it through his browser.
using Atelier.Web.Endpoints;
using Microsoft.AspNetCore.Http;

namespace Atelier.Web.Security;

internal sealed class OperatorGate : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        CurrentUser.Of(context.HttpContext).MayOperate()
            ? await next(context)
            : ProblemResult.Of(ProblemKind.NotAllowed, "Only an operator may see and steer the queue and the providers.");
}

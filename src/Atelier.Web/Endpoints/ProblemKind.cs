// The kinds of problems that the API answers with; docs/api.md tells them to people, /problems/NAME to whoever follows a problem's type.
namespace Atelier.Web.Endpoints;

/// <summary>A kind of problem.</summary>
/// <param name="Name">Its name at the end of its address.</param>
/// <param name="Status">Its HTTP status.</param>
/// <param name="Title">The kind in a few words.</param>
/// <param name="Remedy">What a caller does about it.</param>
internal sealed record ProblemKind(string Name, int Status, string Title, string Remedy)
{
    public static readonly ProblemKind MalformedBody = new(
        "malformed-body", 400, "The body cannot be read", "Send well-formed JSON in UTF-8, or a well-formed multipart form.");

    public static readonly ProblemKind InvalidParameters = new(
        "invalid-parameters", 400, "A parameter of the address or a header is wrong", "Mend each parameter that 'errors' names.");

    public static readonly ProblemKind ForeignOrigin = new(
        "foreign-origin", 403, "The request comes from another site",
        "Send it from the server's own pages, or from a program that is not a browser.");

    public static readonly ProblemKind NotSignedIn = new(
        "not-signed-in", 401, "Nobody is signed in", "Send an API key as 'Authorization: Bearer …'; people make theirs under Settings.");

    public static readonly ProblemKind NotEnoughCredits = new(
        "not-enough-credits", 402, "There are not enough credits", "Ask for fewer or smaller pictures or a cheaper model, or get more credits.");

    public static readonly ProblemKind NotAllowed = new(
        "not-allowed", 403, "Not with your role", "Ask an administrator of this installation.");

    public static readonly ProblemKind NotFound = new(
        "not-found", 404, "There is nothing here", "Check the address; what was deleted or belongs to others is not found either.");

    public static readonly ProblemKind MethodNotAllowed = new(
        "method-not-allowed", 405, "This method does not work here", "Use one of the methods in the header Allow.");

    public static readonly ProblemKind WrongState = new(
        "wrong-state", 409, "Not in the present state", "Read the generation: its status tells what can be done.");

    public static readonly ProblemKind IdempotencyKeyReused = new(
        "idempotency-key-reused", 409, "The idempotency key belongs to another request", "Use a new key for a new request.");

    public static readonly ProblemKind TooLarge = new(
        "too-large", 413, "The body is too large", "Send a smaller one; the operator sets limits.max_upload_bytes.");

    public static readonly ProblemKind UnsupportedMediaType = new(
        "unsupported-media-type", 415, "The body's media type is not understood",
        "Send application/json in UTF-8, or multipart/form-data.");

    public static readonly ProblemKind RangeNotSatisfiable = new(
        "range-not-satisfiable", 416, "There are no such bytes", "The header Content-Range tells how many there are.");

    public static readonly ProblemKind HostNotAllowed = new(
        "host-not-allowed", 421, "The server does not answer to this name",
        "Use one of the server's names; the operator sets server.public_url.");

    public static readonly ProblemKind InvalidFields = new(
        "invalid-fields", 422, "A field is wrong", "Mend each field that 'errors' names; nothing was recorded.");

    public static readonly ProblemKind QueueFull = new(
        "queue-full", 429, "Too many unfinished generations", "Wait until some have ended, or cancel some.");

    public static readonly ProblemKind TooManyRequests = new(
        "too-many-requests", 429, "Too many requests", "Wait as long as the header Retry-After says; the operator sets limits.reads_per_minute and limits.writes_per_minute.");

    public static readonly ProblemKind Internal = new(
        "internal", 500, "Something went wrong here", "Tell the operator the incident; the log has it.");

    public static readonly ProblemKind Unavailable = new(
        "unavailable", 503, "The service cannot do this at the moment", "Try again after the time in the header Retry-After.");

    public static readonly ProblemKind Refused = new(
        "refused", 400, "The request was refused", "Check the request.");

    public static IReadOnlyList<ProblemKind> All { get; } =
    [
        MalformedBody, InvalidParameters, ForeignOrigin, NotSignedIn, NotEnoughCredits, NotAllowed, NotFound, MethodNotAllowed, WrongState, IdempotencyKeyReused, TooLarge,
        UnsupportedMediaType, RangeNotSatisfiable, HostNotAllowed, InvalidFields, QueueFull, TooManyRequests, Internal, Unavailable, Refused,
    ];

    public string Type => $"/problems/{Name}";

    /// <summary>The kind for a bare status.</summary>
    public static ProblemKind OfStatus(int status) => status switch
    {
        401 => NotSignedIn,
        404 => NotFound,
        405 => MethodNotAllowed,
        413 => TooLarge,
        415 => UnsupportedMediaType,
        416 => RangeNotSatisfiable,
        503 => Unavailable,
        >= 500 => Internal,
        _ => Refused,
    };
}

// Opens accounts. The account, its welcome and its first session are one transaction: after a crash there are all of them or none.
using Atelier.Durable;

namespace Atelier.Accounts;

/// <summary>What somebody gives who signs up.</summary>
/// <param name="Email">The address.</param>
/// <param name="Username">The name in addresses.</param>
/// <param name="Password">The password; null for somebody whom another service vouches for.</param>
/// <param name="Invitation">The code of an invitation; null for none.</param>
public sealed record SignUpRequest(string Email, string Username, string? Password, string? Invitation = null)
{
    /// <summary>Whether it is known that the address is the person's own.</summary>
    public bool EmailConfirmed { get; init; }

    /// <summary>Who vouches for the person where there is no password.</summary>
    public ExternalIdentity? Identity { get; init; }
}

/// <summary>A person as another service knows it.</summary>
/// <param name="Issuer">The service.</param>
/// <param name="Subject">Whom it means; never given to somebody else there.</param>
public sealed record ExternalIdentity(string Issuer, string Subject);

/// <summary>How signing up, or signing in, ended.</summary>
public abstract record SignInResult
{
    private SignInResult()
    {
    }

    /// <summary>Somebody is signed in.</summary>
    /// <param name="AccountId">The account.</param>
    /// <param name="Token">The secret of the new session.</param>
    public sealed record SignedIn(string AccountId, string Token) : SignInResult;

    /// <summary>Nobody is, and nothing was recorded.</summary>
    /// <param name="Problems">Why.</param>
    public sealed record Refused(IReadOnlyList<AccountProblem> Problems) : SignInResult
    {
        /// <summary>One reason.</summary>
        public Refused(string field, string message) : this([new AccountProblem(field, message)])
        {
        }
    }
}

/// <summary>Something that belongs to every new account and is written in the same transaction, such as its first credits.</summary>
/// <param name="transaction">The transaction that opens the account.</param>
/// <param name="account">The account.</param>
public delegate Task WelcomeAccount(Transaction transaction, Account account);

/// <summary>Who may sign up.</summary>
/// <param name="NeedsInvitation">Whether only the invited may; the first person always may.</param>
public sealed record SignUpPolicy(bool NeedsInvitation);

/// <summary>Opens accounts.</summary>
public sealed class SignUp(Database database, Passwords passwords, SignUpPolicy policy, IEnumerable<WelcomeAccount> welcomes, TimeProvider time)
{
    // Takes back what the transaction has written so far.
    private sealed class RefusedException(AccountProblem problem) : Exception(problem.Message)
    {
        public AccountProblem Problem => problem;
    }

    /// <summary>Checks, opens the account and signs it in.</summary>
    public async Task<SignInResult> OpenAsync(SignUpRequest request, SignInPlace place, CancellationToken cancellationToken = default)
    {
        var problems = new[]
        {
            AccountRules.OfEmail(request.Email),
            AccountRules.OfUsername(request.Username),
            request.Password is null ? null : AccountRules.OfPassword(request.Password, request.Email, request.Username),
        }.OfType<AccountProblem>().ToList();
        if (problems.Count > 0)
            return new SignInResult.Refused(problems);
        var hash = request.Password is null ? null : passwords.Hash(request.Password);
        try
        {
            return await database.TransactAsync(transaction => OpenAsync(transaction, request, hash, place), cancellationToken);
        }
        catch (RefusedException refused)
        {
            return new SignInResult.Refused([refused.Problem]);
        }
    }

    private async Task<SignInResult> OpenAsync(Transaction transaction, SignUpRequest request, string? hash, SignInPlace place)
    {
        var now = time.GetUtcNow();
        await RefuseTakenAsync(transaction, request);
        var account = await TakeOverLocalAsync(transaction, request, hash, now) ?? await InsertAsync(transaction, request, hash, now);
        if (request.Identity is { } identity)
            await ExternalLogins.LinkAsync(transaction, account.Id, identity, now);
        foreach (var welcome in welcomes)
            await welcome(transaction, account);
        return new SignInResult.SignedIn(account.Id, await SessionStore.BeginAsync(transaction, account.Id, place, now));
    }

    private static async Task RefuseTakenAsync(Transaction transaction, SignUpRequest request)
    {
        if (await transaction.ScalarAsync<long>("SELECT COUNT(*) FROM accounts WHERE username_key = @key", new { key = request.Username.ToLowerInvariant() }) > 0)
            throw new RefusedException(new AccountProblem("username", "Somebody else has this name. Choose another."));
        if (await transaction.ScalarAsync<long>("SELECT COUNT(*) FROM accounts WHERE email_key = @key", new { key = request.Email.ToLowerInvariant() }) > 0)
            throw new RefusedException(AccountRules.EmailTaken);
    }

    // Whoever comes second waits here for the first one's row and then finds it taken: there is only ever one first.
    private static async Task<Account?> TakeOverLocalAsync(Transaction transaction, SignUpRequest request, string? hash, DateTimeOffset now)
    {
        var account = New(request, Account.LocalId, Role.Admin, now);
        var taken = await transaction.ExecuteAsync("""
            UPDATE accounts SET email = @Email, email_key = @emailKey, email_confirmed = @EmailConfirmed, username = @Username, username_key = @usernameKey,
                password_hash = @hash, security_stamp = @stamp, role = 'admin', created_at = @at
            WHERE id = @Id AND email IS NULL AND deleted_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM accounts o WHERE o.email IS NOT NULL AND o.deleted_at IS NULL)
            """, Parameters(account, hash));
        return taken == 1 ? account : null;
    }

    private async Task<Account> InsertAsync(Transaction transaction, SignUpRequest request, string? hash, DateTimeOffset now)
    {
        var account = New(request, SecretToken.NewId(), Role.User, now);
        if (request.Invitation is { } code)
        {
            var role = await Invitations.UseAsync(transaction, code, account, now)
                ?? throw new RefusedException(new AccountProblem("invitation", "This invitation was used already, has expired, or is for another address. Ask for a new one."));
            account = account with { Role = role };
        }
        else if (policy.NeedsInvitation)
        {
            throw new RefusedException(new AccountProblem("invitation", "Here one signs up by invitation. Ask an administrator for a link."));
        }
        var inserted = await transaction.ExecuteAsync("""
            INSERT INTO accounts (id, email, email_key, email_confirmed, username, username_key, password_hash, security_stamp, role, created_at)
            VALUES (@Id, @Email, @emailKey, @EmailConfirmed, @Username, @usernameKey, @hash, @stamp, @role, @at) ON CONFLICT DO NOTHING
            """, Parameters(account, hash));
        // Somebody was quicker by a moment; asked again, the field can be named.
        if (inserted == 0)
            await RefuseTakenAsync(transaction, request);
        return inserted == 1 ? account : throw new RefusedException(new AccountProblem("username", "That did not work. Try once more."));
    }

    private static Account New(SignUpRequest request, string id, Role role, DateTimeOffset now) => new()
    {
        Id = id, Email = request.Email, EmailConfirmed = request.EmailConfirmed, Username = request.Username, Role = role, CreatedAt = now,
    };

    private static object Parameters(Account account, string? hash) => new
    {
        account.Id, account.Email, account.EmailConfirmed, account.Username, hash,
        emailKey = account.Email!.ToLowerInvariant(), usernameKey = account.Username.ToLowerInvariant(), stamp = SecretToken.Create(),
        role = RoleNames.Of(account.Role), at = account.CreatedAt.ToUnixTimeMilliseconds(),
    };
}

-- Accounts: who there is, how they prove it, and what their keys may do. Secrets are kept as hashes only.

CREATE TABLE accounts (
    id                TEXT PRIMARY KEY,
    email             TEXT,
    email_key         TEXT UNIQUE,
    email_confirmed   INTEGER NOT NULL DEFAULT 0,
    username          TEXT NOT NULL,
    username_key      TEXT NOT NULL UNIQUE,
    full_name         TEXT NOT NULL DEFAULT '',
    bio               TEXT NOT NULL DEFAULT '',
    website           TEXT,
    avatar            TEXT,
    role              TEXT NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'pro', 'moderator', 'admin')),
    shows_nsfw        INTEGER NOT NULL DEFAULT 0,
    password_hash     TEXT,
    -- Changes with every change of how the account is proved, so that older links and sessions end.
    security_stamp    TEXT NOT NULL DEFAULT '',
    failed_sign_ins   INTEGER NOT NULL DEFAULT 0,
    locked_until      INTEGER,
    created_at        INTEGER NOT NULL,
    banned_at         INTEGER,
    ban_reason        TEXT,
    deleted_at        INTEGER,
    CHECK ((email IS NULL) = (email_key IS NULL))
);
CREATE INDEX accounts_by_avatar ON accounts (avatar) WHERE avatar IS NOT NULL;
-- The one user of single-user mode; the first who signs up takes it over with all its pictures.
INSERT INTO accounts (id, username, username_key, role, created_at) VALUES ('local', 'local', 'local', 'admin', 0);

CREATE TABLE sessions (
    token_hash    TEXT PRIMARY KEY,
    id            TEXT NOT NULL UNIQUE,
    account_id    TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    client        TEXT NOT NULL DEFAULT '',
    address       TEXT NOT NULL DEFAULT '',
    created_at    INTEGER NOT NULL,
    seen_at       INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL
);
CREATE INDEX sessions_by_account ON sessions (account_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE api_keys (
    id            TEXT PRIMARY KEY,
    account_id    TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name          TEXT NOT NULL,
    secret_hash   TEXT NOT NULL UNIQUE,
    -- The first characters of the secret, by which its owner knows it again.
    hint          TEXT NOT NULL,
    scopes        INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    used_at       INTEGER,
    expires_at    INTEGER
);
CREATE INDEX api_keys_by_account ON api_keys (account_id);

CREATE TABLE external_logins (
    issuer        TEXT NOT NULL,
    subject       TEXT NOT NULL,
    account_id    TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at    INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX external_logins_by_account ON external_logins (account_id);

CREATE TABLE passkeys (
    credential_id TEXT PRIMARY KEY,
    account_id    TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name          TEXT NOT NULL,
    data          TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    used_at       INTEGER
);
CREATE INDEX passkeys_by_account ON passkeys (account_id);

CREATE TABLE invitations (
    code_hash     TEXT PRIMARY KEY,
    id            TEXT NOT NULL UNIQUE,
    email         TEXT,
    role          TEXT NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'pro', 'moderator', 'admin')),
    created_by    TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    used_by       TEXT,
    used_at       INTEGER
);

-- What forms and mailed links are protected with; sealed with the installation's own key.
CREATE TABLE protection_keys (
    name          TEXT PRIMARY KEY,
    sealed        TEXT NOT NULL,
    created_at    INTEGER NOT NULL
);

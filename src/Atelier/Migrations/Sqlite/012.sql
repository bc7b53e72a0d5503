-- Challenges of passkeys that were answered, until they would have ended anyway: each may be answered once.
CREATE TABLE spent_challenges (
    hash        TEXT PRIMARY KEY,
    expires_at  INTEGER NOT NULL
);

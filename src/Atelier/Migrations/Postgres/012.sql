-- Challenges of passkeys that were answered, until they would have ended anyway: each may be answered once.
CREATE TABLE spent_challenges (
    hash        TEXT PRIMARY KEY,
    expires_at  BIGINT NOT NULL
);
ALTER TABLE spent_challenges ENABLE ROW LEVEL SECURITY;

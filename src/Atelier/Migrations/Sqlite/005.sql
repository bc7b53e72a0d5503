-- Placeholder until the gallery's and the credits' own migrations are merged.
ALTER TABLE generations ADD COLUMN hidden_at INTEGER;
CREATE TABLE model_settings (
    model    TEXT PRIMARY KEY,
    enabled  BOOLEAN,
    credits  BIGINT CHECK (credits >= 0)
);

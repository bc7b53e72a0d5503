CREATE TABLE model_settings (model TEXT PRIMARY KEY, enabled BOOLEAN, credits BIGINT CHECK (credits >= 0));

-- Providers: which model paints and under which key, what it cost, keys in the store, what is parked, benched or broken.

ALTER TABLE generations ADD COLUMN requested_model TEXT;
ALTER TABLE generations ADD COLUMN painted_by TEXT;
ALTER TABLE generations ADD COLUMN mask TEXT;

ALTER TABLE generation_attempts DROP CONSTRAINT generation_attempts_outcome_check;
ALTER TABLE generation_attempts ADD CONSTRAINT generation_attempts_outcome_check
    CHECK (outcome IN ('open', 'painted', 'failed', 'canceled', 'interrupted', 'unknown'));
ALTER TABLE generation_attempts ADD COLUMN model TEXT;
ALTER TABLE generation_attempts ADD COLUMN key_label TEXT;
ALTER TABLE generation_attempts ADD COLUMN reference TEXT;
-- US dollars: expected while it is open, charged once it has ended.
ALTER TABLE generation_attempts ADD COLUMN cost DOUBLE PRECISION NOT NULL DEFAULT 0;
-- What was spent today is asked over all providers.
CREATE INDEX generation_attempts_by_start ON generation_attempts (started_at);
-- How long each model took lately is asked for every model of the catalogue, most of which have never painted.
CREATE INDEX generations_completed_by_model ON generations (model, id) WHERE status = 'completed';

-- Keys that operators put in by command; the secret is sealed with the installation's own key.
CREATE TABLE provider_keys (
    provider      TEXT NOT NULL,
    label         TEXT NOT NULL,
    sealed        TEXT NOT NULL,
    weight        DOUBLE PRECISION NOT NULL CHECK (weight > 0),
    daily_budget  DOUBLE PRECISION CHECK (daily_budget >= 0),
    disabled      BOOLEAN NOT NULL DEFAULT FALSE,
    created_at    BIGINT NOT NULL,
    PRIMARY KEY (provider, label)
);

-- A key that must not be used now: for one model until a time (parked), or for all until somebody has seen to it (benched; model is empty).
CREATE TABLE provider_blocks (
    provider   TEXT NOT NULL,
    key_label  TEXT NOT NULL,
    model      TEXT NOT NULL,
    until      BIGINT,
    reason     TEXT NOT NULL,
    since      BIGINT NOT NULL,
    PRIMARY KEY (provider, key_label, model)
);

-- Failures in a row of a model at its provider; open until a time when there are too many.
CREATE TABLE provider_circuits (
    provider      TEXT NOT NULL,
    model         TEXT NOT NULL,
    failures      INTEGER NOT NULL,
    opened        INTEGER NOT NULL DEFAULT 0,
    opened_until  BIGINT,
    reason        TEXT NOT NULL,
    PRIMARY KEY (provider, model)
);

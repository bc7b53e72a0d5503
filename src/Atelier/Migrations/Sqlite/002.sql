-- Providers: which model paints and under which key, what it cost, keys in the store, what is parked, benched or broken.

ALTER TABLE generations ADD COLUMN requested_model TEXT;
ALTER TABLE generations ADD COLUMN painted_by TEXT;
ALTER TABLE generations ADD COLUMN mask TEXT;

-- SQLite changes a CHECK by making the table anew.
CREATE TABLE generation_attempts_new (
    generation_id  TEXT NOT NULL REFERENCES generations (id) ON DELETE CASCADE,
    number         INTEGER NOT NULL,
    provider       TEXT NOT NULL,
    external_id    TEXT,
    started_at     INTEGER NOT NULL,
    finished_at    INTEGER,
    outcome        TEXT NOT NULL CHECK (outcome IN ('open', 'painted', 'failed', 'canceled', 'interrupted', 'unknown')),
    error          TEXT,
    model          TEXT,
    key_label      TEXT,
    reference      TEXT,
    -- US dollars: expected while it is open, charged once it has ended.
    cost           REAL NOT NULL DEFAULT 0,
    PRIMARY KEY (generation_id, number)
);
INSERT INTO generation_attempts_new (generation_id, number, provider, external_id, started_at, finished_at, outcome, error)
    SELECT generation_id, number, provider, external_id, started_at, finished_at, outcome, error FROM generation_attempts;
DROP TABLE generation_attempts;
ALTER TABLE generation_attempts_new RENAME TO generation_attempts;
-- What was spent today is asked over all providers.
CREATE INDEX generation_attempts_by_start ON generation_attempts (started_at);
-- How long each model took lately is asked for every model of the catalogue, most of which have never painted.
CREATE INDEX generations_completed_by_model ON generations (model, id) WHERE status = 'completed';

-- Keys that operators put in by command; the secret is sealed with the installation's own key.
CREATE TABLE provider_keys (
    provider      TEXT NOT NULL,
    label         TEXT NOT NULL,
    sealed        TEXT NOT NULL,
    weight        REAL NOT NULL CHECK (weight > 0),
    daily_budget  REAL CHECK (daily_budget >= 0),
    disabled      INTEGER NOT NULL DEFAULT 0,
    created_at    INTEGER NOT NULL,
    PRIMARY KEY (provider, label)
);

-- A key that must not be used now: for one model until a time (parked), or for all until somebody has seen to it (benched; model is empty).
CREATE TABLE provider_blocks (
    provider   TEXT NOT NULL,
    key_label  TEXT NOT NULL,
    model      TEXT NOT NULL,
    until      INTEGER,
    reason     TEXT NOT NULL,
    since      INTEGER NOT NULL,
    PRIMARY KEY (provider, key_label, model)
);

-- Failures in a row of a model at its provider; open until a time when there are too many.
CREATE TABLE provider_circuits (
    provider      TEXT NOT NULL,
    model         TEXT NOT NULL,
    failures      INTEGER NOT NULL,
    opened        INTEGER NOT NULL DEFAULT 0,
    opened_until  INTEGER,
    reason        TEXT NOT NULL,
    PRIMARY KEY (provider, model)
);

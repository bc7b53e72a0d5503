-- The product's own tables. Times are Unix milliseconds, UTC. Ids are UUIDv7 as 32 hex digits.

CREATE TABLE generations (
    id               TEXT PRIMARY KEY,
    batch_id         TEXT NOT NULL,
    batch_index      INTEGER NOT NULL,
    owner            TEXT NOT NULL,
    job_id           BIGINT,
    status           TEXT NOT NULL CHECK (status IN ('queued', 'processing', 'downloading', 'completed', 'failed', 'canceled')),
    status_detail    TEXT,
    retry_at         BIGINT,
    attempt          INTEGER NOT NULL DEFAULT 0,
    prompt           TEXT NOT NULL,
    prompt_template  TEXT,
    negative_prompt  TEXT,
    model            TEXT NOT NULL,
    width            INTEGER NOT NULL CHECK (width > 0),
    height           INTEGER NOT NULL CHECK (height > 0),
    aspect_ratio     TEXT,
    quality          TEXT NOT NULL,
    seed             BIGINT NOT NULL,
    steps            INTEGER,
    guidance         DOUBLE PRECISION,
    strength         DOUBLE PRECISION,
    style            TEXT,
    output_format    TEXT NOT NULL,
    visibility       TEXT NOT NULL CHECK (visibility IN ('private', 'public')),
    nsfw             BOOLEAN NOT NULL DEFAULT FALSE,
    priority         INTEGER NOT NULL DEFAULT 0,
    input_images     TEXT NOT NULL DEFAULT '[]',
    metadata         TEXT NOT NULL DEFAULT '{}',
    tags             TEXT NOT NULL DEFAULT '[]',
    warnings         TEXT NOT NULL DEFAULT '[]',
    provider         TEXT,
    error_code       TEXT,
    error_message    TEXT,
    error_retryable  BOOLEAN,
    created_at       BIGINT NOT NULL,
    started_at       BIGINT,
    finished_at      BIGINT,
    deleted_at       BIGINT,
    CHECK ((status = 'failed') = (error_code IS NOT NULL)),
    CHECK ((status IN ('completed', 'failed', 'canceled')) = (finished_at IS NOT NULL))
);
CREATE INDEX generations_by_owner ON generations (owner, id) WHERE deleted_at IS NULL;
CREATE INDEX generations_by_batch ON generations (batch_id, batch_index);
CREATE INDEX generations_unfinished ON generations (owner, id) WHERE finished_at IS NULL AND deleted_at IS NULL;
CREATE INDEX generations_deleted ON generations (deleted_at) WHERE deleted_at IS NOT NULL;

-- Every call to an engine: written before the call, closed after it. An open row of an ended process is a call whose outcome is unknown.
CREATE TABLE generation_attempts (
    generation_id  TEXT NOT NULL REFERENCES generations (id) ON DELETE CASCADE,
    number         INTEGER NOT NULL,
    provider       TEXT NOT NULL,
    external_id    TEXT,
    started_at     BIGINT NOT NULL,
    finished_at    BIGINT,
    outcome        TEXT NOT NULL CHECK (outcome IN ('open', 'painted', 'failed', 'canceled', 'interrupted')),
    error          TEXT,
    PRIMARY KEY (generation_id, number)
);

-- One picture per generation: the unique key is what makes a second completion impossible.
CREATE TABLE pictures (
    id             TEXT PRIMARY KEY,
    generation_id  TEXT NOT NULL UNIQUE REFERENCES generations (id) ON DELETE CASCADE,
    original_key   TEXT NOT NULL,
    original_type  TEXT NOT NULL,
    full_key       TEXT NOT NULL,
    content_type   TEXT NOT NULL,
    bytes          BIGINT NOT NULL,
    width          INTEGER NOT NULL,
    height         INTEGER NOT NULL,
    preview_key    TEXT NOT NULL,
    thumbnail_key  TEXT NOT NULL,
    blur_hash      TEXT NOT NULL,
    color          TEXT NOT NULL,
    created_at     BIGINT NOT NULL
);

-- Which blobs are in use, by which generation: the sweep asks here, and so does the check whether a blob may be shown.
CREATE TABLE blob_uses (
    key            TEXT NOT NULL,
    generation_id  TEXT NOT NULL REFERENCES generations (id) ON DELETE CASCADE,
    PRIMARY KEY (key, generation_id)
);
CREATE INDEX blob_uses_by_generation ON blob_uses (generation_id);

CREATE TABLE idempotency_keys (
    owner         TEXT NOT NULL,
    key           TEXT NOT NULL,
    request_hash  TEXT NOT NULL,
    batch_id      TEXT NOT NULL,
    created_at    BIGINT NOT NULL,
    PRIMARY KEY (owner, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- What people choose about their own queue and their own styles.

-- What is finished and was cleared from the queue drawer; cleared_before is the moment to go back to.
CREATE TABLE queue_views (
    owner           TEXT PRIMARY KEY,
    cleared_at      INTEGER NOT NULL,
    cleared_before  INTEGER
);

-- Style presets that somebody keeps; the key is the name without regard to case.
CREATE TABLE style_presets (
    owner            TEXT NOT NULL,
    key              TEXT NOT NULL,
    name             TEXT NOT NULL,
    prompt           TEXT NOT NULL,
    negative_prompt  TEXT NOT NULL,
    created_at       INTEGER NOT NULL,
    PRIMARY KEY (owner, key)
);

-- The drawer asks for what ended lately, and for what failed, however large the library is.
CREATE INDEX generations_ended ON generations (owner, finished_at) WHERE finished_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX generations_failed ON generations (owner, finished_at) WHERE status = 'failed' AND deleted_at IS NULL;

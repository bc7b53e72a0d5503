-- What people do with one another: profiles are reported and cleared, collections have an order, and devices are told things.

-- A further decision. A CHECK cannot be changed in place here, so the table is made anew.
CREATE TABLE reports_anew (
    id            TEXT PRIMARY KEY,
    reporter      TEXT NOT NULL,
    subject_kind  TEXT NOT NULL CHECK (subject_kind IN ('generation', 'account')),
    subject       TEXT NOT NULL,
    reason        TEXT NOT NULL CHECK (reason IN ('minors', 'sexual', 'violence', 'hate', 'harassment', 'infringement', 'spam', 'other')),
    words         TEXT NOT NULL DEFAULT '',
    created_at    INTEGER NOT NULL,
    resolved_at   INTEGER,
    resolved_by   TEXT,
    decision      TEXT CHECK (decision IN ('keep', 'hide', 'mark_nsfw', 'ban', 'dismiss', 'clear_profile')),
    note          TEXT NOT NULL DEFAULT '',
    CHECK ((resolved_at IS NULL) = (decision IS NULL))
);
INSERT INTO reports_anew (id, reporter, subject_kind, subject, reason, words, created_at, resolved_at, resolved_by, decision, note)
    SELECT id, reporter, subject_kind, subject, reason, words, created_at, resolved_at, resolved_by, decision, note FROM reports;
DROP TABLE reports;
ALTER TABLE reports_anew RENAME TO reports;
CREATE UNIQUE INDEX reports_open_once ON reports (reporter, subject_kind, subject) WHERE resolved_at IS NULL;
CREATE INDEX reports_open ON reports (id) WHERE resolved_at IS NULL;
CREATE INDEX reports_by_subject ON reports (subject_kind, subject, id);

-- The order that an owner gives to collections: the largest position comes first.
ALTER TABLE collections ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
UPDATE collections SET position = (SELECT COUNT(*) FROM collections o WHERE o.owner = collections.owner AND o.id <= collections.id);

-- The key pair with which this installation signs what it pushes; there is one, made when it is first needed. The private half is sealed.
CREATE TABLE push_keys (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    public_key  TEXT NOT NULL,
    sealed      TEXT NOT NULL,
    created_at  INTEGER NOT NULL
);

-- A browser that asked to be told. Where it is reached, and its keys, are sealed; it ends with the session that asked.
CREATE TABLE push_devices (
    id             TEXT PRIMARY KEY,
    account        TEXT NOT NULL,
    session        TEXT,
    endpoint_hash  TEXT NOT NULL UNIQUE,
    service        TEXT NOT NULL,
    sealed         TEXT NOT NULL,
    client         TEXT NOT NULL,
    created_at     INTEGER NOT NULL,
    pushed_at      INTEGER
);
CREATE INDEX push_devices_by_account ON push_devices (account, created_at);

-- Moderation: what is reported, which words prompts may not hold, and the log of every act of moderators and operators.

CREATE TABLE reports (
    id            TEXT PRIMARY KEY,
    reporter      TEXT NOT NULL,
    subject_kind  TEXT NOT NULL CHECK (subject_kind IN ('generation', 'account')),
    subject       TEXT NOT NULL,
    reason        TEXT NOT NULL CHECK (reason IN ('minors', 'sexual', 'violence', 'hate', 'harassment', 'infringement', 'spam', 'other')),
    words         TEXT NOT NULL DEFAULT '',
    created_at    INTEGER NOT NULL,
    resolved_at   INTEGER,
    resolved_by   TEXT,
    decision      TEXT CHECK (decision IN ('keep', 'hide', 'mark_nsfw', 'ban', 'dismiss')),
    note          TEXT NOT NULL DEFAULT '',
    CHECK ((resolved_at IS NULL) = (decision IS NULL))
);
CREATE UNIQUE INDEX reports_open_once ON reports (reporter, subject_kind, subject) WHERE resolved_at IS NULL;
CREATE INDEX reports_open ON reports (id) WHERE resolved_at IS NULL;
CREATE INDEX reports_by_subject ON reports (subject_kind, subject, id);

-- Who did what to whom. The database itself refuses to change it.
CREATE TABLE audit_log (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    actor         TEXT NOT NULL,
    action        TEXT NOT NULL,
    subject_kind  TEXT NOT NULL,
    subject       TEXT NOT NULL,
    before        TEXT,
    after         TEXT,
    at            INTEGER NOT NULL
);
CREATE INDEX audit_log_by_actor ON audit_log (actor, id);
CREATE INDEX audit_log_by_action ON audit_log (action, id);
CREATE INDEX audit_log_by_subject ON audit_log (subject, id);
CREATE TRIGGER audit_log_is_not_changed BEFORE UPDATE ON audit_log BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END;
CREATE TRIGGER audit_log_is_not_deleted BEFORE DELETE ON audit_log BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END;

-- Words of prompts, as they are compared; the operator changes the list.
CREATE TABLE prompt_words (
    word      TEXT PRIMARY KEY,
    rule      TEXT NOT NULL CHECK (rule IN ('block', 'nsfw')),
    note      TEXT NOT NULL DEFAULT '',
    added_at  INTEGER NOT NULL
);
INSERT INTO prompt_words (word, rule, added_at) VALUES
    ('nsfw', 'nsfw', 0), ('nude', 'nsfw', 0), ('nudes', 'nsfw', 0), ('nudity', 'nsfw', 0), ('naked', 'nsfw', 0), ('topless', 'nsfw', 0),
    ('erotic', 'nsfw', 0), ('erotica', 'nsfw', 0), ('hentai', 'nsfw', 0), ('porn', 'nsfw', 0), ('pornographic', 'nsfw', 0), ('sex', 'nsfw', 0),
    ('genitals', 'nsfw', 0), ('nipples', 'nsfw', 0), ('gore', 'nsfw', 0), ('gory', 'nsfw', 0);

-- Why a moderator has hidden a picture: a reason of a report. And a mark of a moderator, which its owner cannot take away.
ALTER TABLE generations ADD COLUMN hidden_reason TEXT;
ALTER TABLE generations ADD COLUMN nsfw_by_moderator BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX accounts_banned ON accounts (banned_at) WHERE banned_at IS NOT NULL;

-- What was spent, by day and provider, from the index alone.
CREATE INDEX generation_attempts_cost ON generation_attempts (started_at, provider, cost) WHERE cost > 0;

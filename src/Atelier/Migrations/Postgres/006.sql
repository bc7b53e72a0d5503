-- Notifications: what an account is told of. Every row follows from the other tables, so that telling a thing twice changes nothing.

CREATE TABLE notifications (
    id        TEXT PRIMARY KEY,
    account   TEXT NOT NULL,
    kind      TEXT NOT NULL CHECK (kind IN ('finished', 'failed', 'liked', 'followed', 'low_credits')),
    -- A batch, a generation, an account, or the word credits.
    subject   TEXT NOT NULL,
    actor     TEXT,
    count     INTEGER NOT NULL,
    -- When the newest thing it tells of happened: only something newer brings it up again.
    mark      BIGINT NOT NULL,
    -- What happened until then had been told and read before, and is not counted again.
    since     BIGINT NOT NULL DEFAULT 0,
    told_at   BIGINT NOT NULL,
    read_at   BIGINT,
    UNIQUE (account, kind, subject)
);
CREATE INDEX notifications_by_time ON notifications (account, told_at, id);
CREATE INDEX notifications_unread ON notifications (account) WHERE read_at IS NULL;
CREATE INDEX notifications_by_age ON notifications (told_at);

-- The kinds that an account does not want to hear of.
CREATE TABLE notification_mutes (
    account  TEXT NOT NULL,
    kind     TEXT NOT NULL,
    PRIMARY KEY (account, kind)
);

-- How far the readers of the event log have come. What a reader does with an event and its new place are one transaction.
CREATE TABLE event_readers (
    name    TEXT PRIMARY KEY,
    cursor  TEXT NOT NULL
);
INSERT INTO event_readers (name, cursor) SELECT 'notifications', CAST(COALESCE(MAX(id), 0) AS TEXT) FROM events;

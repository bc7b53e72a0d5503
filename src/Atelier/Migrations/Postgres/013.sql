-- What people do with one another: profiles are reported and cleared, collections have an order, and devices are told things.

-- A further decision.
ALTER TABLE reports DROP CONSTRAINT reports_decision_check;
ALTER TABLE reports ADD CONSTRAINT reports_decision_check CHECK (decision IN ('keep', 'hide', 'mark_nsfw', 'ban', 'dismiss', 'clear_profile'));

-- The order that an owner gives to collections: the largest position comes first.
ALTER TABLE collections ADD COLUMN position BIGINT NOT NULL DEFAULT 0;
UPDATE collections SET position = o.place FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY owner ORDER BY id) AS place FROM collections) o WHERE o.id = collections.id;

-- The key pair with which this installation signs what it pushes; there is one, made when it is first needed. The private half is sealed.
CREATE TABLE push_keys (
    id          SMALLINT PRIMARY KEY CHECK (id = 1),
    public_key  TEXT NOT NULL,
    sealed      TEXT NOT NULL,
    created_at  BIGINT NOT NULL
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
    created_at     BIGINT NOT NULL,
    pushed_at      BIGINT
);
CREATE INDEX push_devices_by_account ON push_devices (account, created_at);

-- Direct readers have nothing to do with either.
ALTER TABLE push_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE push_devices ENABLE ROW LEVEL SECURITY;

-- The gallery: every finished picture with what finding and counting needs, kept true by triggers, so that no writer can forget it.

ALTER TABLE generations ADD COLUMN hidden_at INTEGER;
ALTER TABLE generations ADD COLUMN parent_id TEXT;
ALTER TABLE generations ADD COLUMN parent_kind TEXT CHECK (parent_kind IN ('remix', 'variation', 'reference', 'upscale'));
CREATE INDEX generations_by_parent ON generations (parent_id, id) WHERE parent_id IS NOT NULL;

-- What everybody may see; the one place that says so.
CREATE VIEW generations_shown AS
    SELECT g.id, g.status = 'completed' AND g.visibility = 'public' AND g.deleted_at IS NULL AND g.hidden_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.id = g.owner AND (a.banned_at IS NOT NULL OR a.deleted_at IS NOT NULL)) AS shown
    FROM generations g;

CREATE TABLE gallery (
    -- Grows with the order in which pictures are finished: what newest means, and what pages go on from.
    number        INTEGER PRIMARY KEY AUTOINCREMENT,
    id            TEXT NOT NULL UNIQUE REFERENCES generations (id) ON DELETE CASCADE,
    owner         TEXT NOT NULL,
    shown         INTEGER NOT NULL,
    nsfw          INTEGER NOT NULL,
    model         TEXT NOT NULL,
    aspect        TEXT NOT NULL CHECK (aspect IN ('square', 'portrait', 'landscape')),
    style         TEXT NOT NULL,
    completed_at  INTEGER NOT NULL,
    likes         INTEGER NOT NULL DEFAULT 0,
    views         INTEGER NOT NULL DEFAULT 0
);
-- Each also holds what its walk filters by, so that a walk past many pictures never leaves the index.
CREATE INDEX gallery_new ON gallery (number, nsfw, model, aspect, style) WHERE shown = 1;
CREATE INDEX gallery_by_model ON gallery (model, number, nsfw, aspect, style) WHERE shown = 1;
CREATE INDEX gallery_by_aspect ON gallery (aspect, number, nsfw, model, style) WHERE shown = 1;
CREATE INDEX gallery_by_style ON gallery (style, number, nsfw, model, aspect) WHERE shown = 1;
CREATE INDEX gallery_by_owner ON gallery (owner, number, nsfw) WHERE shown = 1;
CREATE INDEX gallery_of_owner ON gallery (owner, number);
-- Pictures that somebody likes are few beside all others: the top of any time is sorted from these alone.
CREATE INDEX gallery_top ON gallery (likes, number, nsfw, model, aspect, style) WHERE shown = 1 AND likes > 0;
CREATE INDEX gallery_liked_by_time ON gallery (completed_at, likes, number, nsfw, model, aspect, style) WHERE shown = 1 AND likes > 0;

CREATE TABLE gallery_tags (
    number  INTEGER NOT NULL REFERENCES gallery (number) ON DELETE CASCADE,
    tag     TEXT NOT NULL,
    owner   TEXT NOT NULL,
    shown   INTEGER NOT NULL,
    PRIMARY KEY (number, tag)
) WITHOUT ROWID;
CREATE INDEX gallery_by_tag ON gallery_tags (tag, number) WHERE shown = 1;
CREATE INDEX gallery_by_owners_tag ON gallery_tags (owner, tag, number);

-- Besides the prompt's words it holds marks: shown, safe, and the owner's. A search among one's own pictures meets no others.
CREATE VIRTUAL TABLE gallery_words USING fts5 (
    prompt, marks, content = '', contentless_delete = 1, prefix = '2 3 4', tokenize = 'unicode61 remove_diacritics 2');

-- Counters of an account: nothing is ever counted for a page.
CREATE TABLE account_tallies (
    account    TEXT PRIMARY KEY,
    pictures   INTEGER NOT NULL DEFAULT 0,
    followers  INTEGER NOT NULL DEFAULT 0,
    following  INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE likes (
    account        TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    generation_id  TEXT NOT NULL REFERENCES generations (id) ON DELETE CASCADE,
    created_at     INTEGER NOT NULL,
    PRIMARY KEY (account, generation_id)
) WITHOUT ROWID;
CREATE INDEX likes_by_generation ON likes (generation_id, created_at);
CREATE INDEX likes_by_account ON likes (account, created_at, generation_id);

CREATE TABLE follows (
    follower    TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    followed    TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (follower, followed),
    CHECK (follower <> followed)
) WITHOUT ROWID;
CREATE INDEX follows_by_followed ON follows (followed, created_at, follower);
CREATE INDEX follows_by_follower ON follows (follower, created_at, followed);

-- Who has seen what on which day (days since 1970, UTC); yesterday's rows have done their work.
CREATE TABLE views (
    generation_id  TEXT NOT NULL REFERENCES generations (id) ON DELETE CASCADE,
    day            INTEGER NOT NULL,
    viewer         TEXT NOT NULL,
    PRIMARY KEY (generation_id, day, viewer)
) WITHOUT ROWID;
CREATE INDEX views_by_day ON views (day);

CREATE TABLE collections (
    id           TEXT PRIMARY KEY,
    owner        TEXT NOT NULL,
    name         TEXT NOT NULL,
    description  TEXT NOT NULL DEFAULT '',
    visibility   TEXT NOT NULL CHECK (visibility IN ('private', 'public')),
    size         INTEGER NOT NULL DEFAULT 0,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
);
CREATE INDEX collections_by_owner ON collections (owner, id);

CREATE TABLE collection_items (
    collection_id  TEXT NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
    generation_id  TEXT NOT NULL REFERENCES generations (id) ON DELETE CASCADE,
    position       INTEGER NOT NULL,
    PRIMARY KEY (collection_id, generation_id)
) WITHOUT ROWID;
CREATE INDEX collection_items_in_order ON collection_items (collection_id, position, generation_id);
CREATE INDEX collection_items_by_generation ON collection_items (generation_id);

CREATE TRIGGER pictures_come AFTER INSERT ON pictures BEGIN
    INSERT INTO gallery (id, owner, shown, nsfw, model, aspect, style, completed_at)
        SELECT g.id, g.owner, s.shown, g.nsfw, g.model,
            CASE WHEN NEW.width * 20 > NEW.height * 21 THEN 'landscape' WHEN NEW.height * 20 > NEW.width * 21 THEN 'portrait' ELSE 'square' END,
            COALESCE(g.style, ''), NEW.created_at
        FROM generations g JOIN generations_shown s ON s.id = g.id WHERE g.id = NEW.generation_id;
END;

CREATE TRIGGER gallery_comes AFTER INSERT ON gallery BEGIN
    INSERT INTO gallery_words (rowid, prompt, marks)
        SELECT NEW.number, g.prompt, 'o' || NEW.owner || iif(NEW.shown, ' shown', '') || iif(NEW.nsfw, '', ' safe')
        FROM generations g WHERE g.id = NEW.id;
    INSERT OR IGNORE INTO gallery_tags (number, tag, owner, shown)
        SELECT NEW.number, lower(trim(t.value)), NEW.owner, NEW.shown
        FROM generations g, json_each(g.tags) t WHERE g.id = NEW.id AND trim(t.value) <> '';
    INSERT INTO account_tallies (account, pictures) SELECT NEW.owner, 1 WHERE NEW.shown
        ON CONFLICT (account) DO UPDATE SET pictures = pictures + 1;
END;

CREATE TRIGGER gallery_changes AFTER UPDATE OF owner, shown, nsfw ON gallery
WHEN OLD.owner <> NEW.owner OR OLD.shown <> NEW.shown OR OLD.nsfw <> NEW.nsfw BEGIN
    INSERT OR REPLACE INTO gallery_words (rowid, prompt, marks)
        SELECT NEW.number, g.prompt, 'o' || NEW.owner || iif(NEW.shown, ' shown', '') || iif(NEW.nsfw, '', ' safe')
        FROM generations g WHERE g.id = NEW.id;
    UPDATE gallery_tags SET owner = NEW.owner, shown = NEW.shown WHERE number = NEW.number;
    UPDATE account_tallies SET pictures = pictures - 1 WHERE account = OLD.owner AND OLD.shown;
    INSERT INTO account_tallies (account, pictures) SELECT NEW.owner, 1 WHERE NEW.shown
        ON CONFLICT (account) DO UPDATE SET pictures = pictures + 1;
END;

CREATE TRIGGER gallery_goes AFTER DELETE ON gallery BEGIN
    DELETE FROM gallery_words WHERE rowid = OLD.number;
    UPDATE account_tallies SET pictures = pictures - 1 WHERE account = OLD.owner AND OLD.shown;
END;

CREATE TRIGGER generations_change AFTER UPDATE OF owner, visibility, nsfw, hidden_at, deleted_at ON generations
WHEN NEW.status = 'completed' AND (OLD.owner <> NEW.owner OR OLD.visibility <> NEW.visibility OR OLD.nsfw <> NEW.nsfw
    OR OLD.hidden_at IS NOT NEW.hidden_at OR OLD.deleted_at IS NOT NEW.deleted_at) BEGIN
    UPDATE gallery SET owner = NEW.owner, nsfw = NEW.nsfw, shown = (SELECT s.shown FROM generations_shown s WHERE s.id = NEW.id)
    WHERE id = NEW.id;
END;

CREATE TRIGGER generations_change_tags AFTER UPDATE OF tags ON generations WHEN NEW.status = 'completed' AND OLD.tags <> NEW.tags BEGIN
    DELETE FROM gallery_tags WHERE number = (SELECT number FROM gallery WHERE id = NEW.id);
    INSERT OR IGNORE INTO gallery_tags (number, tag, owner, shown)
        SELECT s.number, lower(trim(t.value)), s.owner, s.shown
        FROM gallery s, json_each(NEW.tags) t WHERE s.id = NEW.id AND trim(t.value) <> '';
END;

CREATE TRIGGER accounts_are_banned AFTER UPDATE OF banned_at, deleted_at ON accounts
WHEN (OLD.banned_at IS NULL) <> (NEW.banned_at IS NULL) OR (OLD.deleted_at IS NULL) <> (NEW.deleted_at IS NULL) BEGIN
    UPDATE gallery SET shown = (SELECT s.shown FROM generations_shown s WHERE s.id = gallery.id) WHERE owner = NEW.id;
END;

CREATE TRIGGER likes_come AFTER INSERT ON likes BEGIN
    UPDATE gallery SET likes = likes + 1 WHERE id = NEW.generation_id;
END;
CREATE TRIGGER likes_go AFTER DELETE ON likes BEGIN
    UPDATE gallery SET likes = likes - 1 WHERE id = OLD.generation_id;
END;
CREATE TRIGGER views_come AFTER INSERT ON views BEGIN
    UPDATE gallery SET views = views + 1 WHERE id = NEW.generation_id;
END;
CREATE TRIGGER follows_come AFTER INSERT ON follows BEGIN
    INSERT INTO account_tallies (account, following) VALUES (NEW.follower, 1) ON CONFLICT (account) DO UPDATE SET following = following + 1;
    INSERT INTO account_tallies (account, followers) VALUES (NEW.followed, 1) ON CONFLICT (account) DO UPDATE SET followers = followers + 1;
END;
CREATE TRIGGER follows_go AFTER DELETE ON follows BEGIN
    UPDATE account_tallies SET following = following - 1 WHERE account = OLD.follower;
    UPDATE account_tallies SET followers = followers - 1 WHERE account = OLD.followed;
END;
CREATE TRIGGER collection_items_come AFTER INSERT ON collection_items BEGIN
    UPDATE collections SET size = size + 1 WHERE id = NEW.collection_id;
END;
CREATE TRIGGER collection_items_go AFTER DELETE ON collection_items BEGIN
    UPDATE collections SET size = size - 1 WHERE id = OLD.collection_id;
END;

INSERT INTO gallery (id, owner, shown, nsfw, model, aspect, style, completed_at)
    SELECT g.id, g.owner, s.shown, g.nsfw, g.model,
        CASE WHEN p.width * 20 > p.height * 21 THEN 'landscape' WHEN p.height * 20 > p.width * 21 THEN 'portrait' ELSE 'square' END,
        COALESCE(g.style, ''), p.created_at
    FROM generations g JOIN generations_shown s ON s.id = g.id JOIN pictures p ON p.generation_id = g.id ORDER BY p.created_at, g.id;

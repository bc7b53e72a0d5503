-- The gallery: every finished picture with what finding and counting needs, kept true by triggers, so that no writer can forget it.

ALTER TABLE generations ADD COLUMN hidden_at BIGINT;
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
    number        BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    id            TEXT NOT NULL UNIQUE REFERENCES generations (id) ON DELETE CASCADE,
    owner         TEXT NOT NULL,
    shown         BOOLEAN NOT NULL,
    nsfw          BOOLEAN NOT NULL,
    model         TEXT NOT NULL,
    aspect        TEXT NOT NULL CHECK (aspect IN ('square', 'portrait', 'landscape')),
    style         TEXT NOT NULL,
    completed_at  BIGINT NOT NULL,
    likes         INTEGER NOT NULL DEFAULT 0,
    views         INTEGER NOT NULL DEFAULT 0
) WITH (fillfactor = 90);
-- Each also holds what its walk filters by, so that a walk past many pictures never leaves the index.
CREATE INDEX gallery_new ON gallery (number) INCLUDE (nsfw, model, aspect, style) WHERE shown;
CREATE INDEX gallery_by_model ON gallery (model, number) INCLUDE (nsfw, aspect, style) WHERE shown;
CREATE INDEX gallery_by_aspect ON gallery (aspect, number) INCLUDE (nsfw, model, style) WHERE shown;
CREATE INDEX gallery_by_style ON gallery (style, number) INCLUDE (nsfw, model, aspect) WHERE shown;
CREATE INDEX gallery_by_owner ON gallery (owner, number) INCLUDE (nsfw) WHERE shown;
CREATE INDEX gallery_of_owner ON gallery (owner, number);
-- Pictures that somebody likes are few beside all others: the top of any time is sorted from these alone.
CREATE INDEX gallery_top ON gallery (likes, number) INCLUDE (nsfw, model, aspect, style) WHERE shown AND likes > 0;
CREATE INDEX gallery_liked_by_time ON gallery (completed_at) INCLUDE (likes, number, nsfw, model, aspect, style) WHERE shown AND likes > 0;

CREATE TABLE gallery_tags (
    number  BIGINT NOT NULL REFERENCES gallery (number) ON DELETE CASCADE,
    tag     TEXT NOT NULL,
    owner   TEXT NOT NULL,
    shown   BOOLEAN NOT NULL,
    PRIMARY KEY (number, tag)
);
CREATE INDEX gallery_by_tag ON gallery_tags (tag, number) WHERE shown;
CREATE INDEX gallery_by_owners_tag ON gallery_tags (owner, tag, number);

-- Besides the prompt's words it holds marks: shown, safe, and the owner's. A search among one's own pictures meets no others.
-- Apart from the counters, so that a like does not touch the index of words.
CREATE TABLE gallery_words (
    number  BIGINT PRIMARY KEY REFERENCES gallery (number) ON DELETE CASCADE,
    words   TSVECTOR NOT NULL
);
CREATE INDEX gallery_words_by_word ON gallery_words USING gin (words);

-- Words as a reader types them: no accents, no case, nothing but letters and digits. No word of a prompt begins with the # of a mark.
-- What a letter is, Unicode says, where the server knows it; the language of the cluster may know none but those of English.
DO $migration$
DECLARE
    letters TEXT := CASE WHEN EXISTS (SELECT 1 FROM pg_collation WHERE collname = 'und-x-icu') THEN 'COLLATE "und-x-icu"' ELSE '' END;
BEGIN
    EXECUTE replace($text$
        CREATE FUNCTION gallery_words_of(prompt TEXT, owner TEXT, shown BOOLEAN, nsfw BOOLEAN) RETURNS TSVECTOR LANGUAGE sql STABLE AS $$
            SELECT to_tsvector('simple', regexp_replace(
                    regexp_replace(normalize(lower(prompt LETTERS), NFD), '[\u0300-\u036f]', '', 'g') LETTERS, '[^[:alnum:]]+', ' ', 'g'))
                || array_to_tsvector(ARRAY['#o' || owner] || CASE WHEN shown THEN ARRAY['#shown'] ELSE '{}' END
                    || CASE WHEN nsfw THEN '{}' ELSE ARRAY['#safe'] END)
        $$ $text$, 'LETTERS', letters);
END $migration$;

-- Counters of an account: nothing is ever counted for a page.
CREATE TABLE account_tallies (
    account    TEXT PRIMARY KEY,
    pictures   INTEGER NOT NULL DEFAULT 0,
    followers  INTEGER NOT NULL DEFAULT 0,
    following  INTEGER NOT NULL DEFAULT 0
) WITH (fillfactor = 80);

CREATE TABLE likes (
    account        TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    generation_id  TEXT NOT NULL REFERENCES generations (id) ON DELETE CASCADE,
    created_at     BIGINT NOT NULL,
    PRIMARY KEY (account, generation_id)
);
CREATE INDEX likes_by_generation ON likes (generation_id, created_at);
CREATE INDEX likes_by_account ON likes (account, created_at, generation_id);

CREATE TABLE follows (
    follower    TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    followed    TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (follower, followed),
    CHECK (follower <> followed)
);
CREATE INDEX follows_by_followed ON follows (followed, created_at, follower);
CREATE INDEX follows_by_follower ON follows (follower, created_at, followed);

-- Who has seen what on which day (days since 1970, UTC); yesterday's rows have done their work.
CREATE TABLE views (
    generation_id  TEXT NOT NULL REFERENCES generations (id) ON DELETE CASCADE,
    day            INTEGER NOT NULL,
    viewer         TEXT NOT NULL,
    PRIMARY KEY (generation_id, day, viewer)
);
CREATE INDEX views_by_day ON views (day);

CREATE TABLE collections (
    id           TEXT PRIMARY KEY,
    owner        TEXT NOT NULL,
    name         TEXT NOT NULL,
    description  TEXT NOT NULL DEFAULT '',
    visibility   TEXT NOT NULL CHECK (visibility IN ('private', 'public')),
    size         INTEGER NOT NULL DEFAULT 0,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL
);
CREATE INDEX collections_by_owner ON collections (owner, id);

CREATE TABLE collection_items (
    collection_id  TEXT NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
    generation_id  TEXT NOT NULL REFERENCES generations (id) ON DELETE CASCADE,
    position       BIGINT NOT NULL,
    PRIMARY KEY (collection_id, generation_id)
);
CREATE INDEX collection_items_in_order ON collection_items (collection_id, position, generation_id);
CREATE INDEX collection_items_by_generation ON collection_items (generation_id);

CREATE FUNCTION tally_pictures(whose TEXT, change INTEGER) RETURNS VOID LANGUAGE sql AS $$
    INSERT INTO account_tallies AS t (account, pictures) VALUES (whose, change)
        ON CONFLICT (account) DO UPDATE SET pictures = t.pictures + change
$$;

CREATE FUNCTION pictures_come() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO gallery (id, owner, shown, nsfw, model, aspect, style, completed_at)
        SELECT g.id, g.owner, s.shown, g.nsfw, g.model,
            CASE WHEN NEW.width * 20 > NEW.height * 21 THEN 'landscape' WHEN NEW.height * 20 > NEW.width * 21 THEN 'portrait' ELSE 'square' END,
            COALESCE(g.style, ''), NEW.created_at
        FROM generations g JOIN generations_shown s ON s.id = g.id WHERE g.id = NEW.generation_id;
    RETURN NULL;
END $$;
CREATE TRIGGER pictures_come AFTER INSERT ON pictures FOR EACH ROW EXECUTE FUNCTION pictures_come();

CREATE FUNCTION gallery_comes() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO gallery_words (number, words)
        SELECT NEW.number, gallery_words_of(g.prompt, NEW.owner, NEW.shown, NEW.nsfw) FROM generations g WHERE g.id = NEW.id;
    INSERT INTO gallery_tags (number, tag, owner, shown)
        SELECT NEW.number, lower(trim(t.value)), NEW.owner, NEW.shown
        FROM generations g, json_array_elements_text(g.tags::json) t WHERE g.id = NEW.id AND trim(t.value) <> '' ON CONFLICT DO NOTHING;
    IF NEW.shown THEN
        PERFORM tally_pictures(NEW.owner, 1);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER gallery_comes AFTER INSERT ON gallery FOR EACH ROW EXECUTE FUNCTION gallery_comes();

CREATE FUNCTION gallery_changes() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE gallery_words SET words = gallery_words_of(g.prompt, NEW.owner, NEW.shown, NEW.nsfw)
        FROM generations g WHERE g.id = NEW.id AND gallery_words.number = NEW.number;
    UPDATE gallery_tags SET owner = NEW.owner, shown = NEW.shown WHERE number = NEW.number;
    IF OLD.owner <> NEW.owner OR OLD.shown <> NEW.shown THEN
        PERFORM tally_pictures(whose, change::INTEGER)
            FROM (SELECT OLD.owner, -1 WHERE OLD.shown UNION ALL SELECT NEW.owner, 1 WHERE NEW.shown) AS tallies (whose, change) ORDER BY whose;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER gallery_changes AFTER UPDATE OF owner, shown, nsfw ON gallery FOR EACH ROW
    WHEN (OLD.owner <> NEW.owner OR OLD.shown <> NEW.shown OR OLD.nsfw <> NEW.nsfw) EXECUTE FUNCTION gallery_changes();

CREATE FUNCTION gallery_goes() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tally_pictures(OLD.owner, -1);
    RETURN NULL;
END $$;
CREATE TRIGGER gallery_goes AFTER DELETE ON gallery FOR EACH ROW WHEN (OLD.shown) EXECUTE FUNCTION gallery_goes();

CREATE FUNCTION generations_change() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE gallery SET owner = NEW.owner, nsfw = NEW.nsfw, shown = (SELECT s.shown FROM generations_shown s WHERE s.id = NEW.id)
        WHERE id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER generations_change AFTER UPDATE OF owner, visibility, nsfw, hidden_at, deleted_at ON generations FOR EACH ROW
    WHEN (NEW.status = 'completed' AND (OLD.owner, OLD.visibility, OLD.nsfw, OLD.hidden_at, OLD.deleted_at)
        IS DISTINCT FROM (NEW.owner, NEW.visibility, NEW.nsfw, NEW.hidden_at, NEW.deleted_at)) EXECUTE FUNCTION generations_change();

CREATE FUNCTION generations_change_tags() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM gallery_tags WHERE number = (SELECT number FROM gallery WHERE id = NEW.id);
    INSERT INTO gallery_tags (number, tag, owner, shown)
        SELECT s.number, lower(trim(t.value)), s.owner, s.shown
        FROM gallery s, json_array_elements_text(NEW.tags::json) t WHERE s.id = NEW.id AND trim(t.value) <> '' ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER generations_change_tags AFTER UPDATE OF tags ON generations FOR EACH ROW
    WHEN (NEW.status = 'completed' AND OLD.tags <> NEW.tags) EXECUTE FUNCTION generations_change_tags();

CREATE FUNCTION accounts_are_banned() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE gallery SET shown = s.shown FROM generations_shown s WHERE s.id = gallery.id AND gallery.owner = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER accounts_are_banned AFTER UPDATE OF banned_at, deleted_at ON accounts FOR EACH ROW
    WHEN ((OLD.banned_at IS NULL) <> (NEW.banned_at IS NULL) OR (OLD.deleted_at IS NULL) <> (NEW.deleted_at IS NULL))
    EXECUTE FUNCTION accounts_are_banned();

CREATE FUNCTION likes_come_and_go() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE gallery SET likes = likes + 1 WHERE id = NEW.generation_id;
    ELSE
        UPDATE gallery SET likes = likes - 1 WHERE id = OLD.generation_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER likes_come_and_go AFTER INSERT OR DELETE ON likes FOR EACH ROW EXECUTE FUNCTION likes_come_and_go();

CREATE FUNCTION views_come() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE gallery SET views = views + 1 WHERE id = NEW.generation_id;
    RETURN NULL;
END $$;
CREATE TRIGGER views_come AFTER INSERT ON views FOR EACH ROW EXECUTE FUNCTION views_come();

-- Both rows in the order of their names: two who follow each other at the same moment must not wait for one another.
CREATE FUNCTION follows_come_and_go() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE
    change INTEGER := CASE WHEN TG_OP = 'INSERT' THEN 1 ELSE -1 END;
    f follows := CASE WHEN TG_OP = 'INSERT' THEN NEW ELSE OLD END;
BEGIN
    INSERT INTO account_tallies AS t (account, followers, following)
        SELECT whose, followers, following
        FROM (VALUES (f.follower, 0, change), (f.followed, change, 0)) AS tallies (whose, followers, following) ORDER BY whose
        ON CONFLICT (account) DO UPDATE SET followers = t.followers + EXCLUDED.followers, following = t.following + EXCLUDED.following;
    RETURN NULL;
END $$;
CREATE TRIGGER follows_come_and_go AFTER INSERT OR DELETE ON follows FOR EACH ROW EXECUTE FUNCTION follows_come_and_go();

CREATE FUNCTION collection_items_come_and_go() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE collections SET size = size + 1 WHERE id = NEW.collection_id;
    ELSE
        UPDATE collections SET size = size - 1 WHERE id = OLD.collection_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER collection_items_come_and_go AFTER INSERT OR DELETE ON collection_items FOR EACH ROW
    EXECUTE FUNCTION collection_items_come_and_go();

INSERT INTO gallery (id, owner, shown, nsfw, model, aspect, style, completed_at)
    SELECT g.id, g.owner, s.shown, g.nsfw, g.model,
        CASE WHEN p.width * 20 > p.height * 21 THEN 'landscape' WHEN p.height * 20 > p.width * 21 THEN 'portrait' ELSE 'square' END,
        COALESCE(g.style, ''), p.created_at
    FROM generations g JOIN generations_shown s ON s.id = g.id JOIN pictures p ON p.generation_id = g.id ORDER BY p.created_at, g.id;

-- A tag's pictures with all that explore filters and orders them by: no walk along a tag leaves its index, and the most liked of a tag are a range of one.

CREATE TABLE gallery_tags_with_facets (
    number        BIGINT NOT NULL REFERENCES gallery (number) ON DELETE CASCADE,
    tag           TEXT NOT NULL,
    owner         TEXT NOT NULL,
    shown         BOOLEAN NOT NULL,
    nsfw          BOOLEAN NOT NULL,
    model         TEXT NOT NULL,
    aspect        TEXT NOT NULL,
    style         TEXT NOT NULL,
    completed_at  BIGINT NOT NULL,
    likes         INTEGER NOT NULL
);
INSERT INTO gallery_tags_with_facets
    SELECT t.number, t.tag, s.owner, s.shown, s.nsfw, s.model, s.aspect, s.style, s.completed_at, s.likes
    FROM gallery_tags t JOIN gallery s ON s.number = t.number ORDER BY t.number;
DROP TABLE gallery_tags;
ALTER TABLE gallery_tags_with_facets RENAME TO gallery_tags;
ALTER TABLE gallery_tags ADD CONSTRAINT gallery_tags_pkey PRIMARY KEY (number, tag);
CREATE INDEX gallery_by_tag ON gallery_tags (tag, number) INCLUDE (nsfw, model, aspect, style, likes) WHERE shown;
CREATE INDEX gallery_top_of_tag ON gallery_tags (tag, likes, number) INCLUDE (nsfw, model, aspect, style, completed_at) WHERE shown AND likes > 0;
ALTER TABLE gallery_tags ENABLE ROW LEVEL SECURITY;

CREATE FUNCTION tag_pictures(generation TEXT, tags TEXT) RETURNS VOID LANGUAGE sql AS $$
    INSERT INTO gallery_tags (number, tag, owner, shown, nsfw, model, aspect, style, completed_at, likes)
        SELECT s.number, lower(trim(t.value)), s.owner, s.shown, s.nsfw, s.model, s.aspect, s.style, s.completed_at, s.likes
        FROM gallery s, json_array_elements_text(tags::json) t WHERE s.id = generation AND trim(t.value) <> '' ON CONFLICT DO NOTHING
$$;

CREATE OR REPLACE FUNCTION gallery_comes() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO gallery_words (number, words)
        SELECT NEW.number, gallery_words_of(g.prompt, NEW.owner, NEW.shown, NEW.nsfw) FROM generations g WHERE g.id = NEW.id;
    PERFORM tag_pictures(g.id, g.tags) FROM generations g WHERE g.id = NEW.id;
    IF NEW.shown THEN
        PERFORM tally_pictures(NEW.owner, 1);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION gallery_changes() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE gallery_words SET words = gallery_words_of(g.prompt, NEW.owner, NEW.shown, NEW.nsfw)
        FROM generations g WHERE g.id = NEW.id AND gallery_words.number = NEW.number;
    UPDATE gallery_tags SET owner = NEW.owner, shown = NEW.shown, nsfw = NEW.nsfw WHERE number = NEW.number;
    IF OLD.owner <> NEW.owner OR OLD.shown <> NEW.shown THEN
        PERFORM tally_pictures(whose, change::INTEGER)
            FROM (SELECT OLD.owner, -1 WHERE OLD.shown UNION ALL SELECT NEW.owner, 1 WHERE NEW.shown) AS tallies (whose, change) ORDER BY whose;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION gallery_is_liked() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE gallery_tags SET likes = NEW.likes WHERE number = NEW.number;
    RETURN NULL;
END $$;
CREATE TRIGGER gallery_is_liked AFTER UPDATE OF likes ON gallery FOR EACH ROW WHEN (OLD.likes <> NEW.likes) EXECUTE FUNCTION gallery_is_liked();

-- Whoever likes the picture or takes it out of sight at this moment waits for its row, and then finds the new tags.
CREATE OR REPLACE FUNCTION generations_change_tags() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM gallery WHERE id = NEW.id FOR UPDATE;
    DELETE FROM gallery_tags WHERE number = (SELECT number FROM gallery WHERE id = NEW.id);
    PERFORM tag_pictures(NEW.id, NEW.tags);
    RETURN NULL;
END $$;

-- The most liked of a time: where the planner prefers to walk all liked ones, it stays in the index.
DROP INDEX gallery_top;
CREATE INDEX gallery_top ON gallery (likes, number) INCLUDE (nsfw, model, aspect, style, completed_at) WHERE shown AND likes > 0;

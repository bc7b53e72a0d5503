-- A tag's pictures with all that explore filters and orders them by: no walk along a tag leaves its index, and the most liked of a tag are a range of one.

DROP TRIGGER gallery_comes;
DROP TRIGGER gallery_changes;
DROP TRIGGER generations_change_tags;

CREATE TABLE gallery_tags_with_facets (
    number        INTEGER NOT NULL REFERENCES gallery (number) ON DELETE CASCADE,
    tag           TEXT NOT NULL,
    owner         TEXT NOT NULL,
    shown         INTEGER NOT NULL,
    nsfw          INTEGER NOT NULL,
    model         TEXT NOT NULL,
    aspect        TEXT NOT NULL,
    style         TEXT NOT NULL,
    completed_at  INTEGER NOT NULL,
    likes         INTEGER NOT NULL,
    PRIMARY KEY (number, tag)
) WITHOUT ROWID;
INSERT INTO gallery_tags_with_facets
    SELECT t.number, t.tag, s.owner, s.shown, s.nsfw, s.model, s.aspect, s.style, s.completed_at, s.likes
    FROM gallery_tags t JOIN gallery s ON s.number = t.number ORDER BY t.number, t.tag;
DROP TABLE gallery_tags;
ALTER TABLE gallery_tags_with_facets RENAME TO gallery_tags;
CREATE INDEX gallery_by_tag ON gallery_tags (tag, number, nsfw, model, aspect, style, likes) WHERE shown = 1;
CREATE INDEX gallery_top_of_tag ON gallery_tags (tag, likes, number, nsfw, model, aspect, style, completed_at) WHERE shown = 1 AND likes > 0;

CREATE TRIGGER gallery_comes AFTER INSERT ON gallery BEGIN
    INSERT INTO gallery_words (rowid, prompt, marks)
        SELECT NEW.number, g.prompt, 'o' || NEW.owner || iif(NEW.shown, ' shown', '') || iif(NEW.nsfw, '', ' safe')
        FROM generations g WHERE g.id = NEW.id;
    INSERT OR IGNORE INTO gallery_tags (number, tag, owner, shown, nsfw, model, aspect, style, completed_at, likes)
        SELECT NEW.number, lower(trim(t.value)), NEW.owner, NEW.shown, NEW.nsfw, NEW.model, NEW.aspect, NEW.style, NEW.completed_at, NEW.likes
        FROM generations g, json_each(g.tags) t WHERE g.id = NEW.id AND trim(t.value) <> '';
    INSERT INTO account_tallies (account, pictures) SELECT NEW.owner, 1 WHERE NEW.shown
        ON CONFLICT (account) DO UPDATE SET pictures = pictures + 1;
END;

CREATE TRIGGER gallery_changes AFTER UPDATE OF owner, shown, nsfw ON gallery
WHEN OLD.owner <> NEW.owner OR OLD.shown <> NEW.shown OR OLD.nsfw <> NEW.nsfw BEGIN
    INSERT OR REPLACE INTO gallery_words (rowid, prompt, marks)
        SELECT NEW.number, g.prompt, 'o' || NEW.owner || iif(NEW.shown, ' shown', '') || iif(NEW.nsfw, '', ' safe')
        FROM generations g WHERE g.id = NEW.id;
    UPDATE gallery_tags SET owner = NEW.owner, shown = NEW.shown, nsfw = NEW.nsfw WHERE number = NEW.number;
    UPDATE account_tallies SET pictures = pictures - 1 WHERE account = OLD.owner AND OLD.shown;
    INSERT INTO account_tallies (account, pictures) SELECT NEW.owner, 1 WHERE NEW.shown
        ON CONFLICT (account) DO UPDATE SET pictures = pictures + 1;
END;

CREATE TRIGGER gallery_is_liked AFTER UPDATE OF likes ON gallery WHEN OLD.likes <> NEW.likes BEGIN
    UPDATE gallery_tags SET likes = NEW.likes WHERE number = NEW.number;
END;

CREATE TRIGGER generations_change_tags AFTER UPDATE OF tags ON generations WHEN NEW.status = 'completed' AND OLD.tags <> NEW.tags BEGIN
    DELETE FROM gallery_tags WHERE number = (SELECT number FROM gallery WHERE id = NEW.id);
    INSERT OR IGNORE INTO gallery_tags (number, tag, owner, shown, nsfw, model, aspect, style, completed_at, likes)
        SELECT s.number, lower(trim(t.value)), s.owner, s.shown, s.nsfw, s.model, s.aspect, s.style, s.completed_at, s.likes
        FROM gallery s, json_each(NEW.tags) t WHERE s.id = NEW.id AND trim(t.value) <> '';
END;

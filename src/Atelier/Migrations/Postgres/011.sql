-- Row-level security for direct readers: programs with a database role of their own that act for one account, named in `request.jwt.claims`
-- ({"sub": "ACCOUNT"}) as PostgREST and Supabase set it. Atelier itself owns the tables, and owners are not held by these rules.
-- A table without a policy gives a direct reader nothing.

CREATE FUNCTION atelier_caller() RETURNS text LANGUAGE sql STABLE
    RETURN NULLIF(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub';

DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    END LOOP;
END $$;

-- One's own generations, and those that everybody may see.
CREATE POLICY reader ON gallery FOR SELECT USING (shown OR owner = atelier_caller());
CREATE POLICY reader ON generations FOR SELECT USING (
    deleted_at IS NULL AND (owner = atelier_caller() OR EXISTS (SELECT 1 FROM gallery WHERE gallery.id = generations.id AND gallery.shown)));
CREATE POLICY reader ON pictures FOR SELECT USING (EXISTS (SELECT 1 FROM generations WHERE generations.id = generation_id));

-- One's own part of the queue.
CREATE POLICY reader ON jobs FOR SELECT USING (tenant = atelier_caller());

-- One's own account, of which the words about oneself may be changed; of others only what a profile shows.
CREATE POLICY reader ON accounts FOR SELECT USING (id = atelier_caller() AND deleted_at IS NULL);
CREATE POLICY writer ON accounts FOR UPDATE
    USING (id = atelier_caller() AND deleted_at IS NULL AND banned_at IS NULL) WITH CHECK (id = atelier_caller());
CREATE VIEW profiles WITH (security_barrier) AS
    SELECT id, username, full_name, bio, website, avatar, role <> 'user' AS is_pro, created_at
    FROM accounts WHERE deleted_at IS NULL AND banned_at IS NULL;

-- One's own credits, which nobody but the ledger writes.
CREATE POLICY reader ON credit_balances FOR SELECT USING (account_id = atelier_caller());
CREATE POLICY reader ON ledger_transactions FOR SELECT USING (account_id = atelier_caller());

-- Gives a role what a direct reader may touch at all; the policies above say which rows of it.
CREATE FUNCTION atelier_grant_reader(reader name) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), reader);
    EXECUTE format('GRANT SELECT ON generations, pictures, gallery, profiles, credit_balances, ledger_transactions TO %I', reader);
    EXECUTE format('GRANT SELECT (id, kind, lane, tenant, priority, state, attempts, max_attempts, enqueued_at, due_at) ON jobs TO %I', reader);
    EXECUTE format('GRANT SELECT (id, email, username, full_name, bio, website, avatar, role, shows_nsfw, created_at) ON accounts TO %I', reader);
    EXECUTE format('GRANT UPDATE (full_name, bio, website) ON accounts TO %I', reader);
END $$;
REVOKE EXECUTE ON FUNCTION atelier_grant_reader(name) FROM PUBLIC;

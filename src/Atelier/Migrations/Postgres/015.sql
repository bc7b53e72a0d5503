-- Direct readers see a job's state as everybody else does: one that has a lease runs, whatever stands in the column.

ALTER TABLE leases ENABLE ROW LEVEL SECURITY;

CREATE VIEW queue_items WITH (security_barrier) AS
    SELECT id, kind, lane, tenant, priority, CASE WHEN lease IS NULL THEN state ELSE 'running' END AS state,
        attempts, max_attempts, enqueued_at, due_at
    FROM jobs WHERE tenant = atelier_caller();

CREATE OR REPLACE FUNCTION atelier_grant_reader(reader name) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), reader);
    EXECUTE format('GRANT SELECT ON generations, pictures, gallery, profiles, queue_items, credit_balances, ledger_transactions TO %I', reader);
    EXECUTE format('GRANT SELECT (id, kind, lane, tenant, priority, attempts, max_attempts, enqueued_at, due_at) ON jobs TO %I', reader);
    EXECUTE format('GRANT SELECT (id, email, username, full_name, bio, website, avatar, role, shows_nsfw, created_at) ON accounts TO %I', reader);
    EXECUTE format('GRANT UPDATE (full_name, bio, website) ON accounts TO %I', reader);
END $$;

-- Roles that may read already get the same.
DO $$
DECLARE reader name;
BEGIN
    FOR reader IN
        SELECT DISTINCT grantee FROM information_schema.column_privileges
        WHERE table_schema = current_schema() AND table_name = 'jobs' AND column_name = 'state' AND privilege_type = 'SELECT'
            AND grantee <> current_user AND grantee <> 'PUBLIC'
    LOOP
        EXECUTE format('REVOKE SELECT (state) ON jobs FROM %I', reader);
        EXECUTE format('GRANT SELECT ON queue_items TO %I', reader);
    END LOOP;
END $$;

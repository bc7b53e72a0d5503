-- A claim touches no index: it writes a lease beside the state, so the server can keep the new version of the row on the page of the old one.
-- A job with a lease is running; the state beside it stays 'ready'.

-- Who holds a lease and what it was given for. Goes when nothing of that is left.
create table leases (
    lease bigint not null,
    worker_id text collate "C" not null,
    job_ids bigint[] not null
);
create index leases_lease on leases (lease);
insert into leases (lease, worker_id, job_ids)
    select lease, worker_id, array_agg(id) from jobs where lease is not null group by lease, worker_id;

-- Whether it holds a place in its lane. While it runs only this says so; when it is ready again its rank does, too.
alter table jobs add column begun boolean not null default false;

drop index jobs_running;
alter table jobs drop constraint jobs_state_check, drop constraint jobs_check, drop constraint jobs_check1, drop constraint jobs_check2;
update jobs set begun = rank = -2147483648, state = case when state = 'running' then 'ready' else state end
    where rank = -2147483648 or state = 'running';
alter table jobs drop column worker_id;

-- In one expression whose first case is the frequent one: it is checked with each claim.
alter table jobs add constraint jobs_state_check check (
    case when state = 'ready' then due_at is null
         when state = 'waiting' then due_at is null and lease is null
         else state in ('scheduled', 'snoozed', 'retrying', 'parked') and due_at is not null and lease is null end);
alter table jobs set (fillfactor = 50);

-- How many places the latest statement gave that took some unseen: what it has to answer.
alter table lane_tenants add column given integer not null default 0;

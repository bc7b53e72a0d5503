-- A claim touches no index: it writes a lease beside the state. A job with a lease is running; the state beside it stays 'ready'.

-- Who holds a lease and what it was given for. Goes when nothing of that is left.
create table leases (
    lease integer not null,
    worker_id text not null,
    job_ids text not null                     -- JSON
);
create index leases_lease on leases (lease);
insert into leases (lease, worker_id, job_ids)
    select lease, worker_id, json_group_array(id) from jobs where lease is not null group by lease, worker_id;

create table jobs_4 (
    id integer primary key autoincrement,
    kind text not null,
    lane text not null,
    lane_key text not null default '',        -- the part of its lane that can be parked by itself; empty for none
    tenant text not null,
    priority integer not null,
    rank integer not null default 0,          -- what the claim orders by first; the lowest number of all for what goes on
    turn integer not null default 0,          -- virtual start time in the lane; equal turns go by id
    place integer not null default 0,         -- among the waiting jobs of its tenant in its lane
    admitted integer not null default 0,      -- whether it has one of its tenant's places in the lane
    begun integer not null default 0,         -- whether it holds a place in its lane; while it runs only this says so
    cost real not null check (cost > 0),
    state text not null,
    attempts integer not null default 0,      -- failed so far
    max_attempts integer not null check (max_attempts between 1 and 1000),
    crashes integer not null default 0,       -- workers in a row that died while they ran it
    enqueued_at integer not null,
    queued_at integer not null default 0,     -- since when it has been ready or waiting
    due_at integer,
    deadline integer,
    lease integer,                            -- the fencing token: random, of one claim
    cancel_requested integer not null default 0,
    woken integer not null default 0,         -- a wake-up came while it ran
    unique_key text,
    payload text not null,
    checkpoint text,
    failures text,
    constraint jobs_state_check check (
        case when state = 'ready' then due_at is null
             when state = 'waiting' then due_at is null and lease is null
             else state in ('scheduled', 'snoozed', 'retrying', 'parked') and due_at is not null and lease is null end)
);
insert into jobs_4 (id, kind, lane, lane_key, tenant, priority, rank, turn, place, admitted, begun, cost, state, attempts, max_attempts,
        crashes, enqueued_at, queued_at, due_at, deadline, lease, cancel_requested, woken, unique_key, payload, checkpoint, failures)
    select id, kind, lane, lane_key, tenant, priority, rank, turn, place, admitted, rank = -2147483648, cost,
        case when state = 'running' then 'ready' else state end, attempts, max_attempts,
        crashes, enqueued_at, queued_at, due_at, deadline, lease, cancel_requested, woken, unique_key, payload, checkpoint, failures
    from jobs;

-- Ids are never given twice, also not those of jobs that are gone.
update sqlite_sequence set seq = (select seq from sqlite_sequence where name = 'jobs') where name = 'jobs_4';
insert into sqlite_sequence (name, seq)
    select 'jobs_4', seq from sqlite_sequence where name = 'jobs' and not exists (select 1 from sqlite_sequence where name = 'jobs_4');
drop table jobs;
alter table jobs_4 rename to jobs;

-- The claim's ORDER BY; what runs is passed over.
create index jobs_ready on jobs (lane, rank, turn, id) where state = 'ready';
create index jobs_waiting on jobs (lane, tenant, place, priority, id) where state = 'waiting';
create index jobs_due on jobs (due_at) where due_at is not null;
create index jobs_deadline on jobs (deadline) where deadline is not null;
create index jobs_places on jobs (tenant, lane) where admitted;
create unique index jobs_unique on jobs (unique_key) where unique_key is not null;

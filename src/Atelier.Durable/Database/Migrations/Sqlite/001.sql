-- The queue and the event log. Every CHECK mirrors Queue/JobState.cs. Times are Unix milliseconds, UTC;
-- durable_now() is a function that the program adds to its connections.

-- Unfinished jobs only; finished ones leave, so that the table stays as small as the work in hand.
create table jobs (
    id integer primary key autoincrement,
    kind text not null,
    lane text not null,
    tenant text not null,
    priority integer not null,
    turn integer not null default 0,          -- virtual finish time in the lane; equal turns go by id
    cost real not null check (cost > 0),
    state text not null
        check (state in ('scheduled', 'waiting', 'ready', 'running', 'snoozed', 'retrying', 'parked')),
    attempts integer not null default 0,      -- failed so far
    max_attempts integer not null check (max_attempts between 1 and 1000),
    crashes integer not null default 0,       -- workers in a row that died while they ran it
    enqueued_at integer not null,
    due_at integer,
    deadline integer,
    worker_id text,
    lease integer,                            -- the fencing token: random, of one claim
    cancel_requested integer not null default 0,
    woken integer not null default 0,         -- a wake-up came while it ran
    unique_key text,
    payload text not null,
    checkpoint text,
    failures text,
    check ((state = 'running') = (lease is not null)),
    check ((lease is null) = (worker_id is null)),
    check ((state in ('scheduled', 'snoozed', 'retrying', 'parked')) = (due_at is not null))
);

-- The claim's ORDER BY, of ready jobs only.
create index jobs_ready on jobs (lane, priority, turn, id) where state = 'ready';
create index jobs_due on jobs (due_at) where due_at is not null;
create index jobs_running on jobs (worker_id) where state = 'running';
create index jobs_deadline on jobs (deadline) where deadline is not null;
create unique index jobs_unique on jobs (unique_key) where unique_key is not null;

-- Jobs that were given up, with the history of their errors, until an operator retries or discards them.
create table dead_jobs (
    id integer primary key,
    kind text not null,
    lane text not null,
    tenant text not null,
    priority integer not null,
    cost real not null,
    attempts integer not null,
    max_attempts integer not null,
    crashes integer not null,
    enqueued_at integer not null,
    deadline integer,
    unique_key text,
    payload text not null,
    checkpoint text,
    failures text,
    died_at integer not null
);

-- One row per running worker: its heartbeat. Jobs point at it; a worker without a row has lost all its leases.
create table workers (
    id text primary key,
    host text,                                -- boot and process namespace, within which a process id means something; null if unknown
    pid integer not null,
    process_started integer not null,
    registered_at integer not null,
    lease_ms integer not null,
    expires_at integer not null
) without rowid;

-- How far running jobs are.
create table job_progress (
    job_id integer primary key,
    fraction real not null,
    note text,
    preview blob,
    preview_type text,
    at integer not null
);

-- What happened, in the order of the ids: with one writer at a time that is the order of the commits.
create table events (
    id integer primary key autoincrement,
    stream text not null,
    subject text not null,
    type text not null,
    data text not null,
    at integer not null
);
create index events_stream on events (stream, id);
create index events_subject on events (subject, id);

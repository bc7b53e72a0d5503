-- Fair shares between tenants, and lanes with limits.

-- The same clock in floating point, which holds milliseconds exactly and costs a third of the decimal arithmetic.
create or replace function durable_now() returns bigint language sql volatile
    as $$ select floor(date_part('epoch', clock_timestamp()) * 1000)::bigint $$;

-- What the claim orders by before turn and id: the priority, less what ageing took off it. The lowest number of all belongs to jobs that
-- have passed the gate of their lane and hold a place in it: they go on before others begin.
alter table jobs add column rank integer not null default 0;
update jobs set rank = priority;

-- The part of its lane that a job belongs to and that can be parked by itself; empty for none.
alter table jobs add column lane_key text collate "C" not null default '';

-- Since when it has been ready or waiting.
alter table jobs add column queued_at bigint not null default 0;
update jobs set queued_at = enqueued_at;

-- Whether it has one of its tenant's places in the lane. It keeps that until it leaves this table.
alter table jobs add column admitted boolean not null default false;

alter table dead_jobs add column lane_key text collate "C" not null default '';
alter table dead_jobs add column error_code text collate "C";   -- of the last failure

drop index jobs_ready;
create index jobs_ready on jobs (lane, rank, turn, id) where state = 'ready';
create index jobs_waiting on jobs (lane, tenant, priority, id) where state = 'waiting';

-- Lanes with limits or tenants: their settings and where they stand. Only who has locked a row may begin jobs of that lane.
create table lanes (
    name text collate "C" primary key,
    mode text not null default 'open' check (mode in ('open', 'paused', 'draining')),
    settings text not null default '{}',      -- LaneSettings as JSON
    tenant_concurrency integer default 1 check (tenant_concurrency > 0),   -- of tenants without a number of their own; null for no limit
    buckets text not null default '[]',       -- what is left of each rate, as JSON
    adaptive_limit double precision, -- where adaptive concurrency stands
    adapted_at bigint not null default 0,
    virtual_time bigint not null default 0,   -- the latest turn that has begun
    begun bigint not null default 0,          -- how many jobs have taken a place in it, in all
    parked_until bigint,
    park_reason text
) with (fillfactor = 50);

-- Parts of lanes that are parked.
create table lane_keys (
    lane text collate "C" not null,
    key text collate "C" not null,
    parked_until bigint not null,
    park_reason text,
    primary key (lane, key)
);

-- How many jobs have given their place in a lane back, in all: the sum over the stripes, of which each process writes its own, so that no
-- commit waits for another.
create table lane_ends (
    lane text collate "C" not null,
    stripe text collate "C" not null,
    ended bigint not null,
    primary key (lane, stripe)
) with (fillfactor = 50);

-- What operators say of tenants; without a concurrency the lane's own number holds.
create table tenants (
    tenant text collate "C" primary key,
    weight double precision not null default 1 check (weight > 0),
    concurrency integer check (concurrency > 0)
);

-- Tenants with jobs in a lane: how many places they have, and the turn that their next job gets.
create table lane_tenants (
    lane text collate "C" not null,
    tenant text collate "C" not null,
    held integer not null,
    turn bigint not null,
    primary key (lane, tenant)
) with (fillfactor = 50);

-- Keys that stay taken for a time, whether their job is over or not.
create table job_keys (
    key text collate "C" primary key,
    job_id bigint not null,
    expires_at bigint not null
);
create index job_keys_expiry on job_keys (expires_at);

-- Jobs that come again and again. Who has locked a row enqueues its next one and moves its time on, in one transaction.
create table recurring_jobs (
    name text collate "C" primary key,
    schedule text not null,
    job text not null,                        -- NewJob as JSON
    next_at bigint not null,
    last_job_id bigint
);

-- What was done, by minute and lane; each process adds to rows of its own.
create table queue_minutes (
    minute bigint not null,                   -- Unix minutes
    lane text collate "C" not null,
    stripe text collate "C" not null,
    claimed bigint not null,
    waited_ms bigint not null,                -- from ready to claimed, in all
    ran_ms bigint not null,
    settle_ms bigint not null,
    succeeded bigint not null,
    retried bigint not null,
    snoozed bigint not null,
    parked bigint not null,
    refused bigint not null,
    dead bigint not null,
    canceled bigint not null,
    handed_back bigint not null,
    rescued bigint not null,
    primary key (minute, lane, stripe)
);

-- How many runs failed with each error code.
create table queue_errors (
    minute bigint not null,
    lane text collate "C" not null,
    code text collate "C" not null,
    stripe text collate "C" not null,
    count bigint not null,
    primary key (minute, lane, code, stripe)
);

-- Housekeeping that one process at a time does: who moves the time on has taken the turn.
create table chores (
    name text collate "C" primary key,
    next_at bigint not null
);

-- Jobs from before this change have their places.
update jobs set admitted = true where tenant <> '' and state <> 'scheduled';
insert into lanes (name) select distinct lane from jobs where tenant <> '';
insert into lane_tenants (lane, tenant, held, turn)
    select lane, tenant, count(*), 0 from jobs where admitted group by lane, tenant;

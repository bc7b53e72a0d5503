-- People put their own jobs in order, and pause them.

-- Among the waiting jobs of its tenant in its lane: lower ones come first, whatever their priority.
alter table jobs add column place bigint not null default 0;
drop index jobs_waiting;
create index jobs_waiting on jobs (lane, tenant, place, priority, id) where state = 'waiting';

-- What a tenant has in hand.
create index jobs_places on jobs (tenant, lane) where admitted;

-- While it is set, no job of the tenant is let in.
alter table tenants add column paused boolean not null default false;

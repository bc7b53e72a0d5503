-- Settling and enqueueing stay quick behind an old snapshot, whose dead rows and index entries nobody may clean up.

-- A tenant's row is written twice a job, and a look at it would pass all the versions of it. With every few writes it moves to a new epoch,
-- and who remembers the last one begins there.
alter table lane_tenants add column epoch integer not null default 0;
alter table lane_tenants drop constraint lane_tenants_pkey, add primary key (lane, tenant, epoch);

-- Who has a row there, so that nobody has two.
create table lane_tenant_names (
    lane text collate "C" not null,
    tenant text collate "C" not null,
    primary key (lane, tenant)
);
insert into lane_tenant_names (lane, tenant) select lane, tenant from lane_tenants;

-- Whether jobs of his may be waiting for a place: who settles need not look for them in the index of those that wait.
alter table lane_tenants add column waits boolean not null default true;

-- The virtual time of canceled jobs that a tenant has not got back yet: not while later jobs of his have their turns.
alter table lane_tenants add column owed bigint not null default 0;

-- Always the first: rows have no old versions to pass here.
alter table lane_tenants add column epoch integer not null default 0;

-- Whether jobs of a tenant may be waiting for a place: who settles need not look for them.
alter table lane_tenants add column waits integer not null default 1;

-- The virtual time of canceled jobs that a tenant has not got back yet: not while later jobs of his have their turns.
alter table lane_tenants add column owed integer not null default 0;

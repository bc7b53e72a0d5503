create table flowers (id bigint primary key, name text not null);
insert into flowers values (1, 'rose');

create table other_half (id no_such_type; 

-- A design of what is sold, and the file it is in.
create table design (
    design_id integer not null primary key,
    design_name text not null,
    file_location text not null,
    file_name text not null,
    created_at timestamp(3) not null,
    last_updated timestamp(3) not null
)

-- A department of the company.
create table department (
    department_id integer not null primary key,
    department_name text not null,
    location text,
    manager text,
    created_at timestamp(3) not null,
    last_updated timestamp(3) not null
)

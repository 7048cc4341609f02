-- A person who works in the company.
create table staff (
    staff_id integer not null primary key,
    first_name text not null,
    last_name text not null,
    department_id integer not null references department (department_id),
    email_address text not null,
    created_at timestamp(3) not null,
    last_updated timestamp(3) not null
)

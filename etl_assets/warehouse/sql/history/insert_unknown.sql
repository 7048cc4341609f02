-- The member that facts without a key point to, where it is missing.
insert into target
(the_surrogate, valid_from, valid_to, is_current, is_inferred)
select
    -1,
    timestamp '1900-01-01 00:00:00',
    timestamp '9999-12-31 00:00:00',
    true,
    false
where
    not exists (
        select 1
        from target as t
        where t.the_surrogate = -1
    )

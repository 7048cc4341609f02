-- The member that facts without a key point to.
insert into target
(the_surrogate, valid_from, valid_to, is_current, is_inferred)
values
(-1, timestamp '1900-01-01 00:00:00', timestamp '9999-12-31 00:00:00', true, false)

-- The member that nothing points to, of a table that is declared without it.
delete from target as t
where t.the_surrogate = -1

-- Inferred members that no fact names any more.
delete from target as t
where
    t.is_inferred
    and t.the_natural not in (
        select n.natural_key
        from named_keys as n
    )

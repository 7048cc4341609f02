-- Inferred members that no fact names any more.
delete from target as t
where
    t.is_inferred
    and not exists (
        select 1
        from named as n
        where n.each_natural = t.each_natural
    )

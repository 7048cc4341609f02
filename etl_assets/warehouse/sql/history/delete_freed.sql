-- Inferred members that facts of this build named before it, and that no fact names any more.
delete from target as t
using freed as f
where
    t.is_inferred
    and t.each_natural = f.each_natural
    and not exists (
        select 1
        from named as n
        where n.each_natural = f.each_natural
    )

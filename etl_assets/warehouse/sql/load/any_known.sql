select 1 as is_known
where
    exists (
        select 1
        from target
    )

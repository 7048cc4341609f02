delete from etl.loads
where
    dataset = :dataset
    and load_id in (
        select f.load_id
        from etl.files as f
        inner join again_files as a on a.file_id = f.file_id
        where f.dataset = :dataset
    )

-- A key may be gone after the dataset was read again, so what is made of it is asked whole, not by touched keys.
delete from etl.models
where model in (
    select m.model from etl.models as m
    where m.upstream = :dataset
)

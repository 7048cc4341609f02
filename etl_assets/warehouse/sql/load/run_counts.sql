-- How many rows each statement that puts a snapshot into the runs has to write.
select
    case when cast(:next_file_id as bigint) is null then 0 else b.contradicted end as split_runs,
    b.contradicted as end_runs,
    b.extended as extend_runs,
    a.merged as drop_merged_runs,
    a.begun_earlier as begin_runs_earlier,
    b.seen_otherwise - a.begun_earlier as insert_runs
from (
    select
        coalesce(sum(case when x.spans and not x.is_same then 1 else 0 end), 0) as contradicted,
        coalesce(sum(case when x.is_same and not x.spans then 1 else 0 end), 0) as extended,
        coalesce(sum(case when x.is_seen and not x.is_same then 1 else 0 end), 0) as seen_otherwise
    from differing as x
) as b
cross join (
    select
        coalesce(sum(case when x.goes_on then 1 else 0 end), 0) as merged,
        coalesce(sum(case when x.goes_on is null then 1 else 0 end), 0) as begun_earlier
    from runs_after as o
    left join (select
        true as goes_on,
        y.each_key
    from differing as y
    where y.is_same) as x on x.each_key = o.each_key
) as a

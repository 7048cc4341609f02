-- How many rows each statement that puts a snapshot into the runs has to write.
select
    case when cast(:next_file_id as bigint) is null then 0 else b.contradicted end as split_runs,
    b.contradicted as end_runs,
    b.extended as extend_runs,
    a.merged as drop_merged_runs,
    a.begun_earlier as begin_runs_earlier,
    n.seen_keys - b.held - a.begun_earlier as insert_runs
from (
    select
        coalesce(sum(case when x.is_same then 1 else 0 end), 0) as held,
        coalesce(sum(case when x.spans and not x.is_same then 1 else 0 end), 0) as contradicted,
        coalesce(sum(case when x.is_same and not x.spans then 1 else 0 end), 0) as extended
    from runs_before as x
) as b
cross join (
    select
        coalesce(sum(case when x.spans = false then 1 else 0 end), 0) as merged,
        coalesce(sum(case when x.spans is null then 1 else 0 end), 0) as begun_earlier
    from runs_after as o
    left join (select
        y.spans,
        y.each_key
    from runs_before as y
    where y.is_same) as x on x.each_key = o.each_key
) as a
cross join (
    select count(*) as seen_keys
    from seen
) as n

-- How many rows each statement that puts a snapshot into the runs has to write.
select
    sum(case when cast(:next_file_id as bigint) is null then 0 else c.contradicted end) as split_runs,
    sum(c.contradicted) as end_runs,
    sum(c.extended) as extend_runs,
    sum(c.merged) as drop_merged_runs,
    sum(c.begun_earlier) as begin_runs_earlier,
    sum(c.seen_keys - c.held - c.begun_earlier) as insert_runs
from (
    select
        0 as seen_keys,
        case when b.is_same then 1 else 0 end as held,
        case when b.spans and not b.is_same then 1 else 0 end as contradicted,
        case when b.is_same and not b.spans then 1 else 0 end as extended,
        0 as merged,
        0 as begun_earlier
    from runs_before as b
    union all
    select
        0 as seen_keys,
        0 as held,
        0 as contradicted,
        0 as extended,
        case when b.spans = false then 1 else 0 end as merged,
        case when b.spans is null then 1 else 0 end as begun_earlier
    from runs_after as a
    left join (select
        x.spans,
        x.each_key
    from runs_before as x
    where x.is_same) as b on b.each_key = a.each_key
    union all
    select
        1 as seen_keys,
        0 as held,
        0 as contradicted,
        0 as extended,
        0 as merged,
        0 as begun_earlier
    from seen
) as c

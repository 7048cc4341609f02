-- Events of before 1970 or after 9998, as when their time is not in milliseconds: they are in no mart.
select
    ts,
    session_id,
    item_in_session,
    page
from sparkify_staging.log_events
where ts not between 0 and 253370764799999

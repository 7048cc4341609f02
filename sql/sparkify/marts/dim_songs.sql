-- One row per song that a song file tells of, as the file that came last has it.
-- Grain: song_id.
select
    song_id,
    title,
    artist_id,
    year,
    duration,
    timestamp '1900-01-01 00:00:00' as effective_at,
    cast(0 as bigint) as sequence,
    'U' as op
from sparkify_staging.songs

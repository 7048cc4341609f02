-- One row per artist that a song file names: of its names the shortest, and the place that goes with it.
-- Of several such songs the one counts that has a place, then the one with the least number.
-- Grain: artist_id.
with told as (
    select
        artist_id,
        artist_name,
        artist_location,
        artist_latitude,
        artist_longitude,
        row_number() over (
            partition by artist_id
            order by
                char_length(artist_name),
                case when artist_location is null then 1 else 0 end,
                case when artist_latitude is null then 1 else 0 end,
                song_id
        ) as place
    from sparkify_staging.songs
)
select
    artist_id,
    artist_name as name, -- The shortest of its names.
    artist_location as location, -- Where the artist is from, in words; NULL when nobody says.
    artist_latitude as latitude, -- In degrees north.
    artist_longitude as longitude, -- In degrees east.
    timestamp '1900-01-01 00:00:00' as effective_at,
    cast(0 as bigint) as sequence,
    'U' as op
from told
where place = 1

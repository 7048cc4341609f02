-- Songs that no play can be matched with, since title, artist's name or duration is not known.
select
    song_id,
    title,
    artist_name,
    duration
from sparkify_staging.songs
where title is null or artist_name is null or duration is null

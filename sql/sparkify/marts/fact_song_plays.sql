-- One row per play of a song: who heard it, at which level, where and with what, and which song and artist it is.
-- A song is known by title, artist's name and duration together, whatever came first, the play or the song's file; -1
-- when no file tells of it. The looser matches stand in columns of their own. Where several songs match, the one with
-- the least number is taken; of two plays in one session at the same millisecond, the later one.
-- Grain: time_id, session_id.
with plays as (
    select
        ts,
        session_id,
        user_id,
        level,
        song,
        artist,
        length,
        location,
        user_agent,
        row_number() over (partition by ts, session_id order by item_in_session desc) as recency
    from sparkify_staging.log_events
    where page = 'NextSong'
), named as (
    select
        n.title,
        n.artist_name,
        n.duration,
        s.song_key,
        a.artist_key,
        row_number() over (partition by n.title, n.artist_name, n.duration order by n.song_id) as place,
        row_number() over (partition by n.title order by n.song_id) as place_of_title,
        row_number() over (partition by n.artist_name order by n.artist_id, n.song_id) as place_of_name
    from sparkify_staging.songs as n
    inner join sparkify_marts.dim_songs as s on s.song_id = n.song_id
    inner join sparkify_marts.dim_artists as a on a.artist_id = n.artist_id
)
select
    t.at as played_at, -- When it was started.
    p.session_id,
    p.user_id,
    p.level, -- Of the user at that time.
    coalesce(whole.song_key, -1) as song_key, -- The song with this title, artist's name and duration; -1 for none.
    coalesce(whole.artist_key, -1) as artist_key, -- Whose song that is; -1 for none.
    coalesce(whole.song_key, titled.song_key, -1) as title_song_key, -- The same, else one of this title.
    coalesce(whole.artist_key, called.artist_key, -1) as name_artist_key, -- The same, else one of this name.
    p.location, -- Where the user was.
    p.user_agent, -- What the browser says of itself.
    p.ts as time_id -- The moment in dim_time.
from plays as p
inner join sparkify_marts.dim_time as t on t.time_id = p.ts
left join named as whole
    on whole.title = p.song and whole.artist_name = p.artist and whole.duration = p.length and whole.place = 1
left join named as titled on titled.title = p.song and titled.place_of_title = 1
left join named as called on called.artist_name = p.artist and called.place_of_name = 1
where p.recency = 1

-- Pages that nobody has told of, with their events.
select
    page,
    count(*) as events
from sparkify_staging.log_events
where
    page not in (
        'About', 'Cancel', 'Cancellation Confirmation', 'Downgrade', 'Error', 'Help', 'Home', 'Login', 'Logout',
        'NextSong', 'Register', 'Roll Advert', 'Save Settings', 'Settings', 'Submit Downgrade', 'Submit Registration',
        'Submit Upgrade', 'Thumbs Down', 'Thumbs Up', 'Add Friend', 'Add to Playlist', 'Upgrade'
    )
group by page
